"""Incoming mail: kept as it came, what was read in it, and what became of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import DemoOrder
from rmatrack.db.people import Person
from rmatrack.db.returns import Rma
from rmatrack.db.upsert import insert_of
from rmatrack.domain.inbound import InboundState, WhyNot

PAGE = 50
_CHUNK = 500


class InboundMail(Base):
    """One message. `key` is what makes it once: taken in twice, it is kept once."""

    __tablename__ = "inbound_mail"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    raw: Mapped[str] = mapped_column(ForeignKey("blob.digest"))
    size: Mapped[int]
    """In bytes, as it came; what is kept may be its beginning only."""
    state: Mapped[str] = mapped_column(String(16), default="stored")
    why_not: Mapped[str | None] = mapped_column(String(24))
    sender_email: Mapped[str] = mapped_column(String(254), default="", index=True)
    """As the message says; only `answered_to` is an address that we keep."""
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(500), default="")
    thread: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The ids of the messages before it and its own, that one last: what an answer refers to."""
    language: Mapped[str] = mapped_column(String(8), default="en")
    said: Mapped[str] = mapped_column(Text, default="")
    """What its writer wrote, without what they quoted."""
    quoted: Mapped[str] = mapped_column(Text, default="")
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Name, type and size of each; none is ever opened."""
    numbers: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The orders that it led to when it came in."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_to: Mapped[str | None] = mapped_column(String(254))
    closing: Mapped[str | None] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(String(500), default="")
    closed_by: Mapped[str | None] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index("ix_inbound_mail_state_id", "state", "id"),
        Index("ix_inbound_mail_answered_to_received_at", "answered_to", "received_at"),
    )


_LISTED = (
    InboundMail.received_at,
    InboundMail.sender_email,
    InboundMail.sender_name,
    InboundMail.subject,
    InboundMail.numbers,
    InboundMail.state,
    InboundMail.why_not,
    InboundMail.answered_to,
    InboundMail.closing,
    InboundMail.note,
    InboundMail.closed_by,
    InboundMail.closed_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundWanted:
    """What the queue is narrowed to. `owner_id` counts where `owned` is not None: somebody's, or nobody's."""

    state: InboundState = InboundState.WAITING
    why_not: WhyNot | None = None
    owned: bool | None = None
    owner_id: int | None = None


def keep_message(session: Session, *, key: str, raw: str, size: int, now: datetime) -> int | None:
    """Keep a message and return its id; None where it was kept before."""
    insert = insert_of(session)
    row = {"key": key, "raw": raw, "size": size, "state": InboundState.STORED, "received_at": now}
    empty: dict[str, Any] = {"attachments": [], "numbers": [], "thread": [], "note": "", "said": "", "quoted": ""}
    blank = {"sender_email": "", "sender_name": "", "subject": "", "language": "en"}
    written = insert(InboundMail).values({**row, **empty, **blank}).on_conflict_do_nothing(index_elements=["key"])
    kept: int | None = session.scalar(written.returning(InboundMail.id))
    return kept


def stored_mails(session: Session, *, limit: int) -> Sequence[tuple[int, str]]:
    """Id and raw digest of the mails that nobody has judged yet, the oldest first."""
    question = select(InboundMail.id, InboundMail.raw).where(InboundMail.state == InboundState.STORED)
    return [(id_, raw) for id_, raw in session.execute(question.order_by(InboundMail.id).limit(limit))]


def settle(session: Session, mail_id: int, *, states: Sequence[InboundState], **values: object) -> bool:
    """Change a mail that is in one of *states*; say whether it was."""
    changed = session.scalar(
        update(InboundMail)
        .where(InboundMail.id == mail_id, InboundMail.state.in_(states))
        .values(**values)
        .returning(InboundMail.id),
        execution_options={"synchronize_session": False},
    )
    return changed is not None


def inbound_page(session: Session, wanted: InboundWanted, *, before: int | None, limit: int) -> Sequence[Any]:
    """At most *limit* mails with the names of their owners: the oldest first while they wait, else the newest."""
    question = (
        select(InboundMail, Person.name.label("owner"))
        .outerjoin(Person, Person.id == InboundMail.owner_id)
        .where(*_conditions(wanted))
        .limit(limit)
    )
    if wanted.state is InboundState.WAITING:
        after = question.where(InboundMail.id > before) if before is not None else question
        return session.execute(after.order_by(InboundMail.id)).all()
    older = question.where(InboundMail.id < before) if before is not None else question
    return session.execute(older.order_by(InboundMail.id.desc())).all()


def all_inbound(session: Session, wanted: InboundWanted) -> Iterator[Any]:
    """Every mail of a list with the names of their owners, the oldest first, read while it is used."""
    question = (
        select(*_LISTED, Person.name.label("owner"))
        .outerjoin(Person, Person.id == InboundMail.owner_id)
        .where(*_conditions(wanted))
        .order_by(InboundMail.id)
    )
    yield from session.execute(question.execution_options(yield_per=_CHUNK))


def inbound_with_id(session: Session, mail_id: int) -> Any:
    """One mail with the name of its owner."""
    question = select(InboundMail, Person.name.label("owner")).outerjoin(Person, Person.id == InboundMail.owner_id)
    return session.execute(question.where(InboundMail.id == mail_id)).one_or_none()


def count_waiting(session: Session) -> Counter[tuple[str | None, int | None]]:
    """How many mails wait, by why they were not answered and by owner."""
    question = (
        select(InboundMail.why_not, InboundMail.owner_id, func.count())
        .where(InboundMail.state == InboundState.WAITING)
        .group_by(InboundMail.why_not, InboundMail.owner_id)
    )
    return Counter({(why, owner): number for why, owner, number in session.execute(question)})


def number_waiting(session: Session) -> int:
    """How many mails wait for a person."""
    question = select(func.count()).select_from(InboundMail).where(InboundMail.state == InboundState.WAITING)
    return session.scalar(question) or 0


def answered_since(session: Session, email: str, moment: datetime) -> int:
    """How many answers went to an address by themselves since a moment."""
    question = (
        select(func.count())
        .select_from(InboundMail)
        .where(
            InboundMail.answered_to == email,
            InboundMail.state == InboundState.ANSWERED,
            InboundMail.received_at >= moment,
        )
    )
    return session.scalar(question) or 0


def is_our_message(session: Session, message_id: str) -> bool:
    """Whether a Message-ID is that of a mail we sent."""
    question = select(OutboxMail.id).where(OutboxMail.message_id == message_id).limit(1)
    return session.scalar(question) is not None


def mails_in_thread(session: Session, thread: Sequence[str]) -> Sequence[Any]:
    """Id, subject, moment and order number of the mails of ours in a thread, the latest first."""
    question = (
        select(OutboxMail.id, OutboxMail.subject, OutboxMail.kind, OutboxMail.sent_at, DemoOrder.number.label("order"))
        .outerjoin(DemoOrder, DemoOrder.id == OutboxMail.order_id)
        .where(OutboxMail.message_id.in_(thread))
    )
    return session.execute(question.order_by(OutboxMail.id.desc())).all() if thread else []


def partners_person(session: Session, email: str) -> Person | None:
    """The person of a partner with an address, where they can sign in."""
    question = select(Person).where(Person.email == email, Person.active, Person.partner_id.is_not(None))
    return session.scalar(question)


def administrator(session: Session, email: str) -> tuple[CustomerAdministrator, str | None] | None:
    """The customer's administrator with an address, and the customer's language."""
    question = (
        select(CustomerAdministrator, Customer.language)
        .join(Customer, Customer.id == CustomerAdministrator.customer_id)
        .where(CustomerAdministrator.email == email)
    )
    row = session.execute(question).one_or_none()
    return (row[0], row[1]) if row else None


def orders_named(session: Session, numbers: Sequence[str]) -> Sequence[Any]:
    """Number, RMA, id and customer of some orders."""
    question = (
        select(DemoOrder.number, Rma.number.label("rma"), DemoOrder.id, Customer.name.label("customer"))
        .join(Customer, Customer.id == DemoOrder.customer_id)
        .outerjoin(Rma, Rma.order_id == DemoOrder.id)
        .where(DemoOrder.number.in_(numbers))
    )
    return session.execute(question.order_by(DemoOrder.id)).all()


def _conditions(wanted: InboundWanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [InboundMail.state == wanted.state]
    if wanted.why_not:
        found.append(InboundMail.why_not == wanted.why_not)
    if wanted.owned is not None:
        found.append(InboundMail.owner_id == wanted.owner_id if wanted.owned else InboundMail.owner_id.is_(None))
    return found
