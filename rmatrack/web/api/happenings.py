"""What happened to an order or a unit, as programs see it."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import Field

from rmatrack.domain.people import Role
from rmatrack.domain.receiving import Outcome
from rmatrack.services import timeline
from rmatrack.web.api.shapes import Found


class FieldChange(Found):
    """A field with what it was and what it became."""

    field: str = Field(examples=["status"])
    old: str | None = Field(examples=["shipped"])
    new: str | None = Field(examples=["received"])
    was_forgotten: bool = Field(description="A personal value in it is gone for good.", examples=[False])


class Happening(Found):
    """One deed at one moment."""

    at: datetime
    subject: str = Field(examples=["unit"])
    deed: str = Field(examples=["received"])
    keys: list[str] = Field(description="The numbers of what it was done to.", examples=[["FOC21213GKV"]])
    changes: list[FieldChange]
    reason: str | None
    actor: str | None = Field(description="Null for a reader outside, who sees the role.", examples=["Dana Dock"])
    role: Role | None
    outcome: Outcome | None = Field(description="Of a scan.")
    station: str | None


def happenings(told: Iterable[timeline.Happening]) -> list[Happening]:
    """Return them in their order."""
    return [Happening.model_validate(each) for each in told]
