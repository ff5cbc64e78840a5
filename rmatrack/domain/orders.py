"""Demo orders and their units: the number, what a unit's status may become, and how far an order is (SPEC D-1)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, WrongStatusError, _

_ORDER_NUMBER = re.compile(r"D[0-9]{2,11}")
_BLANKS = re.compile(r"[\s-]+")


class OrderNumberError(BadInputError):
    """The text is no demo order number."""

    code = "bad-order-number"
    message = _("%(text)s is not a demo order number. It is a D with 2 to 11 digits, such as D4100208.")

    def __init__(self, text: str) -> None:
        super().__init__(field="order", text=text)


def is_order_number(text: str) -> bool:
    """Say whether *text*, exactly as it stands, is a demo order number."""
    return _ORDER_NUMBER.fullmatch(text) is not None


def order_number_from(text: str) -> str:
    """Return the demo order number in *text*, whatever its case and blanks; raises `OrderNumberError`."""
    number = _BLANKS.sub("", text).upper()
    if not is_order_number(number):
        raise OrderNumberError(text.strip())
    return number


class UnitStatus(StrEnum):
    """Where a unit stands on this loan; due and overdue are the calendar's business."""

    SHIPPED = "shipped"
    RECEIVED = "received"
    LOST = "lost"
    BOUGHT = "bought"
    WRITTEN_OFF = "written-off"


WORDS: dict[UnitStatus, str] = {
    UnitStatus.SHIPPED: _("shipped"),
    UnitStatus.RECEIVED: _("received"),
    UnitStatus.LOST: _("lost"),
    UnitStatus.BOUGHT: _("bought"),
    UnitStatus.WRITTEN_OFF: _("written off"),
}

_U = UnitStatus

NEXT: dict[UnitStatus, frozenset[UnitStatus]] = {
    _U.SHIPPED: frozenset({_U.RECEIVED, _U.LOST, _U.BOUGHT, _U.WRITTEN_OFF}),
    _U.LOST: frozenset({_U.RECEIVED, _U.BOUGHT, _U.WRITTEN_OFF, _U.SHIPPED}),
    _U.BOUGHT: frozenset({_U.RECEIVED, _U.SHIPPED}),
    _U.WRITTEN_OFF: frozenset({_U.RECEIVED, _U.BOUGHT, _U.SHIPPED}),
    _U.RECEIVED: frozenset(),
}
"""What is settled can still come in (SPEC R-7), or turn out to be still with the customer."""

SETTLED = frozenset(UnitStatus) - {UnitStatus.SHIPPED}
"""The loan of such a unit has ended; its serial may go out on another order."""

GIVEN_UP = SETTLED - {UnitStatus.RECEIVED}
"""Ended without the unit: should it arrive after all, it is received and the settlement looked at again."""


def move(current: UnitStatus, target: UnitStatus) -> UnitStatus:
    """Return *target*, if a unit may go there from *current*."""
    if target not in NEXT[current]:
        raise WrongStatusError(current, target)
    return target


def take_back_receipt(current: UnitStatus, before: UnitStatus) -> UnitStatus:
    """Return the status *before* a receipt that is undone; raises `WrongStatusError` where nothing was received."""
    if current is not UnitStatus.RECEIVED or UnitStatus.RECEIVED not in NEXT[before]:
        raise WrongStatusError(current, before)
    return before


def is_settled(status: UnitStatus) -> bool:
    """Say whether the loan of a unit has ended, one way or another."""
    return status in SETTLED


class Stage(StrEnum):
    """The ribbon of an order, in its order."""

    SHIPPED = "shipped"
    DUE = "due"
    LABEL = "label"
    ON_ITS_WAY = "on-its-way"
    RECEIVED = "received"
    INSPECTED = "inspected"
    CLOSED = "closed"


STAGE_WORDS: dict[Stage, str] = {
    Stage.SHIPPED: _("shipped"),
    Stage.DUE: _("due"),
    Stage.LABEL: _("label"),
    Stage.ON_ITS_WAY: _("on its way"),
    Stage.RECEIVED: _("received"),
    Stage.INSPECTED: _("inspected"),
    Stage.CLOSED: _("closed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What has happened on an order, counted in units; `unsettled` are those still out."""

    units: int
    unsettled: int
    received: int
    inspected: int
    labelled: int
    on_their_way: int
    is_due: bool
    is_complete: bool


def stages_reached(progress: Progress) -> tuple[Stage, ...]:
    """Return the stages that are behind this order, in the ribbon's order; a label may well come before the due day."""
    reached = {
        Stage.SHIPPED: progress.units > 0,
        Stage.DUE: progress.is_due,
        Stage.LABEL: progress.labelled > 0,
        Stage.ON_ITS_WAY: progress.on_their_way > 0,
        Stage.RECEIVED: progress.units > 0 and progress.unsettled == 0,
        Stage.INSPECTED: progress.unsettled == 0 and 0 < progress.received <= progress.inspected,
        Stage.CLOSED: progress.is_complete,
    }
    return tuple(stage for stage in Stage if reached[stage])


def partly_reached(progress: Progress) -> dict[Stage, int]:
    """Return how many units have reached each stage that some have reached and others have not, or never will."""
    counted = {
        Stage.LABEL: progress.labelled,
        Stage.ON_ITS_WAY: progress.on_their_way,
        Stage.RECEIVED: progress.received,
        Stage.INSPECTED: progress.inspected,
    }
    return {reached: count for reached, count in counted.items() if 0 < count < progress.units}


def stage(progress: Progress) -> Stage:
    """Return the furthest stage an order has reached."""
    return max(stages_reached(progress), key=list(Stage).index, default=Stage.SHIPPED)
