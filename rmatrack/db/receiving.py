"""Receiving: every scan that was ever made, and what did not match."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rmatrack.db.base import Base, Id, Moment
from rmatrack.db.orders import Unit
from rmatrack.db.people import Person
from rmatrack.db.returns import Rma


class Scan(Base):
    """One reading of the gun, under the id its station gave it, with the answer it got (SPEC R-3).

    `answer` holds what the sentence needs, so that the same scan sent twice answers the same.
    """

    __tablename__ = "scan"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    scanned_at: Mapped[datetime] = mapped_column(Moment)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    station: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    raw: Mapped[str] = mapped_column(String(500))
    serial_key: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(20))
    answer: Mapped[dict[str, object]] = mapped_column(JSON)
    expected_rma_id: Mapped[int | None] = mapped_column(ForeignKey("rma.id"))
    """The RMA whose box was open at the station."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(String(200))
    undo_reason: Mapped[str | None] = mapped_column(String(200))

    unit: Mapped[Unit | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        Index("ix_scan_station_scanned_at", "station", "scanned_at"),
        Index("ix_scan_serial_key", "serial_key"),
        Index("ix_scan_expected_rma_id", "expected_rma_id"),
    )


class Discrepancy(Base):
    """Something that did not match, until somebody says why (SPEC R-2)."""

    __tablename__ = "discrepancy"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    type: Mapped[str] = mapped_column(String(32))
    scan_id: Mapped[str | None] = mapped_column(ForeignKey("scan.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    rma_id: Mapped[int | None] = mapped_column(ForeignKey("rma.id"), index=True)
    """The RMA it holds open: the one being received when it was found, or the unit's own."""
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    serial: Mapped[str] = mapped_column(String(500))
    serial_key: Mapped[str] = mapped_column(String(64))
    suggestion: Mapped[dict[str, object] | None] = mapped_column(JSON)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closing_reason: Mapped[str | None] = mapped_column(String(32))
    closing_note: Mapped[str | None] = mapped_column(String(500))
    closed_by: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    unit: Mapped[Unit | None] = relationship(lazy="raise_on_sql")
    rma: Mapped[Rma | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        Index(
            "ix_discrepancy_opened_at_open",
            "opened_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_discrepancy_serial_key_open",
            "serial_key",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
