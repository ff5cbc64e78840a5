"""A shipment as somebody reports it, and how it differs from the one we recorded (SPEC D-1, D-10)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rmatrack.domain.errors import _
from rmatrack.domain.serials import SerialKey

Value = str | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedUnit:
    """One device in a shipment; `line` is where the file says so, counted from 1."""

    model: str
    serial: str
    serial_key: SerialKey
    eula_expires_on: date
    eula_mailed_on: date | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A demo order with its units, its partner and its customer; `trial_expires_on` is the portal clock.

    `None` is what the report does not speak of, which is not the same as blank.
    """

    number: str
    shipped_on: date
    partner: str
    customer: str
    org_id: str
    admin_email: str
    recipient: str
    phone: str
    ship_to_name: str | None = None
    address_1: str
    address_2: str | None = None
    address_3: str | None = None
    city: str
    state: str | None = None
    postal_code: str | None = None
    country: str
    trial_expires_on: date | None = None
    units: tuple[ShippedUnit, ...]
    line: int = field(default=0, compare=False)


class Standing(StrEnum):
    """What recording a shipment would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


WORDS: dict[Standing, str] = {
    Standing.NEW: _("new"),
    Standing.CHANGED: _("changed"),
    Standing.UNCHANGED: _("unchanged"),
    Standing.REFUSED: _("refused"),
}

MAY_CHANGE = (
    "shipped_on",
    "recipient",
    "phone",
    "ship_to_name",
    "address_1",
    "address_2",
    "address_3",
    "city",
    "state",
    "postal_code",
    "country",
)
"""What a later report of the same order may put right; whose it is and which serials left may not."""

UNIT_MAY_CHANGE = ("eula_expires_on", "eula_mailed_on")

PERSONAL = frozenset({"recipient", "phone", "address_1", "address_2", "address_3", "admin_email"})
"""What the log holds as commitments only, so that a person can be forgotten (SPEC X-2)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that reads differently now; on a unit where `serial_key` says which."""

    field: str
    old: Value
    new: Value
    serial_key: SerialKey | None = None


def differences(known: Mapping[str, Value], reported: Shipment) -> list[Difference]:
    """Return what of the order itself is reported differently; what is not reported is no difference."""
    reports = ((name, getattr(reported, name)) for name in MAY_CHANGE)
    return [Difference(name, known[name], new) for name, new in reports if new is not None and new != known[name]]


def unit_differences(known: Mapping[str, Value], reported: ShippedUnit) -> list[Difference]:
    """Return what of a unit is reported differently."""
    reports = ((name, getattr(reported, name)) for name in UNIT_MAY_CHANGE)
    return [
        Difference(name, known[name], new, reported.serial_key)
        for name, new in reports
        if new is not None and new != known[name]
    ]
