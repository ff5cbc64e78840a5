"""Every status, outcome and type that people see has a word."""

from enum import StrEnum

import pytest

from rmatrack.domain.receiving import Outcome
from rmatrack.domain.serials import HintCode
from rmatrack.domain.words import WORDS, word


@pytest.mark.parametrize("words", WORDS, ids=str)
def test_no_value_lacks_its_word(words: type[StrEnum]) -> None:
    assert set(WORDS[words]) == set(words)


def test_a_word_is_found_by_its_value() -> None:
    assert word(Outcome.ALREADY_RECEIVED) == "Already received"


def test_a_code_that_nobody_sees_stays_itself() -> None:
    assert word(HintCode.WRONG_WEEK) == "wrong-week"
