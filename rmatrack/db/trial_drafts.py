"""What somebody has typed of a trial that is not started yet, so that nothing is typed twice (SPEC X-7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment


class TrialDraft(Base):
    """One person's answers to the questions of a door, by step and field; empty once the trial is started."""

    __tablename__ = "trial_draft"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    door: Mapped[str] = mapped_column(String(16))
    answers: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("trial.id"))
    """The trial that came of it."""
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (Index("ix_trial_draft_person_id_changed_at", "person_id", "changed_at"),)


def draft_with_id(session: Session, draft_id: int, *, person_id: int) -> TrialDraft | None:
    """A draft, if it is this person's."""
    return session.scalar(select(TrialDraft).where(TrialDraft.id == draft_id, TrialDraft.person_id == person_id))


def drafts_of(session: Session, person_id: int) -> Sequence[TrialDraft]:
    """What a person has begun and not finished, the latest first."""
    question = select(TrialDraft).where(TrialDraft.person_id == person_id, TrialDraft.trial_id.is_(None))
    return session.scalars(question.order_by(TrialDraft.changed_at.desc(), TrialDraft.id.desc())).all()


def forget_drafts(session: Session, *, before: datetime) -> None:
    """Drop what nobody has touched since."""
    session.execute(delete(TrialDraft).where(TrialDraft.changed_at < before))
