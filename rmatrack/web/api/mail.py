"""Mail: every one that left or will, as it was sent, and what a person decides about those that may have."""

from collections.abc import Callable
from datetime import datetime

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.mailbox import PAGE, MailFilter, carried_by, mail_with_id, mails_page
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.mails import MailKind
from rmatrack.domain.outbox import MailState, NothingToDecideError
from rmatrack.domain.people import Permission
from rmatrack.services.kept_sentences import told
from rmatrack.services.mailbox import arrived, send_again
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.idempotency import once
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-mail", __name__, url_prefix="/api/v1/mail", tag="Mail")


class MailInList(Found):
    """A mail as lists show it."""

    id: int = Field(examples=[101])
    kind: str = Field(description="What it is about; `bundle` where it carries several.", examples=["welcome"])
    to_email: str = Field(examples=["beheer@hu.example"])
    to_name: str
    state: MailState
    subject: str | None = Field(description="Null until it has left.", examples=["Your trial has started"])
    attempts: int = Field(examples=[1])
    created_at: datetime
    sent_at: datetime | None


class MailFile(MailInList):
    """A mail as it was sent."""

    text: str | None = Field(description="Without the links that were its reader's alone; null until it has left.")
    problem: str | None = Field(description="What the last attempt met.")
    trial_ids: list[int] = Field(description="The trials that it is about.", examples=[[12]])
    carries: list[str] = Field(description="The kinds of what a bundle carries.", examples=[[]])


class MailQuery(Shape):
    """What the list is narrowed to."""

    state: MailState | None = Field(default=None, description="How far; `stuck` and `failed` wait for a person.")
    kind: MailKind | None = None
    address: Text | None = Field(default=None, max_length=254, description="Whole, or its beginning.")
    trial: int | None = Field(default=None, ge=1, le=2**62)
    order: Text | None = Field(default=None, max_length=50)
    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


@bp.get("")
@bp.input(MailQuery, location="query")
@bp.output(Page[MailInList])
@allowed(Permission.SEE_MAIL)
def index(query_data: MailQuery) -> Page[MailInList]:
    """List mails, the newest first."""
    wanted = MailFilter(
        state=query_data.state,
        kind=query_data.kind,
        address=query_data.address or None,
        trial_id=query_data.trial,
        order=query_data.order or None,
    )
    rows = mails_page(read_session(), wanted, before=query_data.after, limit=PAGE + 1)
    return Page(
        items=[MailInList.model_validate(row) for row in rows[:PAGE]],
        next=str(rows[PAGE - 1].id) if len(rows) > PAGE else None,
    )


@bp.get("/<int:mail_id>")
@bp.output(MailFile)
@allowed(Permission.SEE_MAIL)
def show(mail_id: int) -> MailFile:
    """Show one mail; for a notice that left in a bundle, the bundle."""
    return _told(read_session(), mail_id)


@bp.post("/<int:mail_id>/arrived")
@bp.output(MailFile)
@writes
@refuses(NothingToDecideError)
@allowed(Permission.SEE_MAIL)
def note_arrival(mail_id: int) -> Response:
    """Note that a stuck mail was sent after all."""
    return _decided(arrived, mail_id)


@bp.post("/<int:mail_id>/again")
@bp.output(MailFile)
@writes
@refuses(NothingToDecideError)
@allowed(Permission.SEE_MAIL)
def again(mail_id: int) -> Response:
    """Send a stuck or failed mail again."""
    return _decided(send_again, mail_id)


def _decided(deed: Callable[..., object], mail_id: int) -> Response:
    def step(session: Session) -> MailFile:
        deed(session, mail_id, by=g.actor, now=g.now)
        return _told(session, mail_id)

    return once(step)


def _told(session: Session, mail_id: int) -> MailFile:
    mail = mail_with_id(session, mail_id)
    if mail is None:
        raise NotFoundError
    parts = carried_by(session, mail.id)
    return MailFile(
        **MailInList.model_validate(mail).model_dump(),
        text=mail.text,
        problem=say(told(mail.problem)) if mail.problem else None,
        trial_ids=sorted({part.trial_id for part in (mail, *parts) if part.trial_id}),
        carries=[part.kind for part in parts],
    )
