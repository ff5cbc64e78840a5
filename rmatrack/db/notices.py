"""Which reminder went to whom about which expiry: written with the mail, so that each goes once (SPEC T-25)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from rmatrack.db.base import Base, Moment


class Notice(Base):
    """One reminder that was queued. After an extension the same reminder is due again, for the new expiry."""

    __tablename__ = "notice"

    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    expires_on: Mapped[date] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    queued_at: Mapped[datetime] = mapped_column(Moment)
