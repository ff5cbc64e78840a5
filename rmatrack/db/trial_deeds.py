"""Trials as deeds need them: one under lock with whose it is, several that the calendar has ended (SPEC T-14, T-22)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.consent import ConsentRequest
from rmatrack.db.customer_users import CustomerUser, PhoneNumber
from rmatrack.db.customers import Customer
from rmatrack.db.parcels import ParcelRequest
from rmatrack.db.people import Partner
from rmatrack.db.sight import trials_seen_by
from rmatrack.db.sweeping import reached
from rmatrack.db.trials import Trial, TrialService
from rmatrack.domain.parcels import RequestState
from rmatrack.domain.people import Actor
from rmatrack.domain.todays import Todays
from rmatrack.domain.trials import NEVER_BEGAN, TrialStatus

_TRIAL = cast(Table, Trial.__table__)
_SERVICE = cast(Table, TrialService.__table__)
_USER = cast(Table, CustomerUser.__table__)
_NUMBER = cast(Table, PhoneNumber.__table__)
_PARCEL = cast(Table, ParcelRequest.__table__)


class TrialParties(NamedTuple):
    """A trial with its customer and partner, and the last day to accept while consent is asked for."""

    trial: Trial
    customer: Customer
    partner: Partner
    consent_ends_on: date | None


def trial_with_parties(
    session: Session, trial_id: int, *, seen_by: Actor | None, lock: bool = False
) -> TrialParties | None:
    """The trial *trial_id*, if *seen_by* may see it; None stands for whoever holds a signed link.

    With *lock*, the customer and the trial stay as they are until the step ends, the customer taken first: so that a
    trial that is being started for the same customer waits.
    """
    question = (
        select(Trial, Customer, Partner, ConsentRequest.last_on)
        .join(Customer, Customer.id == Trial.customer_id)
        .join(Partner, Partner.id == Trial.partner_id)
        .outerjoin(ConsentRequest, ConsentRequest.trial_id == Trial.id)
        .where(Trial.id == trial_id)
    )
    if seen_by is not None:
        question = question.where(trials_seen_by(seen_by))
    if lock:
        question = question.with_for_update(of=(Customer, Trial), key_share=True)
    row = session.execute(question.execution_options(populate_existing=True)).one_or_none()
    return TrialParties(*row) if row else None


def lock_customer(session: Session, customer_id: int) -> None:
    """Let one step at a time start something for a customer."""
    session.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update(key_share=True))


class Ending(NamedTuple):
    """A trial that may have come to an end, with what decides it."""

    id: int
    partner_id: int
    partner: str
    customer_id: int
    customer: str
    zone: str
    status: str
    expires_on: date | None
    consent_ends_on: date | None
    ended_at: datetime | None


_ENDINGS = (
    select(
        Trial.id,
        Trial.partner_id,
        Partner.name,
        Trial.customer_id,
        Customer.name,
        Customer.zone,
        Trial.status,
        Trial.expires_on,
        ConsentRequest.last_on,
        Trial.ended_at,
    )
    .join(Customer, Customer.id == Trial.customer_id)
    .join(Partner, Partner.id == Trial.partner_id)
    .outerjoin(ConsentRequest, ConsentRequest.trial_id == Trial.id)
    .order_by(Trial.expires_on, ConsentRequest.last_on, Trial.id)
)


def trials_beyond_grace(
    session: Session, todays: Todays, grace_days: int, *, customer_id: int | None, limit: int
) -> Sequence[Ending]:
    """Active trials whose grace is over where their customers are, under lock."""
    over = reached(Trial.expires_on, todays, days=grace_days + 1)
    return _endings(session, _ENDINGS.where(Trial.status == TrialStatus.ACTIVE, over), customer_id, limit)


def requests_beyond_consent(
    session: Session, todays: Todays, *, customer_id: int | None, limit: int
) -> Sequence[Ending]:
    """Requests whose last day to accept is over where the customers are, under lock."""
    over = reached(ConsentRequest.last_on, todays, days=1)
    return _endings(session, _ENDINGS.where(Trial.status == TrialStatus.PENDING_CONSENT, over), customer_id, limit)


def lapsed_trials_with_numbers(session: Session, todays: Todays, days: int, *, limit: int) -> Sequence[Ending]:
    """Lapsed trials that expired so many days ago or longer, where their customers are, with numbers to release."""
    over = reached(Trial.expires_on, todays, days=days)
    return _endings(session, _ENDINGS.where(Trial.status == TrialStatus.LAPSED, over, *_KEPT), None, limit)


def cancelled_trials_with_numbers(session: Session, before: datetime, *, limit: int) -> Sequence[Ending]:
    """Trials that were cancelled before a moment, with numbers to release, under lock; the first cancelled first."""
    cancelled = _ENDINGS.where(Trial.status == TrialStatus.CANCELLED, Trial.ended_at < before, *_KEPT)
    return _endings(session, cancelled.order_by(None).order_by(Trial.ended_at, Trial.id), None, limit)


_KEPT = (
    Trial.numbers_released_at.is_(None),
    select(PhoneNumber.id).where(PhoneNumber.trial_id == Trial.id, PhoneNumber.released_at.is_(None)).exists(),
)


def _endings(session: Session, question: Any, customer_id: int | None, limit: int) -> Sequence[Ending]:
    if customer_id is not None:
        question = question.where(Trial.customer_id == customer_id)
    return [Ending._make(row) for row in session.execute(question.limit(limit).with_for_update(of=Trial))]


def end_trials(session: Session, ids: Collection[int], status: TrialStatus, *, now: datetime) -> None:
    """Give the locked trials *ids* their last status: their services end and no devices are sent any more."""
    session.flush()
    given: dict[str, Any] = {"status": status.value, "ended_at": now, "version": _TRIAL.c.version + 1}
    if status in NEVER_BEGAN:
        given["site_url"] = None  # The address was never in use, so somebody else may have it.
    _write(session, update(_TRIAL).where(among(Trial.id, "ids")).values(given), ids)
    end_services(session, ids, now=now)
    withdrawn = update(_PARCEL).where(
        among(ParcelRequest.trial_id, "ids"), _PARCEL.c.state == RequestState.REQUESTED.value
    )
    _write(session, withdrawn.values(state=RequestState.WITHDRAWN.value, version=_PARCEL.c.version + 1), ids)


def end_services(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """End every service that is still on trial in the trials *ids*."""
    running = update(_SERVICE).where(among(TrialService.trial_id, "ids"), _SERVICE.c.ended_at.is_(None))
    _write(session, running.values(ended_at=now), ids)


def move_users(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """Move the users of the trials *ids* to the free consumer organisation, for good (SPEC T-23)."""
    there = update(_USER).where(among(CustomerUser.trial_id, "ids"), _USER.c.moved_at.is_(None))
    _write(session, there.values(moved_at=now), ids)


def give_numbers_back(session: Session, ids: Collection[int], *, now: datetime) -> None:
    """Release the phone numbers of the locked trials *ids* (SPEC T-24)."""
    kept = update(_NUMBER).where(among(PhoneNumber.trial_id, "ids"), _NUMBER.c.released_at.is_(None))
    _write(session, kept.values(released_at=now), ids)
    trials = update(_TRIAL).where(among(Trial.id, "ids"))
    _write(session, trials.values(numbers_released_at=now, version=_TRIAL.c.version + 1), ids)


def converted_trials_over(session: Session, todays: Todays, *, customer_id: int | None, limit: int) -> Sequence[Ending]:
    """Converted trials that have expired with services running that the paid order left out (SPEC T-18)."""
    over = reached(Trial.expires_on, todays, days=1)
    left_out = select(TrialService.id).where(TrialService.trial_id == Trial.id, TrialService.ended_at.is_(None))
    question = _ENDINGS.where(Trial.status == TrialStatus.CONVERTED, over, left_out.exists())
    return _endings(session, question, customer_id, limit)


def _write(session: Session, statement: Any, ids: Collection[int]) -> None:
    session.connection().execute(statement, {"ids": ids})


def running_services(session: Session, customer_id: int) -> Mapping[str, str]:
    """Each service that somebody trials with a customer, and that partner's name."""
    found = session.execute(
        select(TrialService.service, Partner.name)
        .join(Trial, Trial.id == TrialService.trial_id)
        .join(Partner, Partner.id == Trial.partner_id)
        .where(TrialService.customer_id == customer_id, TrialService.ended_at.is_(None))
    )
    return {row[0]: row[1] for row in found}


def services_of(session: Session, trial_ids: Collection[int]) -> dict[int, list[str]]:
    """The services that each of some trials has running, or had when it ended."""
    found: dict[int, list[str]] = {id_: [] for id_ in trial_ids}
    last = select(TrialService.trial_id, TrialService.service, TrialService.ended_at, Trial.ended_at).join(
        Trial, Trial.id == TrialService.trial_id
    )
    for trial_id, service, ended_at, trial_ended_at in session.execute(
        last.where(among(TrialService.trial_id, "ids")).order_by(TrialService.id), {"ids": trial_ids}
    ):
        if ended_at is None or ended_at == trial_ended_at:
            found[trial_id].append(service)
    return found


def trial_services_running(session: Session, trial_id: int) -> Sequence[TrialService]:
    """The services that a trial has running."""
    return session.scalars(
        select(TrialService).where(TrialService.trial_id == trial_id, TrialService.ended_at.is_(None))
    ).all()
