"""Trials: the list with what expires and whom to call, one trial, and what follows once it is started (SPEC T-20)."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, Response, g, render_template, request
from sqlalchemy.orm import Session

from rmatrack.db.due_conditions import Show
from rmatrack.domain.consequences import Consequences, Step
from rmatrack.domain.parcels import RequestState
from rmatrack.domain.people import Permission
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Deed, Door
from rmatrack.services.converting import conversion_of
from rmatrack.services.due import DueFilter, due_page
from rmatrack.services.due_rows import DueRow
from rmatrack.services.trial_columns import COLUMNS
from rmatrack.services.trial_timeline import trial_timeline
from rmatrack.services.trials import TrialRow, TrialView, trial_page, trial_rows, trial_view
from rmatrack.web import trial_texts
from rmatrack.web.access import allowed
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.given import given
from rmatrack.web.sessions import read_session
from rmatrack.web.trial_days import days_of
from rmatrack.web.trials_filter import SHOWN, partners, services, wanted

bp = Blueprint("trials", __name__, url_prefix="/trials")


@bp.get("")
@allowed(Permission.SEE_ORDERS)
def index() -> str:
    """List trials: what waits and what expires next, first."""
    session, asked = read_session(), wanted(request.args)
    page = trial_page(
        session,
        asked,
        page=request.args.get("page", 1, type=int),
        seen_by=g.actor,
        policy=given().policy,
        now=g.now,
    )
    return render_template(
        "trials/index.html",
        page=page,
        asked=asked,
        shown=SHOWN,
        soon_days=max(given().policy.terms.expiry_reminder_days),
        services=services(),
        partners=partners(session),
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


@bp.get("/<int:trial_id>")
@allowed(Permission.SEE_ORDERS)
def show(trial_id: int) -> str:
    """Show one trial: where it stands, what can be done with it, and its devices with their own clock."""
    view = _view(trial_id)
    session = read_session()
    return render_template(
        "trials/show.html",
        view=view,
        standing=view.standing,
        trial=view.standing.trial,
        deed=Deed,
        door=Door(view.standing.trial.door),
        parcel_state=RequestState,
        service=Service,
        days=days_of(view.standing, view.services, given().policy),
        clocks=_clocks(session, view),
        conversion=conversion_of(session, trial_id),
        lapse=Consequences(Step.LAPSE, view.units).sentences,
        happenings=trial_timeline(session, trial_id, seen_by=g.actor),
        texts=trial_texts,
    )


@bp.get("/<int:trial_id>/started")
@allowed(Permission.MANAGE_TRIALS)
def started(trial_id: int) -> str:
    """Say what was started, what happens next and when."""
    view = _view(trial_id)
    return render_template(
        "trials/started.html",
        view=view,
        standing=view.standing,
        trial=view.standing.trial,
        deed=Deed,
        days=days_of(view.standing, view.services, given().policy),
    )


def _view(trial_id: int) -> TrialView:
    return trial_view(read_session(), trial_id, seen_by=g.actor, policy=given().policy, now=g.now)


def _clocks(session: Session, view: TrialView) -> Mapping[int, DueRow]:
    """Return both clocks of the units that are out, by unit."""
    if not view.units:
        return {}
    asked = DueFilter(show=Show.OUT, customer_id=view.standing.customer.id)
    page = due_page(session, asked, seen_by=g.actor, now=g.now, policy=given().policy)
    return {row.unit_id: row for row in page.rows}


def _rows(session: Session) -> Iterable[TrialRow]:
    return trial_rows(session, wanted(request.args), seen_by=g.actor, policy=given().policy, now=g.now)


def _file_name() -> str:
    return f"trials-{wanted(request.args).show}-{g.now:%Y-%m-%d}"
