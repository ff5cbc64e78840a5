"""Our word for every status, outcome and type that people see, as a message id for the edge to translate."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from rmatrack.domain import (
    discrepancies,
    due,
    identify,
    label_batches,
    labels,
    lookup,
    orders,
    people,
    receiving,
    returns,
    serials,
    shipment_columns,
    shipments,
)
from rmatrack.domain.sentences import Sentence

_TABLES: tuple[Mapping[Any, str], ...] = (
    discrepancies.AGE_WORDS,
    discrepancies.WORDS,
    discrepancies.REASON_WORDS,
    due.WORDS,
    identify.WORDS,
    identify.KEY_WORDS,
    label_batches.WORDS,
    labels.WORDS,
    labels.SOURCE_WORDS,
    lookup.WORDS,
    orders.WORDS,
    orders.STAGE_WORDS,
    people.PERMISSION_WORDS,
    people.WORDS,
    receiving.WORDS,
    returns.WORDS,
    serials.WORDS,
    shipment_columns.WORDS,
    shipments.WORDS,
)

WORDS: dict[type[StrEnum], Mapping[Any, str]] = {type(next(iter(table))): table for table in _TABLES}
"""By enum: values of two enums may be the same text."""


def word(value: StrEnum) -> str:
    """Return the message id of *value*, or its bare value where people never see it."""
    return WORDS.get(type(value), {}).get(value, value.value)


def in_english(sentence: Sentence) -> str:
    """Return *sentence* in English with our words in it, for where nobody chooses a language: the command line."""
    params = {name: word(value) if isinstance(value, StrEnum) else value for name, value in sentence.params.items()}
    return sentence.message % params if params else sentence.message
