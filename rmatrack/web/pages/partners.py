"""Partners: which there are, adding one, certifying it, and its tier."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.services import partners
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
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
    """List all partners, with what can be changed about each."""
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
    """Certify a partner or no longer, and say its tier."""
    tier = request.form.get("tier", "")
    with write_session() as session:
        partner = partners.change_partner(
            session,
            partner_id,
            certified="certified" in request.form,
            tier=int(tier) if tier.isdecimal() else 0,
            by=g.actor,
            now=g.now,
        )
    flash(_("%(name)s is saved.", name=partner.name))
    return redirect(url_for(".index"))


def _shown(form: PartnerForm) -> str:
    return render_template("partners/index.html", form=form, partners=partners.all_partners(read_session(), by=g.actor))
