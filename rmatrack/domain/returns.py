"""The life of a return (RMA): open, in process once a carrier has a parcel, complete (SPEC C-5, R-7)."""

from enum import StrEnum

from rmatrack.domain.errors import WrongStatusError, _


class RmaStatus(StrEnum):
    """Where a return stands; one per demo order, opened at shipment."""

    OPEN = "open"
    IN_PROCESS = "in-process"
    COMPLETE = "complete"


WORDS: dict[RmaStatus, str] = {
    RmaStatus.OPEN: _("open"),
    RmaStatus.IN_PROCESS: _("in process"),
    RmaStatus.COMPLETE: _("complete"),
}

NEXT: dict[RmaStatus, frozenset[RmaStatus]] = {
    RmaStatus.OPEN: frozenset({RmaStatus.IN_PROCESS, RmaStatus.COMPLETE}),
    RmaStatus.IN_PROCESS: frozenset({RmaStatus.OPEN, RmaStatus.COMPLETE}),
    RmaStatus.COMPLETE: frozenset({RmaStatus.OPEN, RmaStatus.IN_PROCESS}),
}
"""A complete return reopens where a scan is undone, a settlement taken back or a discrepancy found afterwards."""


def move(current: RmaStatus, target: RmaStatus) -> RmaStatus:
    """Return *target*, if a return may go there from *current*."""
    if target not in NEXT[current]:
        raise WrongStatusError(current, target)
    return target


def is_complete(unsettled: int, open_discrepancies: int) -> bool:
    """Say whether a return is complete, counting its own units that are out and its own open discrepancies.

    What became of a unit on a later loan does not count (SPEC R-7).
    """
    return unsettled == 0 and open_discrepancies == 0


def status_of(*, unsettled: int, open_discrepancies: int, carrier_has_parcel: bool) -> RmaStatus:
    """Return the status that the facts of a return add up to."""
    if is_complete(unsettled, open_discrepancies):
        return RmaStatus.COMPLETE
    return RmaStatus.IN_PROCESS if carrier_has_parcel else RmaStatus.OPEN
