"""Notifications: what you were told inside the product, and marking it as read."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field

from rmatrack.db.notifications import Notification
from rmatrack.services import notifications
from rmatrack.services.kept_sentences import told
from rmatrack.services.notifications import SHOWN, Tone
from rmatrack.web.access import signed_in
from rmatrack.web.api.routes import writes
from rmatrack.web.api.shapes import Found, Page, Shape
from rmatrack.web.idempotency import once
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-notifications", __name__, url_prefix="/api/v1/notifications", tag="Notifications")


class Told(Found):
    """One thing you were told."""

    id: int = Field(examples=[12])
    message: str = Field(examples=["The labels of 12 devices are ready."])
    tone: Tone
    href: str = Field(description="The page that shows more.", examples=["/labels/batches/12"])
    at: datetime
    read_at: datetime | None


class ToldQuery(Shape):
    """Which part of the list."""

    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


class ReadIn(Shape):
    """Which to mark as read; all of yours where `ids` is null."""

    ids: list[int] | None = Field(default=None, max_length=1000, examples=[[12, 13]])


class Marked(Shape):
    """How many were unread before."""

    marked: int = Field(examples=[2])


@bp.get("")
@bp.input(ToldQuery, location="query")
@bp.output(Page[Told])
@signed_in
def index(query_data: ToldQuery) -> Page[Told]:
    """List what you were told, the newest first."""
    rows = notifications.own_notifications(read_session(), after=query_data.after, limit=SHOWN + 1, by=g.actor)
    shown = rows[:SHOWN]
    return Page(items=[_told(row) for row in shown], next=str(shown[-1].id) if len(rows) > len(shown) else None)


@bp.post("/read")
@bp.input(ReadIn)
@bp.output(Marked)
@writes
@signed_in
def read(json_data: ReadIn) -> Response:
    """Mark notifications as read; those that are not yours stay as they are."""
    return once(lambda session: Marked(marked=notifications.mark_read(session, json_data.ids, by=g.actor, now=g.now)))


def _told(row: Notification) -> Told:
    return Told(
        id=row.id, message=say(told(row.sentence)), tone=Tone(row.tone), href=row.href, at=row.at, read_at=row.read_at
    )
