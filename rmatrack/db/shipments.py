"""What recording shipments asks of the database, and how it writes them: set by set, however many orders there are.

Everything goes through Core: rows as plain tuples in, one statement for each table out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.customers import Customer, CustomerAdministrator, SalesRelationship
from rmatrack.db.numbers import NumberSequence, open_sequence
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.db.trials import Trial
from rmatrack.domain.shipments import MAY_CHANGE, UNIT_MAY_CHANGE

RMA_SEQUENCE = "rma"

PARTNER = cast(Table, Partner.__table__)
CUSTOMER = cast(Table, Customer.__table__)
ADMINISTRATOR = cast(Table, CustomerAdministrator.__table__)
RELATIONSHIP = cast(Table, SalesRelationship.__table__)
TRIAL = cast(Table, Trial.__table__)
ORDER = cast(Table, DemoOrder.__table__)
UNIT = cast(Table, Unit.__table__)
RMA = cast(Table, Rma.__table__)


def take_turns(session: Session) -> None:
    """Let one step at a time record shipments: whoever waited sees what the one before recorded.

    The row of the RMA numbers is the lock, because everyone who records a new order needs it.
    """
    open_sequence(session, RMA_SEQUENCE, first=0, last=None)
    session.execute(select(NumberSequence.name).where(NumberSequence.name == RMA_SEQUENCE).with_for_update())


class KnownUnit(NamedTuple):
    """A unit of an order, as recorded."""

    order_id: int
    id: int
    serial_key: str
    serial: str
    model: str
    eula_expires_on: date
    eula_mailed_on: date | None


class KnownCustomer(NamedTuple):
    """A customer's organisation."""

    id: int
    org_id: str
    name: str
    zone: str


class KnownTrial(NamedTuple):
    """A trial of a customer with a partner."""

    id: int
    partner_id: int
    customer_id: int
    expires_on: date


_ORDERS = (
    select(
        ORDER,
        PARTNER.c.name.label("partner_name"),
        PARTNER.c.name_key,
        CUSTOMER.c.org_id,
        CUSTOMER.c.name.label("customer_name"),
        CUSTOMER.c.zone,
        TRIAL.c.expires_on.label("trial_expires_on"),
        RMA.c.completed_at,
    )
    .join(PARTNER, PARTNER.c.id == ORDER.c.partner_id)
    .join(CUSTOMER, CUSTOMER.c.id == ORDER.c.customer_id)
    .outerjoin(TRIAL, TRIAL.c.id == ORDER.c.trial_id)
    .outerjoin(RMA, RMA.c.order_id == ORDER.c.id)
    .where(among(DemoOrder.number, "numbers"))
)
_UNITS = (
    select(*(UNIT.c[name] for name in KnownUnit._fields)).where(among(Unit.order_id, "order_ids")).order_by(UNIT.c.id)
)
_ORDERS_LOCKED = _ORDERS.with_for_update(of=ORDER)
_UNITS_LOCKED = _UNITS.with_for_update()
_OPEN_LOANS = (
    select(UNIT.c.serial_key, ORDER.c.number)
    .join(ORDER, ORDER.c.id == UNIT.c.order_id)
    .where(among(Unit.serial_key, "keys"), UNIT.c.settled_at.is_(None))
)
_CUSTOMERS = select(*(CUSTOMER.c[name] for name in KnownCustomer._fields)).where(among(Customer.org_id, "org_ids"))
_ADMINISTRATORS = (
    select(ADMINISTRATOR.c.email, CUSTOMER.c.org_id, CUSTOMER.c.name)
    .join(CUSTOMER, CUSTOMER.c.id == ADMINISTRATOR.c.customer_id)
    .where(among(CustomerAdministrator.email, "emails"))
)
_PARTNERS = select(PARTNER.c.id, PARTNER.c.name, PARTNER.c.name_key).where(among(Partner.name_key, "keys"))
_TRIALS = select(*(TRIAL.c[name] for name in KnownTrial._fields)).where(
    among(Trial.customer_id, "customer_ids"), TRIAL.c.expires_on.is_not(None)
)
_RELATIONSHIPS = select(RELATIONSHIP.c.partner_id, RELATIONSHIP.c.customer_id).where(
    among(SalesRelationship.customer_id, "customer_ids")
)
_DEVICE_TRIALS = (
    select(UNIT.c.partner_id, func.count(func.distinct(ORDER.c.trial_id)))
    .join(ORDER, ORDER.c.id == UNIT.c.order_id)
    .where(among(Unit.partner_id, "partner_ids"), UNIT.c.settled_at.is_(None))
    .group_by(UNIT.c.partner_id)
)
_MODELS_SHIPPED = (
    select(ORDER.c.trial_id, UNIT.c.model, ORDER.c.number)
    .join(UNIT, UNIT.c.order_id == ORDER.c.id)
    .where(among(DemoOrder.trial_id, "trial_ids"))
    .distinct()
)


def orders_numbered(session: Session, numbers: Collection[str], *, lock: bool = False) -> dict[str, Mapping[str, Any]]:
    """The demo orders *numbers*, by number: all their columns, whose they are, and when the return was complete."""
    rows = _ask(session, _ORDERS_LOCKED if lock else _ORDERS, numbers=numbers)
    return {row.number: dict(row._mapping) for row in rows}


def units_of(session: Session, order_ids: Collection[int], *, lock: bool = False) -> list[KnownUnit]:
    """The units of some orders, in the order they were recorded."""
    return [KnownUnit._make(row) for row in _ask(session, _UNITS_LOCKED if lock else _UNITS, order_ids=order_ids)]


def open_loans(session: Session, keys: Collection[str]) -> dict[str, str]:
    """The order that each of the serials *keys* is out on."""
    return {row[0]: row[1] for row in _ask(session, _OPEN_LOANS, keys=keys)}


def customers_with_org_ids(session: Session, org_ids: Collection[str]) -> dict[str, KnownCustomer]:
    """The customers among *org_ids*."""
    return {row.org_id: KnownCustomer._make(row) for row in _ask(session, _CUSTOMERS, org_ids=org_ids)}


def organisations_of(session: Session, emails: Collection[str]) -> dict[str, tuple[str, str]]:
    """The org id and the name of the organisation that each of *emails* administers."""
    return {row[0]: (row[1], row[2]) for row in _ask(session, _ADMINISTRATORS, emails=emails)}


def partners_with_keys(session: Session, keys: Collection[str]) -> dict[str, tuple[int, str]]:
    """The id and the name of the partners whose folded names are *keys*."""
    return {row.name_key: (row.id, row.name) for row in _ask(session, _PARTNERS, keys=keys)}


def trials_of(session: Session, customer_ids: Collection[int]) -> list[KnownTrial]:
    """The trials of some customers that have begun."""
    return [KnownTrial._make(row) for row in _ask(session, _TRIALS, customer_ids=customer_ids)]


def relationships_of(session: Session, customer_ids: Collection[int]) -> set[tuple[int, int]]:
    """Partner and customer of each sales relationship of some customers."""
    return {(row[0], row[1]) for row in _ask(session, _RELATIONSHIPS, customer_ids=customer_ids)}


def device_trials_of(session: Session, partner_ids: Collection[int]) -> dict[int, int]:
    """How many trials of each partner have devices out."""
    return {row[0]: row[1] for row in _ask(session, _DEVICE_TRIALS, partner_ids=partner_ids)}


def models_shipped(session: Session, trial_ids: Collection[int]) -> Sequence[tuple[int, str, str]]:
    """Trial, model and order number of everything that some trials were sent."""
    return _ask(session, _MODELS_SHIPPED, trial_ids=trial_ids)


def _ask(session: Session, statement: Any, **keys: Iterable[object]) -> Sequence[Any]:
    return session.connection().execute(statement, keys).all()


_RETURNS = select(RMA.c.id).where(among(Rma.order_id, "order_ids"))


def returns_of(session: Session, order_ids: Collection[int]) -> set[int]:
    """The returns of some orders."""
    return {row[0] for row in _ask(session, _RETURNS, order_ids=order_ids)} if order_ids else set()


_ORDER_FIELDS: dict[str, Any] = {name: bindparam(f"new_{name}") for name in MAY_CHANGE}
_CHANGE_ORDER = (
    update(ORDER)
    .where(ORDER.c.id == bindparam("order_id"))
    .values(**_ORDER_FIELDS, trial_id=bindparam("trial"), version=ORDER.c.version + 1)
)
_CHANGE_UNIT = (
    update(UNIT)
    .where(UNIT.c.id == bindparam("unit_id"))
    .values(**{name: bindparam(f"new_{name}") for name in UNIT_MAY_CHANGE}, version=UNIT.c.version + 1)
)
_MOVE_TRIAL = (
    update(TRIAL)
    .where(TRIAL.c.id == bindparam("trial_id"))
    .values(expires_on=bindparam("day"), version=TRIAL.c.version + 1)
)


def change_orders(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write `new_…` for each field that may change, and `trial`, on the locked orders `order_id`."""
    if rows:
        session.connection().execute(_CHANGE_ORDER, rows)


def change_units(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write `new_…` for each field that may change on the locked units `unit_id`."""
    if rows:
        session.connection().execute(_CHANGE_UNIT, rows)


def move_trials(session: Session, ends: Mapping[int, date]) -> None:
    """Write when some trials end."""
    if ends:
        rows = [{"trial_id": id_, "day": day} for id_, day in ends.items()]
        session.connection().execute(_MOVE_TRIAL, rows)
