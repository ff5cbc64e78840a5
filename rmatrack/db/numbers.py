"""Sequences of our own: RMA numbers, and the blocks of numbers that carriers have allotted.

A row per sequence, moved by one guarded UPDATE, so that two workers never take one number on either database.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, String, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base


class NumberSequence(Base):
    """A sequence by name: `next_value` is the first that nobody has, `last_value` the end of the block, if it ends."""

    __tablename__ = "number_sequence"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    next_value: Mapped[int] = mapped_column(BigInteger)
    last_value: Mapped[int | None] = mapped_column(BigInteger)


def open_sequence(session: Session, name: str, first: int, last: int | None, *, anew: bool = False) -> None:
    """Make the sequence *name* from *first* to *last*; where it exists it stays as it is, or begins *anew*."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(NumberSequence).values(name=name, next_value=first, last_value=last)
    if anew:
        values = {"next_value": first, "last_value": last}
        statement = statement.on_conflict_do_update(index_elements=["name"], set_=values)
    else:
        statement = statement.on_conflict_do_nothing()
    session.execute(statement)


def take_numbers(session: Session, name: str, count: int) -> range | None:
    """Take the next *count* values of the sequence *name*, or `None` where it has fewer left.

    The row is locked until the transaction ends; a sequence that does not exist yet has nothing left.
    """
    taken = session.scalar(
        update(NumberSequence)
        .where(
            NumberSequence.name == name,
            (NumberSequence.last_value.is_(None))
            | (NumberSequence.next_value + count - 1 <= NumberSequence.last_value),
        )
        .values(next_value=NumberSequence.next_value + count)
        .returning(NumberSequence.next_value),
        execution_options={"synchronize_session": False},
    )
    return None if taken is None else range(taken - count, taken)


def numbers_left(session: Session, name: str) -> int | None:
    """How many values *name* has left; `None` where it is endless or unknown."""
    row = session.execute(
        select(NumberSequence.next_value, NumberSequence.last_value).where(NumberSequence.name == name)
    ).one_or_none()
    return None if row is None or row.last_value is None else max(0, row.last_value - row.next_value + 1)


def numbers_left_of(session: Session, names: Sequence[str]) -> dict[str, int | None]:
    """How many values each of the sequences *names* that exist has left; `None` where it is endless."""
    rows = session.execute(
        select(NumberSequence.name, NumberSequence.next_value, NumberSequence.last_value).where(
            NumberSequence.name.in_(names)
        )
    )
    return {name: None if last is None else max(0, last - following + 1) for name, following, last in rows}


def ends_of(session: Session, names: Sequence[str]) -> dict[str, int]:
    """The last number of each of the sequences *names* that end."""
    found = select(NumberSequence.name, NumberSequence.last_value).where(
        NumberSequence.name.in_(names), NumberSequence.last_value.is_not(None)
    )
    return {name: last for name, last in session.execute(found) if last is not None}
