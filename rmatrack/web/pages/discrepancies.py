"""Discrepancies: the queue of what did not match, and one of them, until somebody says why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from sqlalchemy.orm import Session
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.db.discrepancies import (
    PAGE,
    Owner,
    Share,
    Sort,
    Wanted,
    all_discrepancies,
    discrepancies_page,
    discrepancy_with_id,
    open_discrepancies,
    owners_of_open,
)
from rmatrack.db.inspections import photos_of_scan
from rmatrack.db.people import Person
from rmatrack.domain.discrepancies import ADVICE, Age, ClosingReason, DiscrepancyType, age_of, reasons_offered
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.sentences import Sentence
from rmatrack.services.discrepancies import (
    LONGEST_NOTE,
    accept_suggestion,
    assign_discrepancy,
    close_discrepancy,
    safe_reasons,
)
from rmatrack.services.discrepancy_columns import COLUMNS
from rmatrack.services.discrepancy_owners import owner_with_id, owners_offered
from rmatrack.services.scan_answers import suggestion
from rmatrack.services.suggesting import suggest_correction
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l, word
from rmatrack.web.navigation import here
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("discrepancies", __name__, url_prefix="/discrepancies")

MINE, NOBODY = "me", "nobody"
_FILTERS = frozenset({"type", "age", "owner", "state", "sort", "page"})

Value = TypeVar("Value", bound=StrEnum)
Chip = tuple[str, str, int | None]


class CloseForm(Form):
    reason = RadioField(_l("Why is it settled?"), [InputRequired(_l("Choose why it is settled."))])
    note = StringField(
        _l("Note"), [Length(max=LONGEST_NOTE, message=_l("A note has at most %(max)d characters. Shorten it."))]
    )


@bp.get("")
@allowed(Permission.SEE_EVERYTHING)
def index() -> str:
    """Show the queue, the oldest first, or what was closed, the newest first."""
    wanted, page = _wanted(), max(1, request.args.get("page", 1, type=int))
    rows = discrepancies_page(read_session(), wanted, page=page, seen_by=g.actor, now=g.now)
    safe = safe_reasons(read_session(), rows[:PAGE])
    counted = open_discrepancies(read_session(), seen_by=g.actor, now=g.now)
    return render_template(
        "discrepancies/index.html",
        rows=[_shown(row) | {"safe": safe.get(row.id)} for row in rows[:PAGE]],
        wanted=wanted,
        total=sum(counted.values()),
        types=_chips(counted, "type", DiscrepancyType),
        ages=_chips(counted, "age", Age),
        owners=_owners(counted),
        others=() if wanted.closed else others_offered(),
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


@bp.get("/<int:discrepancy_id>")
@allowed(Permission.SEE_EVERYTHING)
def show(discrepancy_id: int) -> str:
    """Show one: what was scanned, what was probably meant, and what can be done."""
    return _page(discrepancy_id, None)


@bp.post("/<int:discrepancy_id>/accept")
@allowed(Permission.SETTLE)
def accept(discrepancy_id: int) -> ResponseReturnValue:
    """Close it with the reason that what happened since speaks for."""
    with write_session() as session:
        completed = accept_suggestion(session, discrepancy_id, by=g.actor, now=g.now)
    flash(_("The discrepancy is closed."))
    tell_complete(completed)
    return redirect(the_list())


@bp.post("/<int:discrepancy_id>/close")
@allowed(Permission.SETTLE)
def close(discrepancy_id: int) -> ResponseReturnValue:
    """Close it with a reason."""
    form = _form(DiscrepancyType(_found(discrepancy_id).type))
    if not form.validate():
        return _page(discrepancy_id, form), 422
    reason = ClosingReason(form.reason.data)
    try:
        with write_session() as session:
            completed = close_discrepancy(
                session, discrepancy_id, reason, note=form.note.data or "", by=g.actor, now=g.now
            )
    except RmatrackError as error:
        form.refuse(error)
        return _page(discrepancy_id, form), status_of(error)
    flash(_("The discrepancy is closed."))
    tell_complete(completed)
    return redirect(url_for(".index"))


@bp.post("/<int:discrepancy_id>/assign")
@allowed(Permission.SETTLE)
def assign(discrepancy_id: int) -> ResponseReturnValue:
    """Take it on, give it to somebody else who may settle it, or leave it to others again."""
    try:
        with write_session() as session:
            owner = owner_chosen(session)
            seen = request.form.get("seen", type=int)
            assign_discrepancy(session, discrepancy_id, owner=owner, seen=seen, by=g.actor, now=g.now)
    except RmatrackError as error:
        return _page(discrepancy_id, None, problem=say(error)), status_of(error)
    flash(_whose_now(owner))
    return redirect(url_for(".show", discrepancy_id=discrepancy_id))


def owner_chosen(session: Session) -> Actor | None:
    """Return whom the reader chose as owner: themselves, somebody else, or nobody."""
    chosen = request.form.get("owner", "")
    if chosen == MINE:
        actor: Actor = g.actor
        return actor
    return owner_with_id(session, int(chosen)) if chosen.isdecimal() else None


def _whose_now(owner: Actor | None) -> str:
    if owner is None:
        return _("It is nobody's again.")
    if owner.person_id == g.actor.person_id:
        return _("It is yours.")
    return _("It is %(person)s's now; they are told.", person=owner.name)


def others_offered() -> Sequence[Person]:
    """Return whom the reader may give a discrepancy to, apart from themselves."""
    if not g.actor.may(Permission.SETTLE):
        return ()
    return [person for person in owners_offered(read_session(), by=g.actor) if person.id != g.actor.person_id]


def tell_complete(numbers: Iterable[str]) -> None:
    """Tell which returns are complete."""
    for number in numbers:
        flash(_("RMA %(number)s is complete: all its units are settled, and nothing is open.", number=number))


def the_list() -> str:
    """Return the list that the reader came from, as its own filters."""
    filters: dict[str, Any] = {name: value for name, value in request.args.items() if name in _FILTERS}
    return url_for("discrepancies.index", **filters)


def _page(discrepancy_id: int, form: CloseForm | None, *, problem: str | None = None) -> str:
    row = _found(discrepancy_id)
    type_ = DiscrepancyType(row.type)
    return render_template(
        "discrepancies/show.html",
        **_shown(row),
        form=form or _form(type_),
        longest=LONGEST_NOTE,
        reason=ClosingReason(row.closing_reason) if row.closing_reason else None,
        unit_status=UnitStatus(row.unit_status) if row.unit_status else None,
        safe=safe_reasons(read_session(), [row]).get(row.id),
        mis_pick=suggest_correction(read_session(), row),
        is_mine=row.owner_id is not None and row.owner_id == g.actor.person_id,
        photos=photos_of_scan(read_session(), row.scan_id) if row.scan_id else (),
        others=() if row.closed_at else others_offered(),
        problem=problem,
    )


def _found(discrepancy_id: int) -> Any:
    row = discrepancy_with_id(read_session(), discrepancy_id, seen_by=g.actor)
    if row is None:
        raise NotFoundError
    return row


def _form(type_: DiscrepancyType) -> CloseForm:
    form = CloseForm()
    form.reason.choices = [SelectChoice(reason.value, word(reason).capitalize()) for reason in reasons_offered(type_)]
    return form


def _shown(row: Any) -> dict[str, Any]:
    """Return a discrepancy with its type, its age, what to do, and which serial was probably meant."""
    type_ = DiscrepancyType(row.type)
    near = row.suggestion if type_ is DiscrepancyType.UNKNOWN_SERIAL else None
    return {
        "row": row,
        "type": type_,
        "age": age_of(row.opened_at, g.now),
        "near": suggestion(near) if near else None,
        "advice": Sentence(ADVICE[type_], _told(row.suggestion or {})),
        "order": row.unit_order or row.rma_order,
    }


def _rows(session: Session) -> Iterable[Row[Any]]:
    return all_discrepancies(session, _wanted(), seen_by=g.actor, now=g.now)


def _file_name() -> str:
    return f"discrepancies-{'closed' if _wanted().closed else 'open'}-{g.now:%Y-%m-%d}"


def _told(kept: dict[str, Any]) -> dict[str, Any]:
    return kept | {"status": UnitStatus(kept["status"])} if "status" in kept else kept


def _wanted() -> Wanted:
    asked = request.args.get("owner", "")
    owners = {MINE: Owner(g.actor.person_id), NOBODY: Owner(None)}
    if asked.isdecimal():
        owners[asked] = Owner(int(asked))
    sort = request.args.get("sort", "").removeprefix("-")
    return Wanted(
        type=_chosen("type", DiscrepancyType),
        age=_chosen("age", Age),
        owner=owners.get(asked),
        closed=request.args.get("state") == "closed",
        sort=Sort(sort) if sort in set(Sort) else Sort.AGE,
        descending=request.args.get("sort", "").startswith("-"),
    )


def _chosen(name: str, values: type[Value]) -> Value | None:
    try:
        return values(request.args.get(name, ""))
    except ValueError:
        return None


def _chips(counted: Counter[Share], name: str, values: type[Value]) -> list[Chip]:
    """Return a chip for each of *values* that occurs, with how many there are."""
    numbers: Counter[str] = Counter()
    for share, number in counted.items():
        numbers[getattr(share, name)] += number
    return [("", _("All"), None), *((value.value, word(value), numbers[value]) for value in values if numbers[value])]


def _owners(counted: Counter[Share]) -> list[Chip]:
    mine = sum(number for share, number in counted.items() if share.owner_id == g.actor.person_id)
    nobody = sum(number for share, number in counted.items() if share.owner_id is None)
    numbers: Counter[int | None] = Counter()
    for share, number in counted.items():
        numbers[share.owner_id] += number
    names = owners_of_open(read_session(), seen_by=g.actor)
    others = [(str(id_), name, numbers[id_]) for id_, name in sorted(names.items()) if id_ != g.actor.person_id]
    return [("", _("Everybody's"), None), (MINE, _("Mine"), mine), (NOBODY, _("Nobody's"), nobody), *others]
