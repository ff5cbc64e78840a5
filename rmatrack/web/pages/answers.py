"""What was answered to reminders: claims to settle, parcels announced, labels needed, wishes to buy (SPEC R-8)."""

from collections.abc import Iterable

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from rmatrack.db.answers import PAGE, AnswerSeen, AnswersWanted, all_answers, answers_by_kind, answers_page
from rmatrack.domain.answers import AnswerKind, AnswerState
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Permission
from rmatrack.domain.serials import normalise
from rmatrack.services.answer_columns import COLUMNS
from rmatrack.services.answers import answer_seen, settle_answer
from rmatrack.web.access import allowed
from rmatrack.web.answer_form import SettleAnswerForm
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.languages import _, first_up, word
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.units_filter import choices

bp = Blueprint("answers", __name__, url_prefix="/answers")


@bp.get("")
@allowed(Permission.SEE_ORDERS)
def index() -> str:
    """List what waits, the oldest first; or what is past."""
    session, wanted = read_session(), _wanted()
    after = request.args.get("after", type=int)
    rows = answers_page(session, wanted, after=after, limit=PAGE + 1, seen_by=g.actor)
    counted = answers_by_kind(session, wanted, seen_by=g.actor)
    kinds = [(kind.value, first_up(word(kind)), counted.get(kind, 0)) for kind in _ORDER]
    return render_template(
        "answers/index.html",
        rows=rows[:PAGE],
        further=rows[PAGE - 1].id if len(rows) > PAGE else None,
        kinds=[("", _("All"), sum(counted.values())), *kinds],
        kind_of=AnswerKind,
        state_of=AnswerState,
        past=wanted.past,
        partners=choices(session).partners,
    )


@bp.get("/export.csv")
@allowed(Permission.SEE_ORDERS)
def csv() -> Response:
    """Give the whole list as CSV."""
    return csv_file(_file_name(), COLUMNS, _rows)


@bp.get("/export.xlsx")
@allowed(Permission.SEE_ORDERS)
def xlsx() -> Response:
    """Give the whole list as a workbook."""
    return xlsx_file(_file_name(), COLUMNS, _rows)


@bp.get("/<int:answer_id>")
@allowed(Permission.SEE_ORDERS)
def show(answer_id: int) -> ResponseReturnValue:
    """Show one answer, with what can be done about it."""
    return _page(answer_id, SettleAnswerForm())


@bp.post("/<int:answer_id>")
@allowed(Permission.SETTLE)
def settle(answer_id: int) -> ResponseReturnValue:
    """Settle a claim of loss, or note that an answer is dealt with."""
    form = SettleAnswerForm()
    decision = request.form.get("decision", "")
    if not form.validate():
        return _page(answer_id, form, 422)
    try:
        with write_session() as session:
            target = AnswerState(decision) if decision in set(AnswerState) else AnswerState.OPEN
            settle_answer(session, answer_id, target, reason=form.reason.data or "", by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(answer_id, form, status_of(error))
    flash(_DONE[target]())
    return redirect(url_for(".index"))


_ORDER = (AnswerKind.LOST, AnswerKind.LABEL, AnswerKind.SENT, AnswerKind.BUY)
_DONE = {
    AnswerState.ACCEPTED: lambda: _("The device is settled as lost."),
    AnswerState.REFUSED: lambda: _("The claim is refused. Reminders go on."),
    AnswerState.DONE: lambda: _("The answer is off the list."),
}


def _page(answer_id: int, form: SettleAnswerForm, status: int = 200) -> ResponseReturnValue:
    row = answer_seen(read_session(), answer_id, seen_by=g.actor)
    waits = row.state == AnswerState.OPEN and row.settled_at is None
    kind, state = AnswerKind(row.kind), AnswerState(row.state)
    return render_template(
        "answers/show.html", row=row, form=form, waits=waits, kind=kind, answer_state=state, kinds=AnswerKind
    ), status


def _rows(session: Session) -> Iterable[AnswerSeen]:
    return all_answers(session, _wanted(), seen_by=g.actor)


def _file_name() -> str:
    return f"answers-{g.now:%Y-%m-%d}"


def _wanted() -> AnswersWanted:
    kind, text = request.args.get("kind", ""), request.args.get("text", "").strip()
    return AnswersWanted(
        kind=AnswerKind(kind) if kind in set(AnswerKind) else None,
        past=request.args.get("past") == "yes",
        partner_id=request.args.get("partner", type=int),
        start=normalise(text),
        name=name_key(text),
    )
