"""Putting an EULA date right: what may be corrected, and what a correction does (SPEC D-4).

A correction says that a date was written down wrongly. A later return is a device extension, which somebody approves
(SPEC D-6).
"""

from datetime import date

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.orders import UnitStatus


class EulaBeforeShipmentError(BadInputError):
    """An EULA cannot have run out before the unit left."""

    code = "eula-before-shipment"
    message = _(
        "The EULA cannot expire on %(eula)s, before the shipment of %(shipped)s. Give the day that the EULA mail names."
    )

    def __init__(self, eula: date, shipped: date) -> None:
        super().__init__(field="expires_on", eula=eula, shipped=shipped)


class ReasonMissingError(BadInputError):
    """A correction without a reason."""

    code = "reason-missing"
    message = _("Say why the date changes: the reason stands in the history beside it.")

    def __init__(self) -> None:
        super().__init__(field="reason")


class NothingChosenError(BadInputError):
    """No unit was chosen."""

    code = "no-units-chosen"
    message = _("Choose at least one device whose date is to change.")

    def __init__(self) -> None:
        super().__init__(field="units")


class LoanEndedError(RuleBrokenError):
    """The unit is back or settled, so that its date says nothing any more."""

    code = "loan-ended"
    message = _("%(serial)s is %(status)s: its EULA date can no longer change.")

    def __init__(self, serial: str, status: UnitStatus) -> None:
        super().__init__(field="units", serial=serial, status=status)


def corrected(expires_on: date, *, shipped_on: date, serial: str, status: UnitStatus) -> date:
    """Return *expires_on*, if a unit's EULA date may become that."""
    if status is not UnitStatus.SHIPPED:
        raise LoanEndedError(serial, status)
    if expires_on < shipped_on:
        raise EulaBeforeShipmentError(expires_on, shipped_on)
    return expires_on
