"""How a state looks: beside its word, an icon and a tone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rmatrack.domain.answers import AnswerKind, AnswerState
from rmatrack.domain.background import JobState
from rmatrack.domain.bookings import BookingState
from rmatrack.domain.charges import ChargeState
from rmatrack.domain.discrepancies import DiscrepancyType
from rmatrack.domain.due import DueState
from rmatrack.domain.extensions import ExtensionState
from rmatrack.domain.inbound import InboundState
from rmatrack.domain.inspection import Disposition
from rmatrack.domain.intents import IntentState, VoidState
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.labels import LabelState
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.outbox import MailState
from rmatrack.domain.pickups import PickupState
from rmatrack.domain.receiving import Outcome
from rmatrack.domain.returns import RmaStatus
from rmatrack.domain.stations import StationState
from rmatrack.domain.tracking import FlagKind, Whereabouts
from rmatrack.domain.trials import Phase


@dataclass(frozen=True, slots=True)
class Look:
    """*icon* is a name of the sprite; *tone* is `good`, `warn`, `bad`, `accent` or nothing."""

    icon: str = "circle"
    tone: str = ""


LOOKS: dict[type[StrEnum], Mapping[Any, Look]] = {
    JobState: {
        JobState.WAITING: Look("clock"),
        JobState.RUNNING: Look("hourglass-split", "accent"),
        JobState.DONE: Look("check-circle", "good"),
        JobState.FAILED: Look("exclamation-octagon", "bad"),
        JobState.CANCELLED: Look("slash-circle"),
    },
    AnswerKind: {
        AnswerKind.SENT: Look("truck", "accent"),
        AnswerKind.LABEL: Look("tag", "warn"),
        AnswerKind.LOST: Look("question-circle", "bad"),
        AnswerKind.BUY: Look("star", "good"),
    },
    AnswerState: {
        AnswerState.OPEN: Look("circle-fill", "warn"),
        AnswerState.REPLACED: Look("arrow-repeat"),
        AnswerState.ACCEPTED: Look("check-circle", "good"),
        AnswerState.REFUSED: Look("x-circle", "bad"),
        AnswerState.DONE: Look("check-circle", "good"),
    },
    ChargeState: {
        ChargeState.PROPOSED: Look("receipt", "warn"),
        ChargeState.NOTIFIED: Look("envelope", "warn"),
        ChargeState.DISPUTED: Look("exclamation-octagon", "bad"),
        ChargeState.ACCEPTED: Look("receipt", "accent"),
        ChargeState.WAIVED: Look("slash-circle"),
        ChargeState.WITHDRAWN: Look("arrow-return-left"),
        ChargeState.TO_CREDIT: Look("exclamation-triangle", "warn"),
        ChargeState.CREDITED: Look("check-circle", "good"),
    },
    BookingState: {
        BookingState.REQUESTED: Look("envelope", "warn"),
        BookingState.CONFIRMED: Look("check-circle", "good"),
        BookingState.CANCELLED: Look("x-circle"),
        BookingState.FETCHED: Look("truck", "accent"),
    },
    BatchState: {
        BatchState.WAITING: Look("clock"),
        BatchState.DRAWING: Look("hourglass-split", "accent"),
        BatchState.READY: Look("check-circle", "good"),
        BatchState.STOPPED: Look("pause-circle", "warn"),
        BatchState.FAILED: Look("exclamation-octagon", "bad"),
    },
    IntentState: {
        IntentState.WANTED: Look("hourglass-split", "warn"),
        IntentState.CALLING: Look("send", "accent"),
        IntentState.UNCLEAR: Look("question-circle", "warn"),
        IntentState.MADE: Look("check-circle", "good"),
        IntentState.REFUSED: Look("x-circle", "bad"),
        IntentState.DROPPED: Look("slash-circle"),
    },
    VoidState: {
        VoidState.WANTED: Look("hourglass-split"),
        VoidState.VOIDED: Look("slash-circle"),
        VoidState.REFUSED: Look("exclamation-triangle", "bad"),
    },
    LabelState: {
        LabelState.INTENT: Look("hourglass-split"),
        LabelState.HELD: Look("exclamation-octagon", "bad"),
        LabelState.CREATED: Look("check-circle", "good"),
        LabelState.PRINTED: Look("printer", "good"),
        LabelState.IN_TRANSIT: Look("truck", "accent"),
        LabelState.DELIVERED: Look("check-all", "good"),
        LabelState.RETURNED: Look("arrow-return-left", "bad"),
        LabelState.SUPERSEDED: Look("slash-circle", "warn"),
        LabelState.VOID_REQUESTED: Look("hourglass-split", "warn"),
        LabelState.VOIDED: Look("slash-circle"),
        LabelState.VOID_FAILED: Look("exclamation-triangle", "warn"),
        LabelState.EXPIRED: Look("calendar-x", "warn"),
    },
    PickupState: {
        PickupState.WANTED: Look("hourglass-split", "accent"),
        PickupState.TO_PHONE: Look("telephone", "warn"),
        PickupState.MAILED: Look("envelope", "accent"),
        PickupState.UNCLEAR: Look("question-circle", "bad"),
        PickupState.BOOKED: Look("calendar-event", "good"),
        PickupState.REFUSED: Look("x-circle", "bad"),
        PickupState.CANCELLED: Look("slash-circle"),
    },
    Whereabouts: {
        Whereabouts.ANNOUNCED: Look("file-earmark-text"),
        Whereabouts.MISSED: Look("calendar-x", "warn"),
        Whereabouts.IN_TRANSIT: Look("truck", "accent"),
        Whereabouts.CUSTOMS: Look("geo-alt", "warn"),
        Whereabouts.OUT_FOR_DELIVERY: Look("truck", "accent"),
        Whereabouts.HELD_UP: Look("pause-circle", "warn"),
        Whereabouts.DELIVERED: Look("check-all", "good"),
        Whereabouts.RETURNING: Look("arrow-return-left", "bad"),
        Whereabouts.RETURNED: Look("arrow-return-left", "bad"),
        Whereabouts.LOST: Look("question-circle", "bad"),
        Whereabouts.VOIDED: Look("slash-circle"),
    },
    FlagKind: {
        FlagKind.DEAD_LABEL_MOVES: Look("exclamation-triangle", "bad"),
        FlagKind.VOIDED_ELSEWHERE: Look("slash-circle", "bad"),
        FlagKind.LOST: Look("question-circle", "bad"),
        FlagKind.GOES_BACK: Look("arrow-return-left", "bad"),
        FlagKind.NOT_SCANNED: Look("upc-scan", "warn"),
        FlagKind.NOT_DELIVERED: Look("truck", "warn"),
        FlagKind.HELD_UP: Look("pause-circle", "warn"),
        FlagKind.NOT_ASKED: Look("slash-circle", "warn"),
    },
    DueState: {
        DueState.NOT_DUE: Look("clock"),
        DueState.DUE_SOON: Look("hourglass-split", "warn"),
        DueState.DUE_TODAY: Look("bell", "warn"),
        DueState.OVERDUE: Look("exclamation-circle-fill", "bad"),
    },
    UnitStatus: {
        UnitStatus.SHIPPED: Look("box-arrow-up"),
        UnitStatus.RECEIVED: Look("check-circle", "good"),
        UnitStatus.LOST: Look("question-circle", "bad"),
        UnitStatus.BOUGHT: Look("receipt"),
        UnitStatus.WRITTEN_OFF: Look("slash-circle"),
    },
    Disposition: {
        Disposition.RESTOCK: Look("boxes", "good"),
        Disposition.REPAIR: Look("wrench-adjustable", "warn"),
        Disposition.SCRAP: Look("recycle"),
        Disposition.CHARGE: Look("cash-coin", "bad"),
    },
    Phase: {
        Phase.PENDING_CONSENT: Look("envelope", "warn"),
        Phase.CONSENT_OVERDUE: Look("slash-circle"),
        Phase.PENDING_PROVISIONING: Look("bell", "warn"),
        Phase.RUNNING: Look("play-circle", "good"),
        Phase.GRACE: Look("exclamation-circle", "bad"),
        Phase.OVER: Look("slash-circle"),
        Phase.CONVERTED: Look("check-all", "good"),
        Phase.CANCELLED: Look("x-circle"),
        Phase.NEVER_BEGAN: Look("slash-circle"),
    },
    ExtensionState: {
        ExtensionState.REQUESTED: Look("hourglass-split", "warn"),
        ExtensionState.APPROVED: Look("check-circle", "good"),
        ExtensionState.REFUSED: Look("x-circle", "bad"),
        ExtensionState.WITHDRAWN: Look("slash-circle"),
    },
    StationState: {
        StationState.UP_TO_DATE: Look("check-circle", "good"),
        StationState.UNSENT: Look("hourglass-split", "warn"),
        StationState.SILENT: Look("wifi-off", "warn"),
        StationState.CLOSED: Look("dash-circle"),
        StationState.LOST: Look("slash-circle", "bad"),
    },
    RmaStatus: {
        RmaStatus.OPEN: Look("hourglass-split"),
        RmaStatus.IN_PROCESS: Look("truck", "accent"),
        RmaStatus.COMPLETE: Look("check-all", "good"),
    },
    InboundState: {
        InboundState.STORED: Look("hourglass-split"),
        InboundState.WAITING: Look("bell", "warn"),
        InboundState.ANSWERED: Look("check-all", "good"),
        InboundState.CLOSED: Look("check-lg"),
    },
    MailState: {
        MailState.WAITING: Look("hourglass-split"),
        MailState.SENDING: Look("send", "accent"),
        MailState.SENT: Look("check-lg", "good"),
        MailState.KEPT: Look("archive"),
        MailState.STUCK: Look("question-circle", "bad"),
        MailState.FAILED: Look("exclamation-octagon", "bad"),
        MailState.WITHDRAWN: Look("slash-circle"),
        MailState.BUNDLED: Look("envelope-paper"),
    },
    Outcome: {
        Outcome.MATCHED: Look("check-circle-fill", "good"),
        Outcome.ALREADY_RECEIVED: Look("info-circle-fill", "accent"),
        Outcome.WRONG_ORDER: Look("shuffle", "bad"),
        Outcome.WRONG_MODEL: Look("exclamation-diamond-fill", "bad"),
        Outcome.NEVER_SHIPPED: Look("question-circle", "bad"),
        Outcome.NOT_A_SERIAL: Look("upc", "bad"),
        Outcome.SETTLED_BEFORE: Look("exclamation-triangle-fill", "bad"),
    },
    DiscrepancyType: {
        DiscrepancyType.UNKNOWN_SERIAL: Look("question-circle", "bad"),
        DiscrepancyType.WRONG_ORDER: Look("shuffle", "warn"),
        DiscrepancyType.WRONG_MODEL: Look("exclamation-diamond", "warn"),
        DiscrepancyType.CAME_BACK_AFTER_SETTLED: Look("exclamation-triangle", "bad"),
        DiscrepancyType.MALFORMED: Look("upc", "warn"),
        DiscrepancyType.MISSING: Look("dash-circle", "bad"),
    },
}
"""By enum: values of two enums may be the same text."""


def look(status: StrEnum) -> Look:
    """Return how *status* looks; quiet, where nobody has said."""
    return LOOKS.get(type(status), {}).get(status, Look())
