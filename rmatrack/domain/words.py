"""Our word for every status, outcome and type that people see, as a message id for the edge to translate."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from rmatrack.domain import (
    answer_mails,
    answers,
    background,
    bookings,
    charges,
    consent,
    conversion,
    customs,
    discrepancies,
    due,
    extensions,
    identify,
    inbound,
    inspection,
    intents,
    label_batches,
    label_requests,
    labels,
    lookup,
    next_steps,
    orders,
    outbox,
    parcels,
    pasted,
    people,
    pickups,
    receiving,
    returns,
    serials,
    shipment_columns,
    shipments,
    stations,
    tracking,
    trial_details,
    trial_services,
    trials,
)
from rmatrack.domain.sentences import Sentence

_TABLES: tuple[Mapping[Any, str], ...] = (
    answer_mails.WORDS,
    answers.KIND_WORDS,
    answers.STATE_WORDS,
    bookings.WORDS,
    charges.CAUSE_WORDS,
    charges.WITHDRAWAL_WORDS,
    charges.WORDS,
    consent.WORDS,
    conversion.WORDS,
    background.WORDS,
    customs.WORDS,
    discrepancies.AGE_WORDS,
    discrepancies.REASON_WORDS,
    discrepancies.WORDS,
    due.WORDS,
    extensions.WORDS,
    identify.WORDS,
    inbound.CLOSING_WORDS,
    inbound.WHY_WORDS,
    inbound.WORDS,
    inspection.CONDITION_WORDS,
    inspection.DISPOSITION_WORDS,
    inspection.WIPE_WORDS,
    intents.VOID_WORDS,
    intents.WORDS,
    label_batches.WORDS,
    label_requests.WORDS,
    labels.SOURCE_WORDS,
    labels.WORDS,
    lookup.WORDS,
    next_steps.CALM_WORDS,
    orders.STAGE_WORDS,
    outbox.WORDS,
    outbox.KIND_WORDS,
    orders.WORDS,
    parcels.WORDS,
    pasted.KEY_WORDS,
    people.PERMISSION_WORDS,
    people.WORDS,
    pickups.WORDS,
    receiving.WORDS,
    returns.WORDS,
    stations.WORDS,
    serials.WORDS,
    shipment_columns.WORDS,
    shipments.WORDS,
    tracking.FLAG_WORDS,
    tracking.SOURCE_WORDS,
    tracking.WORDS,
    trial_details.WORDS,
    trial_services.WORDS,
    trials.DEED_WORDS,
    trials.DOOR_WORDS,
    trials.PHASE_WORDS,
    trials.ROLE_WORDS,
    trials.WORDS,
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
