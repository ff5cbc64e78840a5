"""What whoever runs the programme decides: dated rows with a reason, and the questions asked of them.

`rmatrack.domain.policy_tables` reads the rows; nothing here is a constant of the code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from rmatrack.domain.addresses import Address
from rmatrack.domain.policy_customs import CustomsTerms, Importer
from rmatrack.domain.policy_gaps import NoCarrierError, NoDepotError, NotServedError, UnknownModelError


class Carrier(StrEnum):
    """Who fetches a return."""

    UPS = "ups"
    DHL = "dhl"
    EXPEDITORS = "expeditors"

    @classmethod
    def joined(cls, code: str, name: str) -> "Carrier":
        """Return the carrier with *code* that calls itself *name*, made when it is not built in."""
        known = cls._value2member_map_.get(code)
        if isinstance(known, Carrier):
            CARRIER_NAMES.setdefault(known, name)
            return known
        carrier = str.__new__(cls, code)
        carrier._name_, carrier._value_ = code.upper(), code
        cls._value2member_map_[code] = carrier
        CARRIER_NAMES[carrier] = name
        return carrier


CARRIER_NAMES: dict[Carrier, str] = {
    Carrier.UPS: "UPS",
    Carrier.DHL: "DHL Express",
    Carrier.EXPEDITORS: "Expeditors",
}
"""Names of companies are not translated."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of the programme; the unit is in the name, `days` are calendar days."""

    trial_durations_days: tuple[int, ...]
    licences_least: int
    licences_most: int
    licences_proposed: int
    registrations_least: int
    registrations_most: int
    registrations_proposed: int
    consent_window_days: int
    extension_days: int
    expiry_reminder_days: tuple[int, ...]
    grace_days: int
    numbers_kept_days: int
    return_window_days: int
    device_trial_most_days: int
    label_life_days: int
    due_soon_days: int
    units_per_order: int
    shipments_per_model: int
    device_trials_per_partner: int
    device_trials_warning: int
    answers_kept_days: int
    replacement_labels_per_order_day: int
    replacement_labels_per_unit_day: int
    replacement_labels_per_partner_day: int
    delivered_not_scanned_working_days: int
    scanned_not_delivered_working_days: int
    held_up_working_days: int
    charge_after_days: int
    announced_quiet_days: int
    return_links_days: int


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """From a day on: who carries returns out of a country, or out of one `state` of it; None where nobody does."""

    country: str
    states: tuple[str, ...]
    carrier: Carrier | None
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Family:
    """Models that share limits: at most so many in one order, of the family and of one model."""

    code: str
    names: Mapping[str, str]
    most_per_order: int
    most_per_model: int
    holds_data: bool
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """What comes with the devices of a family; without what is needed a device is no use (SPEC R-6)."""

    code: str
    family: str
    names: Mapping[str, str]
    needed: bool
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Model:
    """A product of the catalogue in its box; `box_mm` is length, width, height; `hs_code` has no dots."""

    code: str
    family: str
    name: str
    weight_kg: Decimal
    box_mm: tuple[int, ...]
    made_in: str
    hs_code: str
    value: Decimal
    currency: str
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class ShipToRow:
    """From a day on: where a family ships, or one model of it."""

    family: str
    model: str
    countries: frozenset[str]
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Depot:
    """Where returns go."""

    code: str
    address: Address
    email: str
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class DepotRow:
    """From a day on: the depot for a carrier's returns, out of all countries or some."""

    carrier: Carrier
    countries: frozenset[str]
    depot: str
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class CarrierContact:
    """How to reach a carrier from some countries (all, where none is named), and how to book a pickup, by language.

    A row with *states* is for those of its countries only, and goes before the rows of the whole country.
    """

    carrier: Carrier
    countries: frozenset[str]
    states: frozenset[str]
    phone: str
    web: str
    email: str
    booking: Mapping[str, str]
    since: date
    reason: str


class Addressee(StrEnum):
    """Whom a rung of the ladder is told to: all of them."""

    CUSTOMER = "customer"
    """The customer's administrators."""
    PARTNER = "partner"
    """The partner's sales administrators."""
    PARTNER_USERS = "partner-users"
    """The partner's other people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupRow:
    """From a day on: when a carrier fetches boxes from some countries (all, where none is named), by their clocks."""

    carrier: Carrier
    countries: frozenset[str]
    ready: time
    closes: time
    cut_off: time
    least_hours: int
    days_ahead: int
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """A rung of the ladder: so many days after the due day, before it where negative, and whom it is told to."""

    code: str
    days: int
    to: tuple[Addressee, ...]
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Region:
    """Where data of customers in these countries is kept."""

    code: str
    names: Mapping[str, str]
    countries: frozenset[str]
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class Vertical:
    """A line of business to choose from."""

    code: str
    names: Mapping[str, str]
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """The IANA zones proposed for places: a country, or a state written as US-CA."""

    places: Mapping[str, str]
    since: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything that was decided. `rows` holds every file as it was written, to be shown."""

    terms: Terms
    carriers: Mapping[tuple[str, str], tuple[CarrierRow, ...]]
    families: Mapping[str, Family]
    models: Mapping[str, Model]
    parts: tuple[Part, ...]
    ship_to: tuple[ShipToRow, ...]
    depots: Mapping[str, Depot]
    depot_rows: tuple[DepotRow, ...]
    contacts: tuple[CarrierContact, ...]
    pickups: tuple[PickupRow, ...]
    customs_terms: tuple[CustomsTerms, ...]
    importers: Mapping[str, Importer]
    ladder: tuple[ReminderStep, ...]
    regions: tuple[Region, ...]
    verticals: tuple[Vertical, ...]
    zones: Mapping[str, str]
    rows: Mapping[str, tuple[Mapping[str, object], ...]]

    @property
    def return_window_days(self) -> int:
        """Return the calendar days between EULA expiry and return due."""
        return self.terms.return_window_days


@dataclass(frozen=True, slots=True)
class CarrierChoice:
    """Who carries returns from a place, since when and why; `carrier` is None where a row says nobody does."""

    country: str
    carrier: Carrier | None
    reason: str
    since: date

    def required(self) -> Carrier:
        """Return the carrier, or raise `NotServedError`."""
        if self.carrier is None:
            raise NotServedError(self.country, self.reason)
        return self.carrier


def carrier_for(policy: Policy, country: str, state: str, on: date) -> CarrierChoice:
    """Return who carries returns from there on that day; raises `NoCarrierError` where no row says anything.

    *country* is an ISO 3166 code; a row for the *state* goes before its country's.
    """
    rows = (
        *policy.carriers.get((country, state.strip().upper()), ()),
        *policy.carriers.get((country, ""), ()),
    )
    row = next((row for row in rows if row.since <= on), None)
    if row is None:
        raise NoCarrierError(country)
    return CarrierChoice(country, row.carrier, row.reason, row.since)


def depot_for(policy: Policy, carrier: Carrier, country: str, on: date) -> Depot:
    """Return where a return goes; raises `NoDepotError`."""
    rows = [row for row in policy.depot_rows if row.carrier is carrier]
    row = _in_force(rows, country, on)
    if row is None:
        raise NoDepotError(CARRIER_NAMES[carrier], country)
    return policy.depots[row.depot]


def contact_for(policy: Policy, carrier: Carrier, country: str, on: date, *, state: str = "") -> CarrierContact | None:
    """Return how to reach a carrier from a country; a row for the *state* goes before its country's."""
    contacts = [contact for contact in policy.contacts if contact.carrier is carrier]
    of_state = [contact for contact in contacts if state.strip().upper() in contact.states]
    of_country = [contact for contact in contacts if not contact.states]
    return _in_force(of_state, country, on) or _in_force(of_country, country, on)


def customs_terms_for(policy: Policy, country: str, on: date) -> CustomsTerms | None:
    """Return who exports and who imports what comes back from a country."""
    return _in_force(policy.customs_terms, country, on)


def pickup_hours(policy: Policy, carrier: Carrier, country: str, on: date) -> PickupRow | None:
    """Return when a carrier fetches boxes from a country."""
    return _in_force([row for row in policy.pickups if row.carrier is carrier], country, on)


def model_of(policy: Policy, code: str) -> Model:
    """Return the catalogue's model; raises `UnknownModelError`."""
    try:
        return policy.models[code.strip().upper()]
    except KeyError:
        raise UnknownModelError(code) from None


def ship_to_countries(policy: Policy, models: Iterable[str], on: date) -> frozenset[str]:
    """Return where all *models* may ship together (SPEC D-3); nowhere without any. Raises `UnknownModelError`."""
    lists = [_ships_to(policy, model_of(policy, code), on) for code in models]
    return frozenset.intersection(*lists) if lists else frozenset()


def _ships_to(policy: Policy, model: Model, on: date) -> frozenset[str]:
    rows = [
        row
        for row in policy.ship_to
        if row.family == model.family and row.model in ("", model.code) and row.since <= on
    ]
    newest = max(rows, key=lambda row: (row.model != "", row.since), default=None)
    return newest.countries if newest else frozenset()


def zone_for(policy: Policy, country: str, state: str) -> str | None:
    """Return the IANA zone to propose for a place."""
    return policy.zones.get(f"{country}-{state.strip().upper()}") or policy.zones.get(country)


def region_for(policy: Policy, country: str, on: date) -> Region | None:
    """Return where data of a customer there is kept; None means: ask the trials team."""
    rows = [row for row in policy.regions if country in row.countries and row.since <= on]
    return max(rows, key=lambda row: row.since, default=None)


class _Placed(Protocol):
    @property
    def countries(self) -> frozenset[str]: ...

    @property
    def since(self) -> date: ...


_Row = TypeVar("_Row", bound=_Placed)


def _in_force(rows: Iterable[_Row], country: str, on: date) -> _Row | None:
    """Return the newest row in force for a country; one that names it goes before one for all."""
    fitting = [row for row in rows if row.since <= on and (not row.countries or country in row.countries)]
    return max(fitting, key=lambda row: (bool(row.countries), row.since), default=None)
