"""The log of all changes."""

from datetime import date, datetime

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from rmatrack.domain.history_words import SUBJECTS
from rmatrack.domain.people import Permission
from rmatrack.services import history_reading
from rmatrack.services.verification import Flaw, verify
from rmatrack.web.access import allowed
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.history_filter import wanted
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-history", __name__, url_prefix="/api/v1/history", tag="History")


class Entry(Found):
    """One changed field of one thing, or a deed that changed no field."""

    id: int = Field(examples=[4711])
    at: datetime
    subject: str = Field(description=f"One of {', '.join(SUBJECTS)}.", examples=["unit"])
    key: str = Field(description="The number or id people know it by.", examples=["FOC2215N0AB"])
    deed: str = Field(examples=["received"])
    field: str | None = Field(examples=["status"])
    old: str | None = Field(examples=["shipped"])
    new: str | None = Field(examples=["received"])
    reason: str | None
    actor: str = Field(examples=["Dana Dock"])
    actor_role: str = Field(examples=["logistics"])
    was_forgotten: bool = Field(description="A personal value in it is gone for good.", examples=[False])


class HistoryQuery(Shape):
    """What the log is narrowed to."""

    subject: Text | None = Field(default=None, examples=["unit"])
    key: Text | None = Field(default=None, examples=["FOC2215N0AB"])
    person: int | None = Field(default=None, description="The id of whoever did it.")
    since: date | None = Field(default=None, description="The first day, in UTC.")
    until: date | None = Field(default=None, description="The last day, in UTC.")
    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


class Seals(Found):
    """How far the log is sealed."""

    count: int = Field(examples=[1204])
    last_at: datetime | None = Field(description="The moment of the entry sealed last.")
    head: str = Field(description="The end of the chain; noted elsewhere, it shows that nobody cut entries off.")


class Verification(Found):
    """What came of checking the whole log."""

    holds: bool
    sealed: int
    unsealed: int
    head: str
    flaw: str | None = Field(description="The first thing that is wrong, in words.")
    flaw_code: Flaw | None


@bp.get("")
@bp.input(HistoryQuery, location="query")
@bp.output(Page[Entry])
@allowed(Permission.SEE_HISTORY)
def index(query_data: HistoryQuery) -> Page[Entry]:
    """List what changed, the newest first."""
    found = history_reading.history_page(
        read_session(),
        wanted(
            subject=query_data.subject,
            key=query_data.key,
            person_id=query_data.person,
            since=query_data.since,
            until=query_data.until,
        ),
        before=query_data.after,
        by=g.actor,
    )
    return Page(
        items=[Entry.model_validate(entry) for entry in found.entries],
        next=str(found.before) if found.before else None,
    )


@bp.get("/seals")
@bp.output(Seals)
@allowed(Permission.SEE_HISTORY)
def seals() -> Seals:
    """Say how far the log is sealed."""
    return Seals.model_validate(history_reading.seal_state(read_session()))


@bp.post("/verification")
@bp.output(Verification)
@allowed(Permission.SEE_HISTORY)
def check() -> Verification:
    """Check the whole log from its start; this takes a while where it is long, and changes nothing."""
    report = verify(read_session())
    flaw = report.first_flaw
    return Verification(
        holds=report.holds,
        sealed=report.sealed,
        unsealed=report.unsealed,
        head=report.head,
        flaw=say(flaw.sentence) if flaw else None,
        flaw_code=flaw.flaw if flaw else None,
    )
