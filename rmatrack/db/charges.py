"""Proposals to charge: the row, and what moves one along with its unit (SPEC R-9)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, Table, case, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.among import among
from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.orders import Unit
from rmatrack.db.upsert import insert_of
from rmatrack.domain.charges import CREDITS, STANDING, UNDECIDED, ChargeCause, ChargeState, Withdrawal
from rmatrack.domain.orders import UnitStatus

_STANDING = f"state IN ({', '.join(repr(state.value) for state in sorted(STANDING))})"


class Charge(Base):
    """A proposal to charge for a unit; of each unit and cause at most one stands.

    `value` is empty where the catalogue knew none.
    """

    __tablename__ = "charge"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("demo_order.id"), index=True)
    cause: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    eula_expires_on: Mapped[date]
    """The EULA date that it speaks of: after an extension there may be another proposal."""
    due_on: Mapped[date]
    value: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    currency: Mapped[str] = mapped_column(String(3), default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What spoke for it when it was made, as `rmatrack.services.charge_evidence` writes it."""
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    notified_at: Mapped[datetime | None] = mapped_column(Moment)
    disputed_at: Mapped[datetime | None] = mapped_column(Moment)
    disputed_by: Mapped[str | None] = mapped_column(String(200))
    dispute: Mapped[str | None] = mapped_column(String(1000))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(1000))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_because: Mapped[str | None] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        Index(
            "uq_charge_unit_id_standing",
            "unit_id",
            "cause",
            unique=True,
            sqlite_where=text(_STANDING),
            postgresql_where=text(_STANDING),
        ),
        Index("ix_charge_state_id", "state", "id"),
    )


CHARGE = cast(Table, Charge.__table__)
_MOVED = (CHARGE.c.id, CHARGE.c.unit_id, CHARGE.c.order_id, CHARGE.c.state, CHARGE.c.notified_at)
_UNDECIDED = sorted(state.value for state in UNDECIDED)


class Moved(NamedTuple):
    """A proposal that followed what happened to its unit."""

    id: int
    unit_id: int
    order_id: int
    state: str
    notified_at: datetime | None


def add_charges(session: Session, rows: Sequence[Mapping[str, Any]]) -> Sequence[Moved]:
    """Keep proposals, and return those that were kept: of a unit that has one standing, that stands."""
    if not rows:
        return []
    insert = insert_of(session)
    written = session.connection().execute(
        insert(CHARGE).on_conflict_do_nothing().returning(*_MOVED), [dict(row) for row in rows]
    )
    return [Moved._make(row) for row in written]


def overtake_charges(
    session: Session, unit_ids: Collection[int], because: Withdrawal, *, now: datetime
) -> Sequence[Moved]:
    """Withdraw what was undecided about units, and mark for credit what was charged, where that follows (`CREDITS`).

    A verdict that was revised concerns what was proposed for the condition; anything else, what was for not returning.
    """
    overtaken = [*_UNDECIDED, ChargeState.ACCEPTED.value] if because in CREDITS else _UNDECIDED
    cause = ChargeCause.CONDITION if because is Withdrawal.REVISED else ChargeCause.NOT_RETURNED
    was_charged = CHARGE.c.state == ChargeState.ACCEPTED.value
    moved = session.connection().execute(
        update(CHARGE)
        .where(
            among(Charge.unit_id, "ids"),
            CHARGE.c.state.in_(overtaken),
            CHARGE.c.cause == cause.value,
        )
        .values(
            state=case((was_charged, ChargeState.TO_CREDIT.value), else_=ChargeState.WITHDRAWN.value),
            withdrawn_at=case((was_charged, CHARGE.c.withdrawn_at), else_=now),
            withdrawn_because=case((was_charged, CHARGE.c.withdrawn_because), else_=because.value),
            version=CHARGE.c.version + 1,
        )
        .returning(*_MOVED),
        {"ids": unit_ids},
    )
    return [Moved._make(row) for row in moved]


def charge_again(session: Session, unit_ids: Collection[int], cause: ChargeCause) -> Sequence[Moved]:
    """Have what was to be credited stand again: the unit is not here after all, or its condition is to be charged."""
    holds = CHARGE.c.cause == cause.value
    if cause is ChargeCause.NOT_RETURNED:
        is_here = Unit.status == UnitStatus.RECEIVED.value
        holds &= ~select(Unit.id).where(Unit.id == CHARGE.c.unit_id, is_here).exists()
    moved = session.connection().execute(
        update(CHARGE)
        .where(among(Charge.unit_id, "ids"), CHARGE.c.state == ChargeState.TO_CREDIT.value, holds)
        .values(state=ChargeState.ACCEPTED.value, version=CHARGE.c.version + 1)
        .returning(*_MOVED),
        {"ids": unit_ids},
    )
    return [Moved._make(row) for row in moved]


def note_told(session: Session, unit_ids: Collection[int], *, now: datetime) -> Sequence[Moved]:
    """Note that the partner was told of the proposals for these units."""
    moved = session.connection().execute(
        update(CHARGE)
        .where(among(Charge.unit_id, "ids"), CHARGE.c.state == ChargeState.PROPOSED.value)
        .values(state=ChargeState.NOTIFIED.value, notified_at=now, version=CHARGE.c.version + 1)
        .returning(*_MOVED),
        {"ids": unit_ids},
    )
    return [Moved._make(row) for row in moved]


def charges_with_ids(session: Session, ids: Collection[int]) -> dict[int, Charge]:
    """The proposals *ids*, by id."""
    if not ids:
        return {}
    return {one.id: one for one in session.scalars(select(Charge).where(among(Charge.id, "ids")), {"ids": ids})}
