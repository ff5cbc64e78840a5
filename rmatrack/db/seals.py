"""Questions about the seals over the log: what is not sealed yet, and everything again from the start."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from rmatrack.db.history import Event, PersonalValue, Seal
from rmatrack.domain.history import CHAIN_START

ROWS_AT_A_TIME = 1_000


class Link(NamedTuple):
    """A place in the chain, from 1 on, and the digest there."""

    position: int
    digest: str


def last_link(session: Session) -> Link:
    """The end of the chain; position 0 where nothing is sealed yet."""
    row = session.execute(select(Seal.position, Seal.digest).order_by(Seal.position.desc()).limit(1)).one_or_none()
    return Link(0, CHAIN_START) if row is None else Link(row.position, row.digest)


def last_sealed_at(session: Session) -> datetime | None:
    """The moment of the entry that was sealed last."""
    newest = select(Seal.event_id).order_by(Seal.position.desc()).limit(1).scalar_subquery()
    return session.scalar(select(Event.at).where(Event.id == newest))


def unsealed(session: Session, *, above: int, limit: int) -> Sequence[tuple[int, str]]:
    """Id and digest of committed events that have no seal, among ids greater than *above*, lowest first."""
    pending = (
        select(Event.id, Event.digest)
        .outerjoin(Seal, Seal.event_id == Event.id)
        .where(Event.id > above, Seal.position.is_(None))
        .order_by(Event.id)
        .limit(limit)
    )
    return [(row.id, row.digest) for row in session.execute(pending)]


def newest_sealed(session: Session) -> int:
    """The highest event id that has a seal, or 0."""
    return session.scalar(select(func.coalesce(func.max(Seal.event_id), 0))) or 0


def append_links(session: Session, links: Sequence[dict[str, object]]) -> None:
    """Add rows of `position`, `event_id` and `digest`; a position that somebody else took is a lost race."""
    session.execute(insert(Seal), links)


def chain(session: Session) -> Iterator[tuple[Seal, Event | None]]:
    """Every seal with its event, in the chain's order; an event that is gone is `None`. Streams."""
    rows = session.execute(
        select(Seal, Event).outerjoin(Event, Event.id == Seal.event_id).order_by(Seal.position),
        execution_options={"yield_per": ROWS_AT_A_TIME},
    )
    for partition in rows.partitions():
        yield from partition
        session.expunge_all()


def events_without_seal(session: Session) -> Iterator[Event]:
    """Every event outside the chain, lowest id first. Streams."""
    rows = session.scalars(
        select(Event).outerjoin(Seal, Seal.event_id == Event.id).where(Seal.position.is_(None)).order_by(Event.id),
        execution_options={"yield_per": ROWS_AT_A_TIME},
    )
    for partition in rows.partitions():
        yield from partition
        session.expunge_all()


def personal_values(session: Session) -> Iterator[PersonalValue]:
    """Every personal value that has not been forgotten. Streams."""
    rows = session.scalars(
        select(PersonalValue).order_by(PersonalValue.commitment), execution_options={"yield_per": ROWS_AT_A_TIME}
    )
    for partition in rows.partitions():
        yield from partition
        session.expunge_all()
