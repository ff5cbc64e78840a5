"""What programs send and get about discrepancies."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rmatrack.db.discrepancies import Sort
from rmatrack.domain.discrepancies import Age, ClosingReason, DiscrepancyType
from rmatrack.services.discrepancies import LONGEST_NOTE, MOST_TOGETHER
from rmatrack.web.api.shapes import Found, Shape, Text


class Whose(StrEnum):
    """Whose discrepancies."""

    ME = "me"
    NOBODY = "nobody"


class Discrepancy(Found):
    """Something that did not match."""

    id: int = Field(examples=[5])
    type: DiscrepancyType
    serial: str = Field(description="As it was scanned.", examples=["FOC21213GKV"])
    order: str | None = Field(description="Of the unit, else of the box that was open.", examples=["D4100201"])
    rma: str | None = Field(description="The RMA it holds open.", examples=["R000012F"])
    unit_id: int | None
    scan_id: str | None
    station: str | None = Field(examples=["dock-1"])
    owner: str | None = Field(description="Who settles it.", examples=["Dana Dock"])
    opened_at: datetime
    age: Age
    suggestion: str | None = Field(description="Which serial was probably meant, and why.")
    closed_at: datetime | None
    closed_by: str | None
    closing_reason: ClosingReason | None
    closing_note: str | None
    closed_with: list[ClosingReason] = Field(description="The reasons that close one of this type.")
    explained: ClosingReason | None = Field(
        description="The reason that what happened since speaks for; `accept` closes it with that."
    )
    version: int = Field(description="Goes up with each change.", examples=[1])


class DiscrepanciesQuery(Shape):
    """What the list is narrowed to."""

    type: DiscrepancyType | None = None
    age: Age | None = None
    owner: Whose | None = None
    closed: bool = False
    sort: Sort = Sort.AGE
    descending: bool = False
    after: int = Field(default=1, ge=1, le=100_000, description="`next` of the page before.")


class CloseDiscrepancyIn(Shape):
    """Why it is settled."""

    reason: ClosingReason = Field(examples=["taken-into-stock"])
    note: Text = Field(default="", max_length=LONGEST_NOTE)


class Closed(Found):
    """The discrepancy, and the RMAs that are complete by its closing."""

    discrepancy: Discrepancy
    completed: list[str] = Field(examples=[["R000012F"]])


class OwnerIn(Shape):
    """Whose it is from now on: yours, somebody's who may settle it, or (neither) nobody's."""

    mine: bool = False
    owner_id: int | None = Field(
        default=None, ge=1, le=2**62, description="One of `/discrepancies/owners`; not beside `mine`.", examples=[7]
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if self.mine and self.owner_id is not None:
            raise PydanticCustomError("two_owners", "Send either mine or owner_id.")
        return self


class AssignDiscrepancyIn(OwnerIn):
    """Whose it is from now on."""

    seen: int | None = Field(
        default=None, description="The `version` that was looked at; refused where it changed since.", examples=[1]
    )


class OwnerOffered(Found):
    """Somebody who may settle discrepancies."""

    id: int = Field(examples=[7])
    name: str = Field(examples=["Dana Dock"])


class Several(Shape):
    """Which discrepancies."""

    ids: list[Annotated[int, Field(ge=1, le=2**62)]] = Field(min_length=1, max_length=MOST_TOGETHER, examples=[[5, 6]])


class CloseSeveralIn(Several):
    """Which, and the one reason for all."""

    reason: ClosingReason = Field(examples=["received-on-own-order"])
    note: Text = Field(default="", max_length=LONGEST_NOTE)


class AssignSeveralIn(Several, OwnerIn):
    """Which, and whose they are from now on."""


class ClosingPreview(Found):
    """What closing several would do."""

    open: list[int] = Field(examples=[[5, 6]])
    before: list[int] = Field(description="Closed already.", examples=[[]])
    reasons: list[ClosingReason] = Field(description="Those that fit all that are open.")
    completes: list[str] = Field(description="RMAs that nothing else keeps open.", examples=[["R000012F"]])


class ClosedSeveral(Found):
    """What closing several did; each is closed once, whoever else is at it."""

    closed: list[int] = Field(examples=[[5, 6]])
    before: list[int] = Field(description="Closed before, by somebody else.", examples=[[]])
    completed: list[str] = Field(examples=[["R000012F"]])


class Assigned(Found):
    """Those that changed their owner."""

    assigned: list[int] = Field(examples=[[5, 6]])
