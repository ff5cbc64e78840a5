"""Every status, outcome and type that people see has a word."""

from enum import StrEnum

import pytest

from rmatrack.domain.identify import Kind
from rmatrack.domain.receiving import Outcome
from rmatrack.domain.sentences import Sentence
from rmatrack.domain.serials import HintCode
from rmatrack.domain.words import WORDS, in_english, word


@pytest.mark.parametrize("words", WORDS, ids=str)
def test_no_value_lacks_its_word(words: type[StrEnum]) -> None:
    assert set(WORDS[words]) == set(words)


def test_a_word_is_found_by_its_value() -> None:
    assert word(Outcome.ALREADY_RECEIVED) == "Already received"


def test_a_code_that_nobody_sees_stays_itself() -> None:
    assert word(HintCode.WRONG_WEEK) == "wrong-week"


def test_a_sentence_is_said_with_our_words() -> None:
    sentence = Sentence("That was the %(kind)s, %(order)s.", {"kind": Kind.ORDER, "order": "D4100208"})

    assert in_english(sentence) == "That was the demo order number, D4100208."
