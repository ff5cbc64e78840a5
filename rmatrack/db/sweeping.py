"""What a sweep asks: which reminders are due and not sent, and what their mails say (SPEC T-21 – T-25).

Each rule is a question of its own over an index, all of them one statement; how many trials there are makes no
difference to the number of statements.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from rmatrack.db.among import among
from rmatrack.db.consent import ConsentRequest
from rmatrack.db.customer_users import CustomerUser, PhoneNumber
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.notices import Notice
from rmatrack.db.people import Partner, Person
from rmatrack.db.recipients import ADMINISTRATORS
from rmatrack.db.trials import Trial
from rmatrack.domain.reminding import Audience, Reminder, State
from rmatrack.domain.todays import Todays
from rmatrack.domain.trials import TrialStatus


class Unsent(NamedTuple):
    """A reminder that nobody sent yet, to one person about one day, in the trial's customer's zone."""

    reminder: str
    audience: str
    trial_id: int
    about_on: date
    zone: str
    known_at: datetime
    email: str
    name: str | None
    language: str | None
    administrator_id: int | None


class TrialToTell(NamedTuple):
    """What a mail says of a trial. `keeps_numbers` tells that phone numbers are waiting to be released."""

    id: int
    customer_id: int
    customer: str
    partner: str
    zone: str
    expires_on: date | None
    numbers_released_at: datetime | None
    keeps_numbers: bool


def reached(day: InstrumentedAttribute[Any], todays: Todays, *, days: int) -> ColumnElement[bool]:
    """The condition that *days* after *day* the customer's today has come; one bound of it is for the index."""
    return _by_zone(day, todays, timedelta(days=days))


def unsent(
    session: Session,
    reminders: Sequence[Reminder],
    todays: Todays,
    *,
    since: datetime,
    only: Mapping[str, Collection[int]] | None = None,
) -> Sequence[Unsent]:
    """Which of *reminders* nobody sent: to everybody about everything, or *only* to some addresses about some trials.

    What the sweep notes itself (a lapse, released numbers) is told if that was noted *since* then.
    """
    trial = Trial if only is None else _held()
    questions = [
        _question(trial, reminder, audience, todays, since=since)
        for reminder in reminders
        for audience in reminder.audiences
    ]
    given = {} if only is None else {"emails": only, "trials": {id_ for ids in only.values() for id_ in ids}}
    return [Unsent._make(row) for row in session.execute(union_all(*questions), given)]


def hold_trials(session: Session, ids: Collection[int]) -> None:
    """Let nobody extend or end the trials *ids* until the step ends; several sweeps may hold them at a time."""
    held = select(Trial.id).where(among(Trial.id, "ids")).order_by(Trial.id).with_for_update(read=True)
    session.execute(held, {"ids": ids}).all()


def trials_to_tell(session: Session, ids: Collection[int]) -> Mapping[int, TrialToTell]:
    """What mails say of the trials *ids*."""
    kept = select(PhoneNumber.id).where(PhoneNumber.trial_id == Trial.id, PhoneNumber.released_at.is_(None)).exists()
    question = (
        select(
            Trial.id,
            Trial.customer_id,
            Customer.name,
            Partner.name,
            Customer.zone,
            Trial.expires_on,
            Trial.numbers_released_at,
            kept,
        )
        .join(Customer, Customer.id == Trial.customer_id)
        .join(Partner, Partner.id == Trial.partner_id)
        .where(among(Trial.id, "ids"))
    )
    return {row[0]: TrialToTell._make(row) for row in session.execute(question, {"ids": ids})}


def _held() -> type[Trial]:
    """Only the trials that are asked for, read once and first, whatever else the database would like to begin with."""
    few = select(Trial).where(among(Trial.id, "trials"))
    return aliased(Trial, few.cte("held").prefix_with("MATERIALIZED"))


def _question(
    trial: type[Trial], reminder: Reminder, audience: Audience, todays: Todays, *, since: datetime
) -> Select[Any]:
    about = ConsentRequest.last_on if reminder.state is State.CONSENT_EXPIRED else trial.expires_on
    email, name, language, administrator_id = _WHO[audience]
    question = (
        select(
            literal(reminder.name),
            literal(audience.value),
            trial.id,
            about,
            Customer.zone,
            trial.created_at,
            email,
            name,
            language,
            administrator_id,
        )
        .select_from(trial)
        .join(Customer, Customer.id == trial.customer_id)
        .join(*_people(trial, audience))
    )
    if reminder.state is State.CONSENT_EXPIRED:
        question = question.join(ConsentRequest, ConsentRequest.trial_id == trial.id)
    told = select(Notice.trial_id).where(
        Notice.trial_id == trial.id, Notice.kind == reminder.name, Notice.expires_on == about, Notice.email == email
    )
    question = question.where(*_holds(trial, reminder, todays, since), ~told.exists())
    return question if trial is Trial else question.where(among(email, "emails"))


def _holds(trial: type[Trial], reminder: Reminder, todays: Todays, since: datetime) -> list[ColumnElement[bool]]:
    match reminder.state:
        case State.ACTIVE:
            due = [trial.status == TrialStatus.ACTIVE, reached(trial.expires_on, todays, days=reminder.first)]
            if reminder.last is not None:
                due.append(_not_reached(trial.expires_on, todays, days=reminder.last + 1))
            return due
        case State.LAPSED:
            return [trial.status == TrialStatus.LAPSED, trial.ended_at >= since]
        case State.NUMBERS_RELEASED:
            return [trial.numbers_released_at >= since]
        case State.CONSENT_EXPIRED:
            return [trial.status == TrialStatus.CONSENT_EXPIRED, trial.ended_at >= since]


def _people(trial: type[Trial], audience: Audience) -> tuple[Any, ColumnElement[bool]]:
    match audience:
        case Audience.CUSTOMER:
            return CustomerAdministrator, CustomerAdministrator.customer_id == trial.customer_id
        case Audience.PARTNER:
            theirs = Person.partner_id == trial.partner_id
            return Person, and_(theirs, Person.active, Person.role.in_(ADMINISTRATORS))
        case Audience.USER:
            return CustomerUser, CustomerUser.trial_id == trial.id


def _by_zone(day: InstrumentedAttribute[Any], todays: Todays, after: timedelta) -> ColumnElement[bool]:
    sure = todays.earliest - after
    edge = [
        and_(day <= today - after, Customer.zone.in_(zones))
        for today, zones in todays.zones.items()
        if today > todays.earliest
    ]
    return and_(day <= todays.latest - after, or_(day <= sure, *edge))


def _not_reached(day: InstrumentedAttribute[Any], todays: Todays, *, days: int) -> ColumnElement[bool]:
    after = timedelta(days=days)
    edge = [
        and_(day > today - after, Customer.zone.in_(zones))
        for today, zones in todays.zones.items()
        if today < todays.latest
    ]
    return and_(day > todays.earliest - after, or_(day > todays.latest - after, *edge))


_NOBODY = cast(null(), BigInteger)

_WHO: dict[Audience, tuple[Any, Any, Any, Any]] = {
    Audience.CUSTOMER: (
        CustomerAdministrator.email,
        CustomerAdministrator.name,
        Customer.language,
        CustomerAdministrator.id,
    ),
    Audience.PARTNER: (Person.email, Person.name, Person.language, _NOBODY),
    Audience.USER: (CustomerUser.email, CustomerUser.name, Customer.language, _NOBODY),
}
"""Address, name, language, and whose personal link it is."""
