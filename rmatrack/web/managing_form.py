"""The forms by which a trial is managed: quantities and site, order of a conversion, second confirmations."""

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from rmatrack.db.trials import Trial
from rmatrack.domain.conversion import Contact, Order
from rmatrack.domain.policy import Policy
from rmatrack.domain.trial_details import Details, NoDevices
from rmatrack.domain.trial_services import Service
from rmatrack.services.managing import Quantities
from rmatrack.services.trials import TrialView
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l, word
from rmatrack.web.starting_deed import whole
from rmatrack.web.starting_form import ChecksField, durations, zones


class ExtendForm(Form):
    """Extending asks nothing, unless it shortens."""

    confirm_shorter = BooleanField(_l("Yes, the trial may become shorter"))


class DetailsForm(Form):
    """Services with what they need; where these are settled already they are shown and not asked."""

    services = ChecksField(_l("Services"), validate_choice=False)
    duration_days = RadioField(_l("Duration"), validate_choice=False)
    licences = StringField(_l("Licences"))
    registrations = StringField(_l("Device registrations"))
    site_url = StringField(_l("Site address"))
    site_zone = SelectField(_l("Time zone of the site"), validate_choice=False)
    no_devices_because = RadioField(_l("Devices"), validate_choice=False)

    @classmethod
    def of(cls, view: TrialView, policy: Policy) -> "DetailsForm":
        """Return the form with what the trial has."""
        form = cls(data=_known(view, policy))
        form.services.choices = [SelectChoice(service.value, word(service)) for service in Service]
        form.duration_days.choices = durations(policy)
        form.site_zone.choices = [SelectChoice("", ""), *zones()]
        form.no_devices_because.choices = [
            SelectChoice(reason.value, _("None: %(reason)s", reason=word(reason))) for reason in NoDevices
        ]
        return form

    @property
    def chosen(self) -> frozenset[Service]:
        """Return the services that were chosen."""
        return frozenset(Service(name) for name in self.services.data or () if name in set(Service))

    @property
    def quantities(self) -> Quantities:
        """Return what goes with the services."""
        return Quantities(
            licences=whole(self.licences.data),
            registrations=whole(self.registrations.data),
            site_url=self.site_url.data or None,
            site_zone=self.site_zone.data or None,
            no_devices_because=self._because,
        )

    def details(self, services: frozenset[Service]) -> Details:
        """Return the provisioning details of *services*, to which the customer consented."""
        return Details(
            services=services,
            duration_days=whole(self.duration_days.data) or 0,
            licences=whole(self.licences.data),
            registrations=whole(self.registrations.data),
            site_url=self.site_url.data or None,
            site_zone=self.site_zone.data or None,
            no_devices_because=self._because,
        )

    @property
    def _because(self) -> NoDevices | None:
        reason = self.no_devices_because.data
        return NoDevices(reason) if reason in set(NoDevices) else None


def _known(view: TrialView, policy: Policy) -> dict[str, object]:
    trial: Trial = view.standing.trial
    return {
        "services": [service.value for service in view.services],
        "duration_days": str(trial.duration_days or ""),
        "licences": str(trial.licences or policy.terms.licences_proposed),
        "registrations": str(trial.registrations or policy.terms.registrations_proposed),
        "site_url": trial.site_url or "",
        "site_zone": trial.site_zone or "",
        "no_devices_because": trial.no_devices_because or "",
    }


class ConvertForm(Form):
    """The paid order as the partner reports it. `confirmed`: its effect was seen."""

    order_number = StringField(_l("Number of the paid order"))
    distributor = StringField(_l("Distributor"))
    services = ChecksField(_l("Services in the order"), validate_choice=False)
    contact = RadioField(_l("Who sets the services up?"), validate_choice=False)
    contact_email = StringField(_l("Their e-mail"))
    confirmed = BooleanField(_l("Confirmed"), false_values=("", "no"))

    @classmethod
    def of(cls, view: TrialView) -> "ConvertForm":
        """Return the form; all services on trial are chosen to begin with, and the partner sets them up."""
        form = cls(data={"services": [one.value for one in view.services], "contact": Contact.PARTNER.value})
        form.services.choices = [SelectChoice(service.value, word(service)) for service in Service]
        form.contact.choices = [
            SelectChoice(Contact.PARTNER.value, _("Our own administrator (recommended)")),
            SelectChoice(Contact.CUSTOMER.value, _("The customer's administrator")),
        ]
        return form

    def order(self, *, confirmed: bool) -> Order:
        """Return the order that was described."""
        return Order(
            number=self.order_number.data or "",
            services=frozenset(Service(name) for name in self.services.data or () if name in set(Service)),
            distributor=self.distributor.data or "",
            contact=Contact(self.contact.data) if self.contact.data in set(Contact) else Contact.PARTNER,
            contact_email=self.contact_email.data or "",
            confirmed=confirmed,
        )


class DeedForm(Form):
    """A deed that asks nothing more than its button."""
