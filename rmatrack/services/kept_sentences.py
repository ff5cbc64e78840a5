"""Sentences kept in a column, so that whoever reads them later reads them in their own language."""

import json
from collections.abc import Mapping

from rmatrack.domain.sentences import Sentence

ROOM = 500
"""Characters in the columns that keep a sentence."""

_LONGEST_PARAMETER = 120


def kept(sentence: Sentence) -> str:
    """Return *sentence* as a text of at most `ROOM` characters; long parameters are cut."""
    longest = _LONGEST_PARAMETER
    while len(text := _written(sentence, longest)) > ROOM and longest:
        longest //= 2
    return text


def told(text: str) -> Sentence:
    """Return the sentence that was kept."""
    message, params = json.loads(text)
    return Sentence(message, params)


def sentence_of(message: str, params: Mapping[str, object]) -> Sentence:
    """Return the sentence of an error, its parameters as texts."""
    return Sentence(message, {name: str(value) for name, value in params.items()})


def _written(sentence: Sentence, longest: int) -> str:
    params = {name: _cut(str(value), longest) for name, value in sentence.params.items()}
    return json.dumps([sentence.message, params], ensure_ascii=False)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: max(0, longest - 1)]}…"
