"""Device extensions: a partner asks to keep an order's devices longer, the trials team decides (SPEC D-6)."""

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.db.extension_questions import request_with_order, requests_by_state
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.extensions import LONGEST_REASON, ExtensionState, latest_day
from rmatrack.domain.people import Permission
from rmatrack.services import extensions
from rmatrack.services.extension_columns import COLUMNS
from rmatrack.services.extensions import ExtensionPreview, ExtensionRow, all_extension_requests, extension_requests
from rmatrack.services.orders import OrderFile, order_file
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _, _l
from rmatrack.web.navigation import here
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("extensions", __name__, url_prefix="/extensions")

PAGE = 50


class AskForm(Form):
    """Which devices are kept, through which day, and why. `confirmed`: the effect was seen."""

    units = SelectMultipleField(_l("Devices"), coerce=int)
    to_on = DateField(_l("EULA to run through"), validators=[InputRequired(_l("Choose the day to ask for."))])
    reason = StringField(
        _l("Reason"),
        validators=[InputRequired(_l("Give the reason in a few words.")), Length(max=LONGEST_REASON)],
    )
    confirmed = BooleanField(_l("Confirmed"), false_values=("", "no"))

    @property
    def chosen(self) -> set[int]:
        """Return the ids of the chosen units."""
        return set(self.units.data or ())


class DecideForm(Form):
    """Why a request is refused; approving needs no reason."""

    reason = StringField(_l("Why not"), validators=[Length(max=LONGEST_REASON)])


@bp.get("")
@allowed(Permission.SEE_ORDERS)
def index() -> str:
    """List the requests: the queue of those that wait; for who asks, all of them with what became of each."""
    session, state = read_session(), _state()
    after = request.args.get("after", type=int)
    rows = extension_requests(
        session,
        state=state,
        newest_first=_newest_first(state),
        after=after,
        limit=PAGE + 1,
        seen_by=g.actor,
        policy=given().policy,
    )
    return render_template(
        "extensions/index.html",
        rows=rows[:PAGE],
        counts=requests_by_state(session, seen_by=g.actor),
        state=state,
        states=ExtensionState,
        asks=_asks(),
        newer=here(after=None) if after else None,
        older=here(after=str(rows[PAGE - 1].request.id)) if len(rows) > PAGE else None,
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


@bp.route("/ask/<number>", methods=["GET", "POST"])
@allowed(Permission.ASK_EXTENSION)
def ask(number: str) -> ResponseReturnValue:
    """Ask for an order's devices: chosen, shown with the effect, sent."""
    file = order_file(read_session(), number, seen_by=g.actor, now=g.now, policy=given().policy)
    form = AskForm(data={"units": [each.unit.id for each in file.out]})
    form.units.choices = [SelectChoice(str(each.unit.id), each.unit.serial) for each in file.out]
    if not form.validate_on_submit():
        return _ask_page(file, form)
    to_on: date = form.to_on.data
    try:
        if form.confirmed.data:
            with write_session() as session:
                extensions.request_extension(
                    session,
                    file.order.number,
                    to_on,
                    reason=form.reason.data or "",
                    unit_ids=form.chosen,
                    policy=given().policy,
                    by=g.actor,
                    now=g.now,
                )
            flash(_("The trials team is asked. You get a mail when it has decided."))
            return redirect(url_for(".index"))
        preview = extensions.preview_extension(
            read_session(), number, to_on, unit_ids=form.chosen, policy=given().policy, by=g.actor, now=g.now
        )
    except RmatrackError as error:
        form.refuse(error)
        return _ask_page(file, form), status_of(error)
    return _ask_page(file, form, preview)


@bp.get("/<int:request_id>")
@allowed(Permission.SEE_ORDERS)
def show(request_id: int) -> str:
    """Show a request with what approving it would do."""
    return _page(_row(request_id), DecideForm())


@bp.post("/<int:request_id>/approve")
@allowed(Permission.APPROVE_EXTENSIONS)
def approve(request_id: int) -> ResponseReturnValue:
    """Move the EULA clock to the day asked for."""
    row, form = _row(request_id), DecideForm()
    try:
        with write_session() as session:
            extensions.approve_extension(session, request_id, policy=given().policy, by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(row, form), status_of(error)
    flash(_("The extension of %(order)s is approved. The new due days count from now.", order=row.order.number))
    return redirect(url_for(".index"))


@bp.post("/<int:request_id>/refuse")
@allowed(Permission.APPROVE_EXTENSIONS)
def refuse(request_id: int) -> ResponseReturnValue:
    """Refuse, and say why."""
    row, form = _row(request_id), DecideForm()
    try:
        with write_session() as session:
            extensions.refuse_extension(
                session, request_id, reason=form.reason.data or "", policy=given().policy, by=g.actor, now=g.now
            )
    except RmatrackError as error:
        form.refuse(error)
        return _page(row, form), status_of(error)
    flash(_("The extension of %(order)s is refused. The due days stay.", order=row.order.number))
    return redirect(url_for(".index"))


@bp.post("/<int:request_id>/withdraw")
@allowed(Permission.ASK_EXTENSION)
def withdraw(request_id: int) -> ResponseReturnValue:
    """Take a request back."""
    with write_session() as session:
        extensions.withdraw_extension(session, request_id, by=g.actor, now=g.now)
    flash(_("The request is withdrawn."))
    return redirect(url_for(".index"))


def _rows(session: Session) -> Iterator[ExtensionRow]:
    state = _state()
    return all_extension_requests(
        session, state=state, newest_first=_newest_first(state), seen_by=g.actor, policy=given().policy
    )


def _file_name() -> str:
    return f"extensions-{_state() or 'all'}-{g.now:%Y-%m-%d}"


def _asks() -> bool:
    return g.actor.partner_id is not None


def _state() -> ExtensionState | None:
    asked = request.args.get("state", "all" if _asks() else ExtensionState.REQUESTED)
    return ExtensionState(asked) if asked in set(ExtensionState) else None


def _newest_first(state: ExtensionState | None) -> bool:
    return state is not ExtensionState.REQUESTED


def _row(request_id: int) -> ExtensionRow:
    session = read_session()
    found = request_with_order(session, request_id, seen_by=g.actor)
    if found is None:
        raise NotFoundError
    rows = extension_requests(session, state=None, order_id=found[1].id, seen_by=g.actor, policy=given().policy)
    return next(row for row in rows if row.request.id == request_id)


def _page(row: ExtensionRow, form: Form) -> str:
    return render_template("extensions/show.html", row=row, form=form, waits=row.state is ExtensionState.REQUESTED)


def _ask_page(file: OrderFile, form: AskForm, preview: ExtensionPreview | None = None) -> str:
    latest = latest_day(file.order.shipped_on, most_days=given().policy.terms.device_trial_most_days)
    return render_template(
        "extensions/ask.html",
        file=file,
        order=file.order,
        form=form,
        preview=preview,
        latest_on=latest,
        most_days=given().policy.terms.device_trial_most_days,
    )
