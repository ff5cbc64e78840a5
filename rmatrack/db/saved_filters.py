"""Filters of lists that people keep under a name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.upsert import insert_of


class SavedFilter(Base):
    """What a list is narrowed to and sorted by, as the arguments of its address; a person's own."""

    __tablename__ = "saved_filter"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    list: Mapped[str] = mapped_column(String(32))
    """A `rmatrack.domain.lists.ListName`."""
    name: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[str] = mapped_column(String(1000))
    """URL-encoded, sorted, without the place in the list."""
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("person_id", "list", "name"),)


def filters_of(session: Session, person_id: int, list_name: str | None = None) -> Sequence[SavedFilter]:
    """A person's saved filters, of one list or of all, by name."""
    of_list = [] if list_name is None else [SavedFilter.list == list_name]
    return session.scalars(
        select(SavedFilter)
        .where(SavedFilter.person_id == person_id, *of_list)
        .order_by(SavedFilter.list, SavedFilter.name, SavedFilter.id)
    ).all()


def count_filters(session: Session, person_id: int, list_name: str) -> int:
    """How many filters a person has saved of a list."""
    return session.scalars(
        select(func.count()).where(SavedFilter.person_id == person_id, SavedFilter.list == list_name)
    ).one()


def write_filter(
    session: Session, *, person_id: int, list_name: str, name: str, arguments: str, now: datetime
) -> SavedFilter:
    """Save a filter; one of the same name is replaced, whoever saves at the same moment."""
    insert = insert_of(session)
    statement = insert(SavedFilter).values(
        person_id=person_id, list=list_name, name=name, arguments=arguments, created_at=now
    )
    saved: SavedFilter = session.scalars(
        statement.on_conflict_do_update(
            index_elements=["person_id", "list", "name"], set_={"arguments": statement.excluded.arguments}
        ).returning(SavedFilter),
        execution_options={"populate_existing": True},
    ).one()
    return saved
