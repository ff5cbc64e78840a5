"""What happened: the log of an order and of a unit, and the scans of a serial (SPEC R-10)."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from rmatrack.db.history import Event
from rmatrack.db.orders import DemoOrder
from rmatrack.db.receiving import Scan
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.receiving import Outcome

MOST_ENTRIES = 500


def events_of_order(session: Session, order_id: int) -> Sequence[Event]:
    """The latest entries about an order, its RMA, its units and their labels, the newest first."""
    return _newest(session, Event.order_id == order_id)


def events_of_trial(session: Session, trial_id: int) -> Sequence[Event]:
    """The latest entries about a trial, and about its orders as a whole and their returns, the newest first."""
    orders = select(DemoOrder.id).where(DemoOrder.trial_id == trial_id)
    of_trial = and_(Event.subject == "trial", Event.subject_key == str(trial_id))
    of_orders = and_(Event.order_id.in_(orders), Event.subject.in_(["order", "rma"]))
    return _newest(session, or_(of_trial, of_orders))


def events_of_units(session: Session, unit_ids: Collection[int], order_ids: Collection[int]) -> Sequence[Event]:
    """The latest entries about these units, and about these orders as a whole, the newest first."""
    about_orders = and_(Event.order_id.in_(order_ids), Event.unit_id.is_(None))
    return _newest(session, or_(Event.unit_id.in_(unit_ids), about_orders))


def scans_of_serial(session: Session, serial_key: str, unit_ids: Collection[int], *, seen_by: Actor) -> Sequence[Scan]:
    """The scans of a serial that changed nothing, the newest first; what they did change stands in the log.

    Those that belong to no loan are for people inside.
    """
    theirs: ColumnElement[bool] = Scan.unit_id.in_(unit_ids)
    if seen_by.may(Permission.SEE_EVERYTHING):
        theirs = or_(theirs, Scan.unit_id.is_(None))
    question = select(Scan).where(Scan.serial_key == serial_key, theirs, Scan.outcome != Outcome.MATCHED.value)
    return session.scalars(question.order_by(Scan.scanned_at.desc()).limit(MOST_ENTRIES)).all()


def _newest(session: Session, about: ColumnElement[bool]) -> Sequence[Event]:
    return session.scalars(select(Event).where(about).order_by(Event.id.desc()).limit(MOST_ENTRIES)).all()
