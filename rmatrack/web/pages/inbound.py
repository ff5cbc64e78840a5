"""Incoming mail that waits for a person: the queue, and one mail with what was understood and what can be done."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.db.inbound import (
    PAGE,
    InboundMail,
    InboundWanted,
    all_inbound,
    count_waiting,
    inbound_page,
    inbound_with_id,
    mails_in_thread,
)
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.inbound import LONGEST_NOTE, Closing, InboundState, WhyNot
from rmatrack.domain.people import Permission
from rmatrack.services.inbound import assign as assign_mail
from rmatrack.services.inbound import close as close_mail
from rmatrack.services.inbound import understood
from rmatrack.services.inbound_columns import COLUMNS
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _, _l, first_up, word
from rmatrack.web.mail_titles import mail_title
from rmatrack.web.navigation import here
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("inbound", __name__, url_prefix="/incoming-mail")

MINE, NOBODY = "me", "nobody"
BY_HAND = (Closing.BY_PHONE, Closing.NOTHING_TO_DO, Closing.NOT_FOR_US, Closing.ANSWERED)

Value = TypeVar("Value", bound=StrEnum)
Chip = tuple[str, str, int | None]


class CloseForm(Form):
    closing = RadioField(_l("Why is it settled?"), [InputRequired(_l("Choose why it is settled."))])
    note = StringField(
        _l("Note"), [Length(max=LONGEST_NOTE, message=_l("A note has at most %(max)d characters. Shorten it."))]
    )


@bp.get("")
@allowed(Permission.ANSWER_MAIL)
def index() -> str:
    """Show what waits, the oldest first; or what was answered or closed, the newest first."""
    wanted, before = _wanted(), request.args.get("before", type=int)
    rows = inbound_page(read_session(), wanted, before=before, limit=PAGE + 1)
    counted = count_waiting(read_session())
    return render_template(
        "inbound/index.html",
        rows=[_shown(row) for row in rows[:PAGE]],
        wanted=wanted,
        states=[
            ("", _("Waiting"), sum(counted.values())),
            (InboundState.ANSWERED.value, first_up(word(InboundState.ANSWERED)), None),
            (InboundState.CLOSED.value, first_up(word(InboundState.CLOSED)), None),
        ],
        reasons=_reasons(counted),
        owners=_owners(counted),
        more=here(before=str(rows[PAGE - 1].InboundMail.id)) if len(rows) > PAGE else None,
        first=here(before=None) if before else None,
    )


@bp.get("/export.csv")
@allowed(Permission.ANSWER_MAIL)
def csv() -> Response:
    """Give the whole list as CSV."""
    return csv_file(_file_name(), COLUMNS, _rows)


@bp.get("/export.xlsx")
@allowed(Permission.ANSWER_MAIL)
def xlsx() -> Response:
    """Give the whole list as a workbook."""
    return xlsx_file(_file_name(), COLUMNS, _rows)


@bp.get("/<int:mail_id>")
@allowed(Permission.ANSWER_MAIL)
def show(mail_id: int) -> str:
    """Show one mail: what was written, what was understood, and why it was not answered by itself."""
    return _page(mail_id, _form())


@bp.post("/<int:mail_id>/assign")
@allowed(Permission.ANSWER_MAIL)
def assign(mail_id: int) -> ResponseReturnValue:
    """Take it on, or leave it to others again."""
    owner = g.actor if request.form.get("owner") == MINE else None
    with write_session() as session:
        assign_mail(session, mail_id, owner=owner, by=g.actor, now=g.now)
    flash(_("It is yours.") if owner else _("It is nobody's again."))
    return redirect(url_for(".show", mail_id=mail_id))


@bp.post("/<int:mail_id>/close")
@allowed(Permission.ANSWER_MAIL)
def close(mail_id: int) -> ResponseReturnValue:
    """Close it with a reason."""
    form = _form()
    if not form.validate():
        return _page(mail_id, form), 422
    try:
        with write_session() as session:
            close_mail(session, mail_id, Closing(form.closing.data), note=form.note.data or "", by=g.actor, now=g.now)
    except NotFoundError:
        raise
    except RmatrackError as error:
        form.refuse(error)
        return _page(mail_id, form), status_of(error)
    flash(_("The mail is closed."))
    return redirect(url_for(".index"))


def _page(mail_id: int, form: CloseForm) -> str:
    row = inbound_with_id(read_session(), mail_id)
    if row is None:
        raise NotFoundError
    mail: InboundMail = row.InboundMail
    return render_template(
        "inbound/show.html",
        **_shown(row),
        form=form,
        longest=LONGEST_NOTE,
        found=understood(read_session(), mail, by=g.actor, now=g.now, policy=given().policy),
        answered=mails_in_thread(read_session(), mail.thread),
        mail_kind=mail_title,
        closing=Closing(mail.closing) if mail.closing else None,
        is_mine=mail.owner_id is not None and mail.owner_id == g.actor.person_id,
    )


def _form() -> CloseForm:
    form = CloseForm()
    form.closing.choices = [SelectChoice(closing.value, first_up(word(closing))) for closing in BY_HAND]
    return form


def _shown(row: Any) -> dict[str, Any]:
    mail: InboundMail = row.InboundMail
    return {
        "mail": mail,
        "owner": row.owner,
        "state": InboundState(mail.state),
        "why": WhyNot(mail.why_not) if mail.why_not else None,
        "title": mail.subject or _("(without a subject)"),
    }


def _rows(session: Session) -> Iterator[Any]:
    return all_inbound(session, _wanted())


def _file_name() -> str:
    return f"incoming-mail-{_wanted().state.value}-{g.now:%Y-%m-%d}"


def _wanted() -> InboundWanted:
    owner = request.args.get("owner", "")
    return InboundWanted(
        state=_chosen("state", InboundState) or InboundState.WAITING,
        why_not=_chosen("why", WhyNot),
        owned={MINE: True, NOBODY: False}.get(owner),
        owner_id=g.actor.person_id,
    )


def _chosen(name: str, values: type[Value]) -> Value | None:
    try:
        return values(request.args.get(name, ""))
    except ValueError:
        return None


def _reasons(counted: Counter[tuple[str | None, int | None]]) -> list[Chip]:
    numbers: Counter[str | None] = Counter()
    for (why, _owner), number in counted.items():
        numbers[why] += number
    return [("", _("All"), None), *((why.value, first_up(word(why)), numbers[why]) for why in WhyNot if numbers[why])]


def _owners(counted: Counter[tuple[str | None, int | None]]) -> list[Chip]:
    mine = sum(number for (_why, owner), number in counted.items() if owner == g.actor.person_id)
    nobody = sum(number for (_why, owner), number in counted.items() if owner is None)
    return [("", _("Everybody's"), None), (MINE, _("Mine"), mine), (NOBODY, _("Nobody's"), nobody)]
