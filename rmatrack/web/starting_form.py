"""The forms of the steps. They take what was typed as it is: what is right is the rule's business."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from rmatrack.domain.countries import COUNTRIES
from rmatrack.domain.parcels import ADDRESS_NEEDS
from rmatrack.domain.policy import Policy
from rmatrack.domain.trial_details import NoDevices
from rmatrack.domain.trial_services import Service
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l, language, ngettext, word
from rmatrack.web.places import country
from rmatrack.web.starting_steps import ENTERPRISE, SHIP, Step


class ChecksField(SelectMultipleField):  # type: ignore[misc]  # It comes without types.
    """A choice of several, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CountsField(Field):  # type: ignore[misc]  # It comes without types.
    """How many of each: inputs called `models-CODE`, as they were typed."""

    def process(self, formdata: MultiDict[str, str] | None, data: object = None, extra_filters: object = None) -> None:
        """Take every input that belongs to this field."""
        self.process_errors: list[str] = []
        self.errors: Sequence[str] = ()
        start = f"{self.name}-"
        kept: Mapping[str, str] = data if isinstance(data, dict) else {}
        self.data = dict(kept)
        if formdata:
            typed = {key.removeprefix(start): value for key, value in formdata.items() if key.startswith(start)}
            self.data = {code: value.strip() for code, value in typed.items() if value.strip() not in {"", "0"}}


class CompanyForm(Form):
    """Who the new customer is."""

    company = StringField(_l("Company name"))
    administrator = StringField(_l("Administrator's name"))
    email = StringField(_l("Administrator's e-mail"))
    vertical = SelectField(_l("Line of business"), validate_choice=False)


class PlaceForm(Form):
    """Where it is, and that this is a supported location."""

    country = SelectField(_l("Country"), validate_choice=False)
    state = StringField(_l("State or province"))
    location_confirmed = BooleanField(_l("I confirm that the customer is in a supported location"))


class OrganisationForm(Form):
    """Whose consent is asked."""

    email = StringField(_l("E-mail of a full administrator"))
    org_id = StringField(_l("Organisation id"))


class ConfirmForm(Form):
    """That it is the right organisation."""

    organisation_confirmed = BooleanField(_l("Yes, this is the organisation that I mean"))


class CustomerForm(Form):
    """Which of the partner's customers."""

    customer_id = SelectField(_l("Customer"), validate_choice=False)


class ServicesForm(Form):
    """What is tried."""

    services = ChecksField(_l("Services"), validate_choice=False)


class AmountsForm(Form):
    """How many, and how long."""

    duration_days = RadioField(_l("Duration"), validate_choice=False)
    licences = StringField(_l("Licences"))
    registrations = StringField(_l("Device registrations"))


class SiteForm(Form):
    """Which edition of Meetings, and its site."""

    edition = RadioField(_l("Edition"), validate_choice=False)
    site_url = StringField(_l("Site address"))
    site_zone = SelectField(_l("Time zone of the site"), validate_choice=False)


class DevicesForm(Form):
    """Whether devices are shipped, or why not."""

    no_devices_because = RadioField(_l("Devices"), validate_choice=False)


class ModelsForm(Form):
    """Which devices."""

    models = CountsField(_l("Models"))


class ShipToForm(Form):
    """Where they go, and who takes them in."""

    ship_to_name = StringField(_l("Organisation or site"))
    recipient = StringField(_l("Recipient"))
    phone = StringField(_l("Recipient's phone"))
    address_1 = StringField(_l("Street and number"))
    address_2 = StringField(_l("Address 2"))
    address_3 = StringField(_l("Address 3"))
    postal_code = StringField(_l("Postal code"))
    city = StringField(_l("City"))
    state = StringField(_l("State or province"))
    country = SelectField(_l("Country"), validate_choice=False)


class CheckForm(Form):
    """Nothing is asked any more; what is refused is shown."""


FORMS: dict[Step, type[Form]] = {
    Step.COMPANY: CompanyForm,
    Step.PLACE: PlaceForm,
    Step.ORGANISATION: OrganisationForm,
    Step.CONFIRM: ConfirmForm,
    Step.CUSTOMER: CustomerForm,
    Step.SERVICES: ServicesForm,
    Step.AMOUNTS: AmountsForm,
    Step.SITE: SiteForm,
    Step.DEVICES: DevicesForm,
    Step.MODELS: ModelsForm,
    Step.SHIP_TO: ShipToForm,
    Step.CHECK: CheckForm,
}


def form_of(step: Step, kept: Mapping[str, Any], policy: Policy) -> Form:
    """Return the form of a step with what was kept of it, or what is proposed; its choices are offered."""
    form = FORMS[step](data=kept or _proposed(step, policy))
    match form:
        case CompanyForm():
            form.vertical.choices = [_nothing(), *verticals(policy)]
        case PlaceForm():
            form.country.choices = [_nothing(), *countries(COUNTRIES)]
        case ServicesForm():
            form.services.choices = [SelectChoice(service.value, word(service)) for service in Service]
        case AmountsForm():
            form.duration_days.choices = durations(policy)
        case SiteForm():
            form.edition.choices = [
                SelectChoice("standard", _("Webex Meetings, without a site of its own")),
                SelectChoice(ENTERPRISE, _("Webex Enterprise Edition, with a site address")),
            ]
            form.site_zone.choices = [_nothing(), *zones()]
        case DevicesForm():
            form.no_devices_because.choices = [
                SelectChoice(SHIP, _("Ship devices with this trial")),
                *(SelectChoice(reason.value, _("None: %(reason)s", reason=word(reason))) for reason in NoDevices),
            ]
    return form


def needed_in(form: Form) -> Sequence[str]:
    """Return the fields of a step that cannot stay empty."""
    if isinstance(form, SiteForm) and form.edition.data != ENTERPRISE:
        return ()
    return _NEEDED.get(type(form), ())


_NEEDED: dict[type[Form], Sequence[str]] = {
    CompanyForm: ("company", "email", "vertical"),
    PlaceForm: ("country",),
    OrganisationForm: ("email",),
    SiteForm: ("site_url", "site_zone"),
    ShipToForm: ADDRESS_NEEDS,
}


def answers_of(form: Form) -> dict[str, Any]:
    """Return what was typed, to be kept."""
    return {name: value for name, value in form.data.items() if name != "csrf_token"}


def countries(codes: Iterable[str]) -> list[SelectChoice]:
    """Return countries to choose from, in the order of their names."""
    return [SelectChoice(code, name) for name, code in sorted((country(code), code) for code in codes)]


def verticals(policy: Policy) -> list[SelectChoice]:
    """Return the lines of business in the reader's language."""
    return [SelectChoice(one.code, one.names[language()]) for one in policy.verticals]


def durations(policy: Policy) -> list[SelectChoice]:
    """Return how long a trial may last."""
    offered = policy.terms.trial_durations_days
    return [SelectChoice(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in offered]


def zones() -> list[SelectChoice]:
    """Return the time zones of places."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [SelectChoice(zone, zone.replace("_", " ")) for zone in places]


def _nothing() -> SelectChoice:
    return SelectChoice("", "")


def _proposed(step: Step, policy: Policy) -> dict[str, str]:
    terms = policy.terms
    if step is Step.AMOUNTS:
        return {"licences": str(terms.licences_proposed), "registrations": str(terms.registrations_proposed)}
    return {"edition": "standard"} if step is Step.SITE else {}
