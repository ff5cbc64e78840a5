"""What a trial was sent or asked for, and how many trials with devices a partner has (SPEC D-2)."""

from collections.abc import Sequence

from sqlalchemy import func, select, union, update
from sqlalchemy.orm import Session, selectinload

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.customers import Customer
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.parcels import ParcelLine, ParcelRequest
from rmatrack.db.people import Partner
from rmatrack.db.sight import trials_seen_by
from rmatrack.db.trial_deeds import TrialParties
from rmatrack.db.trial_lists import Days, TrialShow, in_list
from rmatrack.db.trials import Trial
from rmatrack.domain.parcels import RequestState
from rmatrack.domain.people import Actor


def lock_partner(session: Session, partner_id: int) -> None:
    """Let one step at a time take from what a partner has left."""
    session.execute(select(Partner.id).where(Partner.id == partner_id).with_for_update(key_share=True))


def device_trials(session: Session, partner_id: int) -> set[int]:
    """The trials of a partner that have devices out, or asked for and not shipped."""
    out = (
        select(DemoOrder.trial_id)
        .join(Unit, Unit.order_id == DemoOrder.id)
        .where(Unit.partner_id == partner_id, Unit.settled_at.is_(None), DemoOrder.trial_id.is_not(None))
    )
    asked = select(ParcelRequest.trial_id).where(
        ParcelRequest.partner_id == partner_id, ParcelRequest.state == RequestState.REQUESTED
    )
    return {id_ for id_ in session.scalars(union(out, asked)) if id_ is not None}


def models_of_trial(session: Session, trial_id: int) -> frozenset[str]:
    """The models that were shipped to a trial or asked for in it."""
    shipped = select(Unit.model).join(DemoOrder, DemoOrder.id == Unit.order_id).where(DemoOrder.trial_id == trial_id)
    asked = (
        select(ParcelLine.model)
        .join(ParcelRequest, ParcelRequest.id == ParcelLine.parcel_id)
        .where(ParcelRequest.trial_id == trial_id, ParcelRequest.state != RequestState.WITHDRAWN)
    )
    return frozenset(model.upper() for model in session.scalars(union(shipped, asked)))


def parcel_with_lines(session: Session, parcel_id: int, *, seen_by: Actor, lock: bool = False) -> ParcelRequest | None:
    """A request for devices, if *seen_by* may see its trial."""
    question = (
        select(ParcelRequest)
        .join(Trial, Trial.id == ParcelRequest.trial_id)
        .options(selectinload(ParcelRequest.lines))
        .where(ParcelRequest.id == parcel_id, trials_seen_by(seen_by))
        .execution_options(populate_existing=True)
    )
    return session.scalar(question.with_for_update(of=ParcelRequest) if lock else question)


def parcels_of(session: Session, trial_id: int) -> Sequence[ParcelRequest]:
    """The requests for devices in a trial, the oldest first."""
    question = (
        select(ParcelRequest).options(selectinload(ParcelRequest.lines)).where(ParcelRequest.trial_id == trial_id)
    )
    return session.scalars(question.order_by(ParcelRequest.id)).all()


def parcels_waiting(
    session: Session, *, after: int | None = None, seen_by: Actor, limit: int
) -> list[tuple[ParcelRequest, TrialParties]]:
    """Devices to be shipped, with whose they are; the oldest first. *after* is the id of the last one before."""
    question = (
        select(ParcelRequest, Trial, Customer, Partner, ConsentRequest.last_on)
        .join(Trial, Trial.id == ParcelRequest.trial_id)
        .join(Customer, Customer.id == Trial.customer_id)
        .join(Partner, Partner.id == Trial.partner_id)
        .outerjoin(ConsentRequest, ConsentRequest.trial_id == Trial.id)
        .options(selectinload(ParcelRequest.lines))
        .where(ParcelRequest.state == RequestState.REQUESTED, trials_seen_by(seen_by))
        .order_by(ParcelRequest.id)
        .limit(limit)
    )
    if after is not None:
        question = question.where(ParcelRequest.id > after)
    return [
        (parcel, TrialParties(trial, customer, partner, consent_ends_on))
        for parcel, trial, customer, partner, consent_ends_on in session.execute(question)
    ]


def count_ready(session: Session, days: Days, *, seen_by: Actor) -> int:
    """How many requests for devices can leave now: those of a trial that runs (SPEC T-13)."""
    question = (
        select(func.count(ParcelRequest.id))
        .join(Trial, Trial.id == ParcelRequest.trial_id)
        .join(Customer, Customer.id == Trial.customer_id)
        .where(
            ParcelRequest.state == RequestState.REQUESTED,
            in_list(TrialShow.RUNNING, days),
            trials_seen_by(seen_by),
        )
    )
    return session.scalar(question) or 0


def belong_to_trial(session: Session, number: str, trial_id: int) -> None:
    """Say which trial an order is of, where the partner has several with the customer that end on one day."""
    session.execute(
        update(DemoOrder).where(DemoOrder.number == number).values(trial_id=trial_id),
        execution_options={"synchronize_session": False},
    )
