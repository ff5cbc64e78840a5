"""The mailbox: every mail that left or will, as it was sent, and what a person decides about those that may have."""

from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import TemplateError
from sqlalchemy.orm import Session

from rmatrack.db.mail import OutboxMail
from rmatrack.db.mailbox import PAGE, MailFilter, MailRow, carried_by, count_by_state, mail_with_id, mails_page
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.mails import MailKind
from rmatrack.domain.outbox import BUNDLE, KIND_WORDS, UNDECIDED, MailState
from rmatrack.domain.people import Permission
from rmatrack.letters import Letter
from rmatrack.letters.letter import BLOT
from rmatrack.services.kept_sentences import told
from rmatrack.services.mail_columns import COLUMNS
from rmatrack.services.mail_letters import Desk
from rmatrack.services.mailbox import arrived, send_again
from rmatrack.web.access import allowed
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.given import given
from rmatrack.web.languages import _, word
from rmatrack.web.mail_titles import mail_title
from rmatrack.web.navigation import here
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("mailbox", __name__, url_prefix="/mail")

MOST_IN_A_FILE = 100_000
SHOWN_STATES = (
    MailState.STUCK,
    MailState.FAILED,
    MailState.WAITING,
    MailState.SENDING,
    MailState.SENT,
    MailState.KEPT,
    MailState.WITHDRAWN,
)
"""The chips: first what needs a person."""

LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'self'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A letter has its styles written in, and runs nothing; its links open beside the page."""

Value = TypeVar("Value", bound=StrEnum)


@bp.get("")
@allowed(Permission.SEE_MAIL)
def index() -> str:
    """Show the mails, the newest first."""
    session, wanted = read_session(), _wanted()
    before = request.args.get("before", type=int)
    rows = mails_page(session, wanted, before=before, limit=PAGE + 1)
    counts = count_by_state(session, wanted)
    return render_template(
        "mailbox/index.html",
        rows=[_shown(row) for row in rows[:PAGE]],
        wanted=wanted,
        states=[(state.value, word(state).capitalize(), counts[state]) for state in SHOWN_STATES if state in counts],
        kinds=sorted(((kind.value, word(kind)) for kind in KIND_WORDS), key=lambda option: option[1]),
        total=sum(counts.values()),
        newest=here(before=None) if before else None,
        older=here(before=str(rows[PAGE - 1].id)) if len(rows) > PAGE else None,
    )


@bp.get("/<int:mail_id>")
@allowed(Permission.SEE_MAIL)
def show(mail_id: int) -> str:
    """Show one mail with its state and, where it waits for a person, what can be decided."""
    session = read_session()
    mail, carried = _found(session, mail_id)
    letter = _letter(mail, carried)
    return render_template(
        "mailbox/show.html",
        mail=mail,
        letter=letter,
        title=letter.subject if letter else mail_title(mail.kind),
        about=[mail_title(part.kind) for part in carried] or [mail_title(mail.kind)],
        state=MailState(mail.state),
        problem=told(mail.problem) if mail.problem else None,
        undecided=mail.state in UNDECIDED,
        trial_ids=sorted({part.trial_id for part in (mail, *carried) if part.trial_id}),
    )


@bp.get("/<int:mail_id>/html")
@allowed(Permission.SEE_MAIL)
def html(mail_id: int) -> Response:
    """Return the mail's HTML as its reader gets it, shut in: nothing of it runs or reaches out."""
    letter = _letter(*_found(read_session(), mail_id))
    if letter is None:
        raise NotFoundError
    body = letter.html.replace("<head>", '<head>\n  <base target="_blank">', 1)
    return Response(
        body, mimetype="text/html", headers={"Content-Security-Policy": LETTER_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    )


@bp.post("/<int:mail_id>/arrived")
@allowed(Permission.SEE_MAIL)
def it_arrived(mail_id: int) -> ResponseReturnValue:
    """Note that a stuck mail was sent after all."""
    with write_session() as session:
        arrived(session, mail_id, by=g.actor, now=g.now)
    flash(_("The mail counts as sent."))
    return redirect(url_for(".show", mail_id=mail_id))


@bp.post("/<int:mail_id>/again")
@allowed(Permission.SEE_MAIL)
def again(mail_id: int) -> ResponseReturnValue:
    """Send a stuck or failed mail again."""
    with write_session() as session:
        send_again(session, mail_id, by=g.actor, now=g.now)
    flash(_("The mail is sent again in a moment."))
    return redirect(url_for(".show", mail_id=mail_id))


@bp.get("/export.csv")
@allowed(Permission.SEE_MAIL)
def csv() -> Response:
    """Give the list as a CSV file."""
    return csv_file("mail", COLUMNS, _all(_wanted()))


@bp.get("/export.xlsx")
@allowed(Permission.SEE_MAIL)
def xlsx() -> Response:
    """Give the list as a workbook."""
    return xlsx_file("mail", COLUMNS, _all(_wanted()))


def _all(wanted: MailFilter) -> Any:
    def rows(session: Session) -> list[MailRow]:
        return mails_page(session, wanted, before=None, limit=MOST_IN_A_FILE)

    return rows


def _wanted() -> MailFilter:
    """Return the filter; what makes no sense is left out."""
    kind = _chosen("kind", MailKind)
    return MailFilter(
        state=_chosen("state", MailState),
        kind=kind.value if kind else None,
        address=request.args.get("text", "").strip() or None,
        trial_id=request.args.get("trial", type=int),
        order=request.args.get("order", "").strip() or None,
    )


def _chosen(name: str, values: type[Value]) -> Value | None:
    try:
        return values(request.args.get(name, ""))
    except ValueError:
        return None


def _shown(row: MailRow) -> dict[str, Any]:
    return {"row": row, "state": MailState(row.state), "title": row.subject or mail_title(row.kind)}


def _found(session: Session, mail_id: int) -> tuple[OutboxMail, list[OutboxMail]]:
    mail = mail_with_id(session, mail_id)
    if mail is None:
        raise NotFoundError
    return mail, [*carried_by(session, mail.id)] if mail.kind == BUNDLE else []


def _letter(mail: OutboxMail, carried: list[OutboxMail]) -> Letter | None:
    """Return the letter as it left, or as it would leave; nothing where it cannot be written."""
    if mail.subject is not None:
        return Letter(mail.subject, mail.text or "", mail.html or "")
    try:
        return Desk(given().settings.base_url, lambda _link: BLOT).letter_for_the_record(mail, carried)
    except (TemplateError, ValueError, LookupError):
        return None
