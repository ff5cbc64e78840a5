"""What a sweep asks about units: who stands on which rung and was not told (SPEC R-8).

Each rung and addressee is a question of its own over the index of EULA dates, all of them one statement; how many
units there are makes no difference to the number of statements.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.answers import ReturnAnswer
from rmatrack.db.charges import Charge
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.due_conditions import days_between, later_than, up_to
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner, Person
from rmatrack.db.recipients import ADMINISTRATORS
from rmatrack.db.unit_notices import UnitNotice
from rmatrack.domain.answers import AnswerKind, AnswerState
from rmatrack.domain.charges import ChargeState
from rmatrack.domain.due import EulaThresholds
from rmatrack.domain.labels import MOVING
from rmatrack.domain.ladder import Rung
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Addressee


class Untold(NamedTuple):
    """Something that nobody told one person of one unit yet: a rung, or a proposal to charge (`charge_id`)."""

    step: str
    audience: str
    unit_id: int
    order_id: int
    eula_expires_on: date
    zone: str
    known_at: datetime
    email: str
    name: str | None
    language: str | None
    administrator_id: int | None
    person_id: int | None
    charge_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A rung with the EULA dates of the units that have reached it, and of those that have left it behind."""

    rung: Rung
    reached: EulaThresholds
    left: EulaThresholds


class UnitToTell(NamedTuple):
    """What a mail says of a unit."""

    id: int
    serial: str
    model: str
    order_id: int
    order: str
    recipient: str
    city: str
    customer: str
    partner: str


def untold(
    session: Session,
    standings: Sequence[Standing],
    *,
    window_days: int,
    quiet_since: datetime,
    only: Mapping[str, Collection[int]] | None = None,
) -> Sequence[Untold]:
    """What nobody was told: to everybody about every unit, or *only* to some addresses about some units.

    Who announced a parcel after *quiet_since* is left in peace. A unit's order may have been recorded a day after its
    rung began, as days are told in UTC here: the rule decides.
    """
    questions = [
        _rung(standing, addressee, window_days=window_days, quiet_since=quiet_since)
        for standing in standings
        for addressee in standing.rung.to
    ]
    questions.append(_proposals())
    given: dict[str, Any] = {}
    if only is not None:
        questions = [question.where(among(Unit.id, "units")) for question in questions]
        given = {"units": {id_ for ids in only.values() for id_ in ids}}
    rows = (Untold._make(row) for row in session.execute(union_all(*questions), given))
    return [row for row in rows if only is None or row.email in only]


def hold_units(session: Session, ids: Collection[int]) -> None:
    """Let nobody receive, extend or settle the units *ids* until the step ends; several sweeps may hold them."""
    held = select(Unit.id).where(among(Unit.id, "ids")).order_by(Unit.id).with_for_update(read=True)
    session.execute(held, {"ids": ids}).all()


def units_to_tell(session: Session, ids: Collection[int]) -> Mapping[int, UnitToTell]:
    """What mails say of the units *ids*."""
    question = (
        select(
            Unit.id,
            Unit.serial,
            Unit.model,
            Unit.order_id,
            DemoOrder.number,
            DemoOrder.recipient,
            DemoOrder.city,
            Customer.name,
            Partner.name,
        )
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(Partner, Partner.id == DemoOrder.partner_id)
        .where(among(Unit.id, "ids"))
    )
    return {row[0]: UnitToTell._make(row) for row in session.execute(question, {"ids": ids})}


def on_the_ladder(quiet_since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Neither on its way, nor said to be so a short while ago, nor claimed to be lost."""
    said = select(ReturnAnswer.id).where(
        ReturnAnswer.unit_id == Unit.id,
        ReturnAnswer.state == AnswerState.OPEN.value,
        or_(
            ReturnAnswer.kind == AnswerKind.LOST.value,
            and_(ReturnAnswer.kind == AnswerKind.SENT.value, ReturnAnswer.given_at >= quiet_since),
        ),
    )
    return ~is_moving(), ~said.exists()


def is_moving() -> ColumnElement[bool]:
    """The carrier has the unit's parcel."""
    return (
        select(Label.id)
        .where(Label.unit_id == Unit.id, Label.state.in_(sorted(state.value for state in MOVING)))
        .exists()
    )


_NOBODY = cast(null(), BigInteger)
_WHO: dict[Addressee, tuple[Any, ...]] = {
    Addressee.CUSTOMER: (
        CustomerAdministrator.email,
        CustomerAdministrator.name,
        Customer.language,
        CustomerAdministrator.id,
        _NOBODY,
    ),
    Addressee.PARTNER: (Person.email, Person.name, Person.language, _NOBODY, Person.id),
    Addressee.PARTNER_USERS: (Person.email, Person.name, Person.language, _NOBODY, Person.id),
}
"""Address, name, language, and whose personal links they are."""


def _people(addressee: Addressee) -> tuple[Any, ColumnElement[bool]]:
    theirs = and_(Person.partner_id == DemoOrder.partner_id, Person.active)
    match addressee:
        case Addressee.CUSTOMER:
            return CustomerAdministrator, CustomerAdministrator.customer_id == DemoOrder.customer_id
        case Addressee.PARTNER:
            return Person, and_(theirs, Person.role.in_(ADMINISTRATORS))
        case Addressee.PARTNER_USERS:
            return Person, and_(theirs, Person.role == Role.PARTNER_USER.value)


def _rung(
    standing: Standing, addressee: Addressee, *, window_days: int, quiet_since: datetime
) -> Select[*tuple[Any, ...]]:
    rung = standing.rung
    email, *who = _WHO[addressee]
    told = select(UnitNotice.unit_id).where(
        UnitNotice.unit_id == Unit.id,
        UnitNotice.step == rung.code,
        UnitNotice.eula_expires_on == Unit.eula_expires_on,
        UnitNotice.email == email,
    )
    columns = (Unit.id, Unit.order_id, Unit.eula_expires_on, Unit.zone, DemoOrder.created_at)
    return (
        select(literal(rung.code), literal(addressee.value), *columns, email, *who, _NOBODY)
        .select_from(Unit)
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .join(*_people(addressee))
        .where(
            Unit.settled_at.is_(None),
            up_to(standing.reached),
            later_than(standing.left),
            days_between(Unit.eula_expires_on, DemoOrder.created_at) <= window_days + rung.first + 1,
            ~told.exists(),
            *on_the_ladder(quiet_since),
        )
    )


def _proposals() -> Select[*tuple[Any, ...]]:
    """Proposals of which the partner's administrators were not told yet."""
    step = literal("charge ").concat(cast(Charge.id, String))
    email, *who = _WHO[Addressee.PARTNER]
    told = select(UnitNotice.unit_id).where(
        UnitNotice.unit_id == Unit.id,
        UnitNotice.step == step,
        UnitNotice.eula_expires_on == Charge.eula_expires_on,
        UnitNotice.email == email,
    )
    columns = (Unit.id, Unit.order_id, Charge.eula_expires_on, Unit.zone, DemoOrder.created_at)
    return (
        select(step, literal(Addressee.PARTNER.value), *columns, email, *who, Charge.id)
        .select_from(Charge)
        .join(Unit, Unit.id == Charge.unit_id)
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .join(*_people(Addressee.PARTNER))
        .where(Charge.state.in_((ChargeState.PROPOSED.value, ChargeState.NOTIFIED.value)), ~told.exists())
    )
