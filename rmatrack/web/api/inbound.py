"""Incoming mail that waits for a person: the queue, one mail with what was understood, assigning and closing."""

from datetime import datetime
from typing import Any, Literal

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.inbound import PAGE, InboundWanted, inbound_page, inbound_with_id, mails_in_thread
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.inbound import LONGEST_NOTE, Closing, InboundState, MailIsClosedError, NoteTooLongError, WhyNot
from rmatrack.domain.people import Permission
from rmatrack.services import inbound
from rmatrack.web.access import allowed
from rmatrack.web.api.lookup import Key, Match
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-inbound", __name__, url_prefix="/api/v1/incoming-mail", tag="Incoming mail")


class InboundInList(Found):
    """An incoming mail as the queue shows it; sender and subject are what the message says."""

    id: int = Field(examples=[12])
    state: InboundState
    why_not: WhyNot | None = Field(description="Why it was not answered by itself.")
    sender_email: str = Field(examples=["admin@utexas.example"])
    sender_name: str
    subject: str = Field(examples=["Demo order number?"])
    language: str = Field(examples=["en"])
    numbers: list[str] = Field(description="The orders that it led to.", examples=[["D4100201"]])
    owner: str | None = Field(examples=[None])
    received_at: datetime


class MailAttachment(Found):
    """What came along; it is never opened."""

    name: str = Field(examples=["winmail.dat"])
    media_type: str = Field(examples=["application/ms-tnef"])
    size: int = Field(description="In bytes.", examples=[2048])


class OurMail(Found):
    """A mail of ours in the thread of an incoming one."""

    id: int = Field(examples=[31])
    kind: str = Field(examples=["return-due"])
    subject: str | None = Field(examples=["Return due 28 November: 2 devices (D4100208)"])
    order: str | None = Field(examples=["D4100208"])
    sent_at: datetime | None


class InboundFile(InboundInList):
    """One incoming mail, with what it leads to now."""

    said: str = Field(description="What its writer wrote.")
    quoted: str = Field(description="What it quotes.")
    attachments: list[MailAttachment]
    answers: list[OurMail] = Field(description="The mails of ours that it answers, the latest first.")
    matches: list[Match]
    missing: list[Key] = Field(description="Keys that led nowhere.")
    closing: Closing | None
    note: str
    answered_to: str | None


class InboundQuery(Shape):
    """What the queue is narrowed to."""

    state: InboundState = InboundState.WAITING
    why: WhyNot | None = None
    owner: Literal["me", "nobody"] | None = Field(default=None, description="Whose they are; without it, everybody's.")
    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


class AssignIn(Shape):
    """Whether the caller takes it on, or leaves it to others."""

    mine: bool


class CloseIn(Shape):
    """Why it is settled."""

    closing: Closing
    note: Text = Field(default="", max_length=LONGEST_NOTE)


@bp.get("")
@bp.input(InboundQuery, location="query")
@bp.output(Page[InboundInList])
@allowed(Permission.ANSWER_MAIL)
def index(query_data: InboundQuery) -> Page[InboundInList]:
    """List incoming mail: what waits the oldest first, the rest the newest first."""
    owned = {"me": True, "nobody": False}.get(query_data.owner or "")
    wanted = InboundWanted(state=query_data.state, why_not=query_data.why, owned=owned, owner_id=g.actor.person_id)
    rows = inbound_page(read_session(), wanted, before=query_data.after, limit=PAGE + 1)
    return Page(
        items=[InboundInList(**_short(row)) for row in rows[:PAGE]],
        next=str(rows[PAGE - 1].InboundMail.id) if len(rows) > PAGE else None,
    )


@bp.get("/<int:mail_id>")
@bp.output(InboundFile)
@allowed(Permission.ANSWER_MAIL)
def show(mail_id: int) -> InboundFile:
    """Show one mail: what was written, what was understood, and why it was not answered by itself."""
    return _told(read_session(), mail_id)


@bp.post("/<int:mail_id>/assign")
@bp.input(AssignIn)
@bp.output(InboundFile)
@writes
@refuses(MailIsClosedError)
@allowed(Permission.ANSWER_MAIL)
def assign(mail_id: int, json_data: AssignIn) -> Response:
    """Take a waiting mail on, or leave it to others."""

    def deed(session: Session) -> InboundFile:
        inbound.assign(session, mail_id, owner=g.actor if json_data.mine else None, by=g.actor, now=g.now)
        return _told(session, mail_id)

    return once(deed)


@bp.post("/<int:mail_id>/close")
@bp.input(CloseIn)
@bp.output(InboundFile)
@writes
@refuses(MailIsClosedError, NoteTooLongError)
@allowed(Permission.ANSWER_MAIL)
def close(mail_id: int, json_data: CloseIn) -> Response:
    """Close a waiting mail with a reason."""

    def deed(session: Session) -> InboundFile:
        inbound.close(session, mail_id, json_data.closing, note=json_data.note, by=g.actor, now=g.now)
        return _told(session, mail_id)

    return once(deed)


def _short(row: Any) -> dict[str, Any]:
    mail = row.InboundMail
    names = InboundInList.model_fields.keys() - {"owner"}
    return {name: getattr(mail, name) for name in names} | {"owner": row.owner}


def _told(session: Session, mail_id: int) -> InboundFile:
    row = inbound_with_id(session, mail_id)
    if row is None:
        raise NotFoundError
    mail = row.InboundMail
    found = inbound.understood(session, mail, by=g.actor, now=g.now, policy=given().policy)
    return InboundFile(
        **_short(row),
        said=mail.said,
        quoted=mail.quoted,
        attachments=[MailAttachment(**each) for each in mail.attachments],
        answers=[OurMail.model_validate(each) for each in mails_in_thread(session, mail.thread)],
        matches=[Match.model_validate(match) for match in found.matches],
        missing=[Key.model_validate(key) for key in found.missing],
        closing=mail.closing,
        note=mail.note,
        answered_to=mail.answered_to,
    )
