"""Which corrections of a recorded shipment are possible: the serial that we recorded is not the one that left (R-5)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.orders import GIVEN_UP, UnitStatus
from rmatrack.domain.serials import SerialKey


class Correction(StrEnum):
    """How the record is put right."""

    REPLACE = "replace"
    """The loan gets another serial."""

    EXCHANGE = "exchange"
    """Two loans exchange their devices, with whatever happened to each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A device on a loan, as recorded. `ended_at` is empty while it is out."""

    unit_id: int
    order: str
    serial: SerialKey
    status: UnitStatus
    shipped_on: date
    ended_at: datetime | None


class SameSerialError(BadInputError):
    """Nothing would change."""

    code = "same-serial"
    message = _("%(serial)s is what is recorded already. Give the serial of the device that really left.")

    def __init__(self, serial: str) -> None:
        super().__init__(field="serial", serial=serial)


class NoSerialError(BadInputError):
    """There is nothing to record."""

    code = "no-serial"
    message = _("Give the serial number of the device that really left, 3 to %(most)s characters.")

    def __init__(self, most: int) -> None:
        super().__init__(field="serial", most=most)


class CameBackItselfError(RuleBrokenError):
    """The recorded serial was read from a device that came back: so it had left."""

    code = "came-back-itself"
    message = _(
        "%(serial)s itself came back to the dock, so it is what left on %(order)s. Undo its scan if that was a mistake,"
        " or give the serial of the device it was exchanged with."
    )

    def __init__(self, serial: str, order: str) -> None:
        super().__init__(field="serial", serial=serial, order=order)


class GivenUpError(RuleBrokenError):
    """One of two devices to be exchanged was settled."""

    code = "exchange-settled"
    message = _("%(serial)s of %(order)s is settled as %(status)s. Take that back first, then correct the shipment.")

    def __init__(self, device: Recorded) -> None:
        super().__init__(field="serial", serial=device.serial, order=device.order, status=device.status)


class CorrectionReasonError(BadInputError):
    """A correction needs a reason, for whoever reads the history."""

    code = "correction-reason-missing"
    message = _("Say in a few words how you know. The reason stands in the history of the device.")

    def __init__(self) -> None:
        super().__init__(field="reason")


def correction_of(recorded: Recorded, serial: SerialKey, other: Recorded | None) -> Correction:
    """Return how *recorded* gets *serial*, which is also on the loan *other*; raises what speaks against it.

    A loan that had ended before this one began is another loan of the same device, and stays as it is.
    """
    if serial == recorded.serial:
        raise SameSerialError(serial)
    if other is None or _ended_before(other, recorded):
        if recorded.status is UnitStatus.RECEIVED:
            raise CameBackItselfError(recorded.serial, recorded.order)
        return Correction.REPLACE
    for device in (recorded, other):
        if device.status in GIVEN_UP:
            raise GivenUpError(device)
    return Correction.EXCHANGE


def _ended_before(loan: Recorded, later: Recorded) -> bool:
    return loan.ended_at is not None and loan.ended_at.date() <= later.shipped_on
