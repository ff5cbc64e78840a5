"""Charge proposals: the list, one with what it rests on, a partner's dispute, logistics' decision (SPEC R-9)."""

from collections.abc import Iterable

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import DecimalField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from rmatrack.db.charge_lists import (
    SORTS,
    ChargeSeen,
    ChargesWanted,
    Sort,
    all_charges,
    charges_by_state,
    charges_page,
)
from rmatrack.domain.answers import AnswerKind
from rmatrack.domain.charges import LONGEST_WORDS, ChargeCause, ChargeState, Withdrawal, decisions_open_to
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.names import name_key
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Permission
from rmatrack.domain.serials import normalise
from rmatrack.services import charges
from rmatrack.services.charge_columns import COLUMNS
from rmatrack.services.charge_evidence import read
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l, first_up, word
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.units_filter import choices

bp = Blueprint("charges", __name__, url_prefix="/charges")

PAGE = 50
_MOST_VALUE = 9_999_999


class DisputeForm(Form):
    """What is not right about a charge."""

    words = TextAreaField(_l("What is not right?"), validators=[Length(max=LONGEST_WORDS)])


class DecideForm(Form):
    """What is decided, why, and for how much."""

    reason = TextAreaField(_l("Reason"), validators=[Length(max=LONGEST_WORDS)])
    value = DecimalField(_l("Value to charge"), places=2, validators=[Optional(), NumberRange(0, _MOST_VALUE)])


@bp.get("")
@allowed(Permission.SEE_CHARGES)
def index() -> str:
    """List the proposals, the newest first."""
    session, wanted = read_session(), _wanted()
    page = max(1, request.args.get("page", 1, type=int))
    rows = charges_page(session, wanted, page=page, size=PAGE, seen_by=g.actor)
    counted = charges_by_state(session, wanted, seen_by=g.actor)
    states = [(each.value, first_up(word(each)), counted.get(each, 0)) for each in ChargeState]
    return render_template(
        "charges/index.html",
        rows=rows[:PAGE],
        page=page,
        more=len(rows) > PAGE,
        states=[("", _("All"), sum(counted.values())), *(state for state in states if state[2])],
        state_of=ChargeState,
        cause_of=ChargeCause,
        partners=choices(session).partners,
    )


@bp.get("/export.csv")
@allowed(Permission.SEE_CHARGES)
def csv() -> Response:
    """Give the whole list as CSV."""
    return csv_file(_file_name(), COLUMNS, _rows)


@bp.get("/export.xlsx")
@allowed(Permission.SEE_CHARGES)
def xlsx() -> Response:
    """Give the whole list as a workbook."""
    return xlsx_file(_file_name(), COLUMNS, _rows)


@bp.get("/<int:charge_id>")
@allowed(Permission.SEE_CHARGES)
def show(charge_id: int) -> ResponseReturnValue:
    """Show a proposal with what it rests on."""
    return _page(charge_id)


@bp.post("/<int:charge_id>/dispute")
@allowed(Permission.DISPUTE_CHARGES)
def dispute(charge_id: int) -> ResponseReturnValue:
    """Say as the partner what is not right."""
    form = DisputeForm()
    if not form.validate():
        return _page(charge_id, disputing=form, status=422)
    try:
        with write_session() as session:
            charges.dispute(session, charge_id, form.words.data or "", by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(charge_id, disputing=form, status=status_of(error))
    flash(_("Your words are with logistics. You get a mail when it has decided."))
    return redirect(url_for(".show", charge_id=charge_id))


@bp.post("/<int:charge_id>/decide")
@allowed(Permission.SETTLE)
def decide(charge_id: int) -> ResponseReturnValue:
    """Charge, waive or credit."""
    form = DecideForm()
    decision = request.form.get("decision", "")
    if not form.validate() or decision not in set(ChargeState):
        return _page(charge_id, deciding=form, status=422)
    try:
        with write_session() as session:
            charges.decide(
                session,
                charge_id,
                ChargeState(decision),
                reason=form.reason.data or "",
                value=form.value.data,
                by=g.actor,
                now=g.now,
            )
    except RmatrackError as error:
        form.refuse(error)
        return _page(charge_id, deciding=form, status=status_of(error))
    flash(_("Decided. The partner's administrators are told by mail."))
    return redirect(url_for(".show", charge_id=charge_id))


def _page(
    charge_id: int, *, disputing: DisputeForm | None = None, deciding: DecideForm | None = None, status: int = 200
) -> ResponseReturnValue:
    row = charges.charge_seen(read_session(), charge_id, seen_by=g.actor)
    charge, state = row.charge, ChargeState(row.charge.state)
    deciding = deciding or DecideForm(data={"value": charge.value})
    return render_template(
        "charges/show.html",
        row=row,
        charge=charge,
        charge_state=state,
        cause=ChargeCause(charge.cause),
        causes=ChargeCause,
        withdrawn=Withdrawal(charge.withdrawn_because) if charge.withdrawn_because else None,
        evidence=read(charge.evidence),
        unit_status=UnitStatus(row.unit_status),
        decisions=decisions_open_to(state) if g.actor.may(Permission.SETTLE) else [],
        states=ChargeState,
        kind_of=AnswerKind,
        label_state=LabelState,
        disputing=disputing or DisputeForm(),
        deciding=deciding,
        may_dispute=g.actor.may(Permission.DISPUTE_CHARGES) and state in {ChargeState.PROPOSED, ChargeState.NOTIFIED},
        refused=disputing if disputing and disputing.problems else deciding,
    ), status


def _rows(session: Session) -> Iterable[ChargeSeen]:
    return all_charges(session, _wanted(), seen_by=g.actor)


def _file_name() -> str:
    return f"charges-{g.now:%Y-%m-%d}"


def _wanted() -> ChargesWanted:
    arguments = request.args
    state, cause, text = arguments.get("state", ""), arguments.get("cause", ""), arguments.get("text", "").strip()
    column = arguments.get("sort", "").lstrip("-")
    return ChargesWanted(
        state=ChargeState(state) if state in set(ChargeState) else None,
        cause=ChargeCause(cause) if cause in set(ChargeCause) else None,
        partner_id=arguments.get("partner", type=int),
        start=normalise(text),
        name=name_key(text),
        sort=Sort(column, arguments["sort"].startswith("-")) if column in SORTS else Sort(),
    )
