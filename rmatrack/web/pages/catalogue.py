"""The catalogue of models: what carriers and customs are told of each, and what is still missing."""

from decimal import Decimal

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from rmatrack.db.catalogue import Model
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.services import catalogue
from rmatrack.web.access import allowed
from rmatrack.web.catalogue_form import ModelForm
from rmatrack.web.errors import status_of
from rmatrack.web.given import given
from rmatrack.web.languages import _, language
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")


@bp.get("")
@allowed(Permission.SEE_POLICY)
def index() -> str:
    """List the models."""
    families = {code: family.names[language()] for code, family in given().policy.families.items()}
    entries = catalogue.catalogue(read_session(), by=g.actor)
    return render_template("catalogue/index.html", entries=entries, families=families)


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.EDIT_CATALOGUE)
def add() -> ResponseReturnValue:
    """Add a model."""
    form = ModelForm(data={"currency": "USD", "value": Decimal(0)})
    if form.validate_on_submit():
        try:
            with write_session() as session:
                model = catalogue.add_model(
                    session, form.number.data, form.facts, policy=given().policy, by=g.actor, now=g.now
                )
                number = model.number
        except RmatrackError as error:
            form.refuse(error)
            return _page(form, None), status_of(error)
        flash(_("%(model)s is added to the catalogue.", model=number))
        return redirect(url_for(".index"))
    return _page(form, None), 422 if form.is_submitted() else 200


@bp.route("/<path:number>", methods=["GET", "POST"])
@allowed(Permission.EDIT_CATALOGUE)
def change(number: str) -> ResponseReturnValue:
    """Change a model."""
    model = catalogue.model_numbered(read_session(), number, by=g.actor)
    form = ModelForm(obj=model)
    if form.validate_on_submit():
        try:
            with write_session() as session:
                catalogue.change_model(
                    session,
                    model.number,
                    form.facts,
                    version=form.version.data,
                    policy=given().policy,
                    by=g.actor,
                    now=g.now,
                )
        except RmatrackError as error:
            form.refuse(error)
            return _page(form, model), status_of(error)
        flash(_("%(model)s is saved.", model=number))
        return redirect(url_for(".index"))
    return _page(form, model), 422 if form.is_submitted() else 200


def _page(form: ModelForm, model: Model | None) -> str:
    return render_template("catalogue/model.html", form=form, model=model)
