"""Partners: which there are, adding one, certifying it, and its tier."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.db.people import Partner
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.services import partners
from rmatrack.services.partner_columns import COLUMNS
from rmatrack.services.partners import PAGE
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.exports import csv_file, xlsx_file
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("partners", __name__, url_prefix="/partners")


class PartnerForm(Form):
    name = StringField(_l("Name"), [InputRequired(_l("Enter the partner's name.")), Length(max=200)])
    certified = BooleanField(_l("Certified: may start trials"))
    tier = RadioField(
        _l("Tier"),
        choices=[SelectChoice("1", _l("1: buys from the vendor")), SelectChoice("2", _l("2: buys from a distributor"))],
        default="2",
    )


@bp.get("")
@allowed(Permission.CERTIFY_PARTNERS)
def index() -> str:
    """List partners by name, with what can be changed about each."""
    return _shown(PartnerForm())


@bp.post("")
@allowed(Permission.CERTIFY_PARTNERS)
def add() -> ResponseReturnValue:
    """Add a partner."""
    form = PartnerForm()
    if not form.validate():
        return _shown(form), 422
    try:
        with write_session() as session:
            partner = partners.add_partner(
                session, form.name.data, certified=form.certified.data, tier=int(form.tier.data), by=g.actor, now=g.now
            )
    except RmatrackError as error:
        form.refuse(error)
        return _shown(form), status_of(error)
    flash(_("%(name)s is added.", name=partner.name))
    return redirect(url_for(".index"))


@bp.post("/<int:partner_id>")
@allowed(Permission.CERTIFY_PARTNERS)
def change(partner_id: int) -> ResponseReturnValue:
    """Certify a partner or no longer, and say its tier, as it was looked at."""
    tier = request.form.get("tier", "")
    with write_session() as session:
        partner = partners.change_partner(
            session,
            partner_id,
            certified="certified" in request.form,
            tier=int(tier) if tier.isdecimal() else 0,
            version=request.form.get("seen", type=int),
            by=g.actor,
            now=g.now,
        )
    flash(_("%(name)s is saved.", name=partner.name))
    return redirect(url_for(".index"))


@bp.get("/export.csv")
@allowed(Permission.CERTIFY_PARTNERS)
def csv() -> Response:
    """Give the whole list as CSV."""
    return csv_file(_file_name(), COLUMNS, _rows)


@bp.get("/export.xlsx")
@allowed(Permission.CERTIFY_PARTNERS)
def xlsx() -> Response:
    """Give the whole list as a workbook."""
    return xlsx_file(_file_name(), COLUMNS, _rows)


def _shown(form: PartnerForm) -> str:
    after = request.args.get("after", type=int)
    rows = partners.partners_by_name(read_session(), _text(), after=after, limit=PAGE + 1, by=g.actor)
    return render_template(
        "partners/index.html",
        form=form,
        partners=rows[:PAGE],
        text=_text(),
        newer=url_for(".index", text=_text() or None) if after else None,
        older=url_for(".index", text=_text() or None, after=rows[PAGE - 1].id) if len(rows) > PAGE else None,
    )


def _rows(session: Session) -> Sequence[Partner]:
    return partners.partners_by_name(session, _text(), limit=None, by=g.actor)


def _text() -> str:
    return request.args.get("text", "").strip()


def _file_name() -> str:
    return f"partners-{g.now:%Y-%m-%d}"
