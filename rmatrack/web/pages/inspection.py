"""Inspection: the queue of devices that came in, one at the bench, several that are alike, and their photos."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from sqlalchemy.orm import Session

from rmatrack.db.blobs import blob_content
from rmatrack.db.inspections import (
    PAGE,
    InspectionsWanted,
    all_inspections,
    inspections_page,
    photo_with_id,
    unit_here_with_serial,
    units_chosen,
    waiting_by_model,
)
from rmatrack.db.orders import Unit
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.inspection import ASKS, Condition, Disposition, WipeMethod
from rmatrack.domain.people import Permission
from rmatrack.domain.serials import normalise
from rmatrack.paper.photos import MEDIA_TYPE
from rmatrack.services.inspection import MOST_AT_ONCE, holds_data, inspect
from rmatrack.services.inspection_columns import COLUMNS_DONE, COLUMNS_WAITING
from rmatrack.services.inspection_photos import MOST_PHOTOS, add_photos
from rmatrack.services.inspection_reading import inspection_file
from rmatrack.services.inspection_wipes import certify_wipes
from rmatrack.services.orders import UnitFile, unit_file
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.given import given
from rmatrack.web.inspection_form import InspectionForm
from rmatrack.web.languages import _, language, ngettext, word
from rmatrack.web.navigation import here
from rmatrack.web.photo_files import prepared
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("inspection", __name__, url_prefix="/inspection")

KEPT_SECONDS = 24 * 3600


@bp.get("")
@allowed(Permission.SEE_EVERYTHING)
def index() -> str:
    """Show what waits, the longest here first, or the latest verdicts."""
    wanted, page = _wanted(), max(1, request.args.get("page", 1, type=int))
    rows = inspections_page(read_session(), wanted, page=page, seen_by=g.actor)
    waiting = waiting_by_model(read_session(), seen_by=g.actor)
    return render_template(
        "inspection/index.html",
        rows=rows[:PAGE],
        wanted=wanted,
        total=sum(waiting.values()),
        models=[("", _("All models"), None), *((model, model, number) for model, number in waiting.most_common(8))],
        dispositions=[("", _("All"), None), *((each.value, word(each), None) for each in Disposition)],
        condition=Condition,
        disposition=Disposition,
        newer=here(page=str(page - 1) if page > 2 else None) if page > 1 else None,
        older=here(page=str(page + 1)) if len(rows) > PAGE else None,
    )


@bp.get("/export.csv")
@allowed(Permission.SEE_EVERYTHING)
def csv() -> Response:
    """Give the whole list as CSV."""
    return csv_file(_file_name(), _columns(), _rows)


@bp.get("/export.xlsx")
@allowed(Permission.SEE_EVERYTHING)
def xlsx() -> Response:
    """Give the whole list as a workbook."""
    return xlsx_file(_file_name(), _columns(), _rows)


@bp.get("/find")
@allowed(Permission.INSPECT)
def find() -> ResponseReturnValue:
    """Go to the device whose serial was scanned."""
    serial = normalise(request.args.get("serial", ""))
    unit_id = unit_here_with_serial(read_session(), serial, seen_by=g.actor) if serial else None
    if unit_id is None:
        flash(_("We never shipped %(serial)s. Scan the serial number on the device.", serial=serial or "–"), "warn")
        return redirect(url_for(".index"))
    return redirect(url_for(".show", unit_id=unit_id))


@bp.get("/<int:unit_id>")
@allowed(Permission.SEE_EVERYTHING)
def show(unit_id: int) -> str:
    """Show one device at the bench: what is known of it, and what is to be decided."""
    return _page(_unit(unit_id), None)


@bp.post("/<int:unit_id>")
@allowed(Permission.INSPECT)
def save(unit_id: int) -> ResponseReturnValue:
    """Keep the photos; then, in one step, the certificate and the verdict."""
    found = _unit(unit_id)
    form = InspectionForm.of(inspection_file(read_session(), unit_id, found.unit.model, policy=given().policy))
    try:
        _keep_photos(unit_id)
        if not form.validate():
            return _page(found, form), HTTPStatus.UNPROCESSABLE_ENTITY
        with write_session() as session:
            if form.wipe:
                certify_wipes(session, [unit_id], form.wipe, by=g.actor, now=g.now)
            inspect(session, [form.verdict(unit_id)], policy=given().policy, by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(_unit(unit_id), form), status_of(error)
    told = word(Disposition(form.disposition.data))
    flash(_("%(serial)s is inspected: %(verdict)s.", serial=found.unit.serial, verdict=told))
    return redirect(url_for(".index"))


@bp.post("/<int:unit_id>/photos")
@allowed(Permission.INSPECT)
def photograph(unit_id: int) -> ResponseReturnValue:
    """Add photos without a verdict."""
    found = _unit(unit_id)
    try:
        added = _keep_photos(unit_id)
    except RmatrackError as error:
        form = InspectionForm.of(inspection_file(read_session(), unit_id, found.unit.model, policy=given().policy))
        form.refuse(error)
        return _page(found, form), status_of(error)
    flash(ngettext("%(num)s photo is added.", "%(num)s photos are added.", added))
    return redirect(url_for(".show", unit_id=unit_id))


@bp.route("/together", methods=["GET", "POST"])
@allowed(Permission.INSPECT)
def together() -> ResponseReturnValue:
    """Give several devices that are alike the same verdict."""
    ids = list(dict.fromkeys(request.values.getlist("unit", type=int)))[:MOST_AT_ONCE]
    units = units_chosen(read_session(), ids, seen_by=g.actor)
    if not units:
        flash(_("Choose the devices first."), "warn")
        return redirect(url_for(".index"))
    form = InspectionForm.blank(seen="0")
    if not form.validate_on_submit():
        return _together_page(units, form)
    unit_ids = [unit.id for unit in units]
    try:
        with write_session() as session:
            if form.wipe:
                certify_wipes(session, unit_ids, form.wipe, by=g.actor, now=g.now)
            verdicts = [form.verdict(unit_id) for unit_id in unit_ids]
            inspect(session, verdicts, policy=given().policy, by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _together_page(units, form), status_of(error)
    flash(ngettext("%(num)s device is inspected.", "%(num)s devices are inspected.", len(units)))
    return redirect(url_for(".index"))


@bp.get("/photos/<int:photo_id>.jpg")
@allowed(Permission.SEE_ORDERS)
def photo(photo_id: int) -> Response:
    """Give a photo; with `?small` its small form."""
    found = photo_with_id(read_session(), photo_id, seen_by=g.actor)
    if found is None:
        raise NotFoundError
    digest = found.small_digest if "small" in request.args else found.digest
    answer = Response(blob_content(read_session(), digest) or b"", mimetype=MEDIA_TYPE)
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return answer


def _keep_photos(unit_id: int) -> int:
    photos = prepared(request.files.getlist("photos"))
    if not photos:
        return 0
    with write_session() as session:
        return len(add_photos(session, unit_id, photos, by=g.actor, now=g.now))


def _unit(unit_id: int) -> UnitFile:
    return unit_file(read_session(), unit_id, seen_by=g.actor, now=g.now, policy=given().policy)


def _page(found: UnitFile, form: InspectionForm | None) -> str:
    file = inspection_file(read_session(), found.unit.unit_id, found.unit.model, policy=given().policy)
    return render_template(
        "inspection/show.html",
        unit=found.unit,
        file=file,
        form=form or InspectionForm.of(file),
        language=language(),
        asks=ASKS,
        condition=Condition,
        disposition=Disposition,
        wipe_method=WipeMethod,
        most_photos=MOST_PHOTOS,
    )


def _together_page(units: Iterable[Unit], form: InspectionForm) -> str:
    units = list(units)
    return render_template(
        "inspection/together.html",
        units=units,
        form=form,
        asks=ASKS,
        disposition=Disposition,
        hold_data=any(holds_data(given().policy, unit.model) for unit in units),
    )


def _wanted() -> InspectionsWanted:
    chosen = request.args.get("disposition", "")
    return InspectionsWanted(
        done=request.args.get("state") == "done",
        disposition=Disposition(chosen) if chosen in set(Disposition) else None,
        model=request.args.get("model") or None,
    )


def _columns() -> Any:
    return COLUMNS_DONE if _wanted().done else COLUMNS_WAITING


def _rows(session: Session) -> Iterable[Row[Any]]:
    return all_inspections(session, _wanted(), seen_by=g.actor)


def _file_name() -> str:
    return f"inspection-{'done' if _wanted().done else 'waiting'}-{g.now:%Y-%m-%d}"
