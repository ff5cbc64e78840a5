"""Asking for devices in a trial that stands: what is left is shown before the form is filled in (SPEC D-2, D-3)."""

from collections.abc import Mapping

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from rmatrack.domain.countries import COUNTRIES
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.parcels import ADDRESS_NEEDS, Parcel
from rmatrack.domain.people import Permission
from rmatrack.domain.trial_details import NoDevices
from rmatrack.domain.trials import Deed, must_fit
from rmatrack.services.parcels import ask_devices, devices_left
from rmatrack.services.trial_standing import ColleaguesTrialError
from rmatrack.services.trials import TrialView, trial_view
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _, _l
from rmatrack.web.places import country
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.starting_deed import whole
from rmatrack.web.starting_form import CountsField, countries
from rmatrack.web.starting_shown import countries_of, families

bp = Blueprint("asking_devices", __name__, url_prefix="/trials/<int:trial_id>/devices")


class AskDevicesForm(Form):
    """Which devices, how many of each, and where they go."""

    models = CountsField(_l("Models"))
    country = SelectField(_l("Country"), validate_choice=False)
    recipient = StringField(_l("Recipient"), [Length(max=100)])
    phone = StringField(_l("Recipient's phone"), [Length(max=40)])
    ship_to_name = StringField(_l("Organisation or site"), [Length(max=200)])
    address_1 = StringField(_l("Street and number"), [Length(max=100)])
    address_2 = StringField(_l("Address 2"), [Length(max=100)])
    address_3 = StringField(_l("Address 3"), [Length(max=100)])
    postal_code = StringField(_l("Postal code"), [Length(max=20)])
    city = StringField(_l("City"), [Length(max=100)])
    state = StringField(_l("State or province"), [Length(max=50)])

    @classmethod
    def of(cls, view: TrialView) -> "AskDevicesForm":
        """Return the form, with the customer's country to begin with."""
        form = cls(data={"country": view.standing.customer.country, "state": view.standing.customer.state or ""})
        form.country.choices = [SelectChoice("", ""), *countries(COUNTRIES)]
        return form

    @property
    def counts(self) -> Mapping[str, str]:
        """Return the typed numbers by model."""
        typed: Mapping[str, str] = self.models.data
        return typed

    @property
    def parcel(self) -> Parcel:
        """Return what is asked for; a number that is none counts as too many, so that the rule says what may be."""
        said = {name: field.data or "" for name, field in self._fields.items() if name not in {"models", "csrf_token"}}
        most = given().policy.terms.units_per_order + 1
        models = {code: most if (number := whole(count)) is None else number for code, count in self.counts.items()}
        return Parcel(models=models, **said)


@bp.route("", methods=["GET", "POST"])
@allowed(Permission.MANAGE_TRIALS)
def ask(trial_id: int) -> ResponseReturnValue:
    """Ask for devices; logistics ships them once the trial is active."""
    view = _view(trial_id)
    form = AskDevicesForm.of(view)
    if not form.validate_on_submit():
        return _page(view, form)
    try:
        with write_session() as session:
            ask_devices(session, trial_id, form.parcel, policy=given().policy, by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        form.refuse_empty(*ADDRESS_NEEDS)
        return _page(view, form), status_of(error)
    flash(_("The devices are asked for. Logistics ships them, and you see the demo order here."))
    return redirect(url_for("trials.show", trial_id=trial_id))


def _view(trial_id: int) -> TrialView:
    """Return the trial, if devices can be asked for in it, and by this person; raises why not."""
    view = trial_view(read_session(), trial_id, seen_by=g.actor, policy=given().policy, now=g.now)
    must_fit(Deed.ASK_DEVICES, view.standing.phase)
    if Deed.ASK_DEVICES not in view.deeds:
        raise ColleaguesTrialError
    return view


def _page(view: TrialView, form: AskDevicesForm) -> str:
    standing, policy = view.standing, given().policy
    left = devices_left(read_session(), trial_id=standing.trial.id, policy=policy, by=g.actor, now=g.now)
    because = standing.trial.no_devices_because
    return render_template(
        "asking_devices/ask.html",
        view=view,
        standing=standing,
        trial=standing.trial,
        form=form,
        left=left,
        families=families(policy, left),
        together=sorted(map(country, countries_of(form.counts))),
        because=NoDevices(because) if because else None,
    )
