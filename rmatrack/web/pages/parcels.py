"""Parcels on their way back: those that somebody should look at, and one of them with everything reported of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from sqlalchemy.orm import Session
from wtforms import DateTimeLocalField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.db.flags import PAGE, FlagsWanted
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES, Carrier
from rmatrack.domain.tracking import ADVICE, LONGEST_EVIDENCE, SAYABLE, FlagKind, Whereabouts
from rmatrack.services.flag_columns import COLUMNS
from rmatrack.services.flags import (
    LONGEST_NOTE,
    all_parcels_to_look_at,
    lay_aside,
    parcels_to_look_at_counted,
    take_up,
)
from rmatrack.services.kept_sentences import told
from rmatrack.services.parcel_pages import ParcelFile, parcel_file
from rmatrack.services.tracking import record_by_hand, withdraw_by_hand
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _, _l, first_up, word, zone
from rmatrack.web.navigation import here
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("parcels", __name__, url_prefix="/parcels")

Value = TypeVar("Value", bound=StrEnum)
Chip = tuple[str, str, int | None]


class ReportForm(Form):
    state = SelectField(_l("Where it is"), [InputRequired(_l("Choose where it is."))])
    at = DateTimeLocalField(_l("Since when"), [InputRequired(_l("Enter the day and time at which it happened."))])
    evidence = StringField(
        _l("How you know"),
        [
            InputRequired(_l("Say how you know: who told you, or which paper shows it.")),
            Length(max=LONGEST_EVIDENCE, message=_l("This has at most %(max)d characters. Shorten it.")),
        ],
    )


@bp.get("")
@allowed(Permission.SEE_EVERYTHING)
def index() -> str:
    """Show the parcels to look at, or those laid aside, the oldest first."""
    session, wanted, page = read_session(), _wanted(), max(1, request.args.get("page", 1, type=int))
    rows, counted = parcels_to_look_at_counted(
        session, wanted, page=page, policy=given().policy, seen_by=g.actor, now=g.now
    )
    return render_template(
        "parcels/index.html",
        rows=[_shown(row) for row in rows[:PAGE]],
        wanted=wanted,
        total=sum(counted.values()),
        kinds=_chips(counted, 0, {kind.value: word(kind) for kind in FlagKind}),
        by_carrier=_chips(counted, 1, {each.value: CARRIER_NAMES[each] for each in Carrier}),
        carriers=CARRIER_NAMES,
        newer=here(page=str(page - 1) if page > 2 else None) if page > 1 else None,
        older=here(page=str(page + 1)) if len(rows) > PAGE else None,
    )


@bp.get("/export.csv")
@allowed(Permission.SEE_EVERYTHING)
def csv() -> Response:
    """Give the whole list as CSV."""
    return csv_file(_file_name(), COLUMNS, _rows)


@bp.get("/export.xlsx")
@allowed(Permission.SEE_EVERYTHING)
def xlsx() -> Response:
    """Give the whole list as a workbook."""
    return xlsx_file(_file_name(), COLUMNS, _rows)


@bp.get("/<number>")
@allowed(Permission.SEE_ORDERS)
def show(number: str) -> str:
    """Show where a parcel is, and what was reported of it."""
    return _page(number, None)


@bp.post("/<number>/reports")
@allowed(Permission.FOLLOW_PARCELS)
def report(number: str) -> ResponseReturnValue:
    """Record where it is, as a person knows it."""
    form, found = _form(), _found(number)
    if not form.validate():
        return _page(number, form), 422
    at = form.at.data.replace(tzinfo=ZoneInfo(zone())).astimezone(UTC)
    try:
        with write_session() as session:
            record_by_hand(
                session,
                found.label.id,
                Whereabouts(form.state.data),
                at=at,
                evidence=form.evidence.data,
                by=g.actor,
                now=g.now,
            )
    except RmatrackError as error:
        form.refuse(error)
        return _page(number, form), status_of(error)
    flash(_("It is recorded."))
    return redirect(url_for(".show", number=number))


@bp.post("/<number>/reports/<int:event_id>/withdraw")
@allowed(Permission.FOLLOW_PARCELS)
def withdraw(number: str, event_id: int) -> ResponseReturnValue:
    """Take back what a person recorded."""
    if event_id not in {each.id for each in _found(number).happened}:
        raise NotFoundError
    with write_session() as session:
        withdraw_by_hand(session, event_id, why="", by=g.actor, now=g.now)
    flash(_("The report is taken back. Both stay in the log."))
    return redirect(url_for(".show", number=number))


@bp.post("/<number>/aside")
@allowed(Permission.FOLLOW_PARCELS)
def aside(number: str) -> ResponseReturnValue:
    """Lay a parcel aside: somebody has looked."""
    found, kind = _found(number), _chosen("kind", FlagKind, request.form)
    if kind is None:
        raise NotFoundError
    try:
        with write_session() as session:
            note = request.form.get("note", "")
            lay_aside(session, found.label.id, kind, note=note, policy=given().policy, by=g.actor, now=g.now)
    except RmatrackError as error:
        flash(say(error), "bad")
        return redirect(url_for(".show", number=number))
    flash(_("It is laid aside."))
    return redirect(url_for(".index"))


@bp.post("/<number>/again")
@allowed(Permission.FOLLOW_PARCELS)
def again(number: str) -> ResponseReturnValue:
    """Show a parcel again that was laid aside."""
    found, kind = _found(number), _chosen("kind", FlagKind, request.form)
    if kind is None:
        raise NotFoundError
    with write_session() as session:
        take_up(session, found.label.id, kind, policy=given().policy, by=g.actor, now=g.now)
    return redirect(url_for(".show", number=number))


def _page(number: str, form: ReportForm | None) -> str:
    found = _found(number)
    may_follow = g.actor.may(Permission.FOLLOW_PARCELS)
    return render_template(
        "parcels/show.html",
        file=found,
        label=found.label,
        label_state=LabelState(found.label.state),
        carrier=CARRIER_NAMES[Carrier(found.label.carrier)],
        flags=[_shown(row) for row in found.flags],
        problem=told(found.track.problem) if found.track and found.track.problem else None,
        form=(form or _form()) if may_follow else None,
        longest_note=LONGEST_NOTE,
        latest=g.now.astimezone(ZoneInfo(zone())).strftime("%Y-%m-%dT%H:%M"),
    )


def _found(number: str) -> ParcelFile:
    return parcel_file(read_session(), number, policy=given().policy, seen_by=g.actor, now=g.now)


def _form() -> ReportForm:
    form = ReportForm()
    form.state.choices = [SelectChoice(state.value, first_up(word(state))) for state in SAYABLE]
    if not form.is_submitted():
        form.at.data = _minute(g.now).astimezone(ZoneInfo(zone())).replace(tzinfo=None)
    return form


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _shown(row: Any) -> dict[str, Any]:
    kind = FlagKind(row.kind)
    return {
        "row": row,
        "kind": kind,
        "advice": ADVICE[kind],
        "whereabouts": Whereabouts(row.state) if row.state else None,
    }


def _rows(session: Session) -> Iterable[Row[Any]]:
    return all_parcels_to_look_at(session, _wanted(), policy=given().policy, seen_by=g.actor, now=g.now)


def _file_name() -> str:
    return f"parcels-to-look-at-{g.now:%Y-%m-%d}"


def _wanted() -> FlagsWanted:
    carrier = _chosen("carrier", Carrier, request.args)
    return FlagsWanted(
        kind=_chosen("kind", FlagKind, request.args),
        carrier=carrier.value if carrier else None,
        aside=request.args.get("state") == "aside",
    )


def _chosen(name: str, values: type[Value], sent: Mapping[str, str]) -> Value | None:
    try:
        return values(sent.get(name, ""))
    except ValueError:
        return None


def _chips(counted: Mapping[tuple[FlagKind, str], int], part: int, names: Mapping[str, str]) -> list[Chip]:
    numbers: Counter[str] = Counter()
    for key, number in counted.items():
        numbers[str(key[part])] += number
    return [("", _("All"), None), *((value, name, numbers[value]) for value, name in names.items() if numbers[value])]
