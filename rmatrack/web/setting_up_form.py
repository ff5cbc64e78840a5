"""The form of a customer's settings and users."""

from collections.abc import Iterable

from wtforms import FieldList, FormField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice

from rmatrack.db.customer_users import CustomerUser
from rmatrack.domain.setting_up import NewUser, Settings
from rmatrack.domain.trial_services import LICENSED, Service, in_order
from rmatrack.services.trials import TrialView
from rmatrack.web.forms import Form
from rmatrack.web.languages import LANGUAGES, _l, word
from rmatrack.web.starting_form import ChecksField, zones

LINES_AT_FIRST = 3
LINES_MORE = 5
MOST_LINES = 1000


class UserForm(PlainForm):  # type: ignore[misc]  # It comes without types.
    """A user; a line without a name and an address is none."""

    name = StringField(_l("Name"))
    email = StringField(_l("E-mail"))
    licences = ChecksField(_l("Licences"), validate_choice=False)
    number = StringField(_l("Phone number"))

    @property
    def is_typed(self) -> bool:
        """Say whether the line holds somebody."""
        return bool((self.name.data or "").strip() or (self.email.data or "").strip())


class SettingUpForm(Form):
    """Language and zone of the customer, and its users as they are to be from now on."""

    language = SelectField(_l("Language of the customer"), validate_choice=False)
    zone = SelectField(_l("Time zone"), validate_choice=False)
    users = FieldList(FormField(UserForm), min_entries=LINES_AT_FIRST, max_entries=MOST_LINES)

    @classmethod
    def of(cls, view: TrialView, users: Iterable[CustomerUser]) -> "SettingUpForm":
        """Return the form with what is known."""
        customer = view.standing.customer
        known = [
            {"name": user.name, "email": user.email, "licences": user.licences.split(), "number": ""} for user in users
        ]
        form = cls(data={"language": customer.language or "en", "zone": customer.zone, "users": known})
        form.language.choices = [SelectChoice(code, name) for code, name in LANGUAGES.items()]
        form.zone.choices = zones()
        form.offer(view)
        return form

    def offer(self, view: TrialView) -> None:
        """Offer a licence of each service on trial, in every line."""
        choices = [SelectChoice(one.value, word(one)) for one in in_order(view.services) if one in LICENSED]
        for entry in self.users:
            entry.form.licences.choices = choices

    def add_lines(self) -> None:
        """Make room for more users."""
        for _line in range(min(LINES_MORE, MOST_LINES - len(self.users))):
            self.users.append_entry()

    @property
    def wanted(self) -> list[NewUser]:
        """Return the users that were typed."""
        return [
            NewUser(
                name=line.name.data or "",
                email=line.email.data or "",
                licences=frozenset(Service(one) for one in line.licences.data or () if one in set(Service)),
                number=line.number.data or "",
            )
            for line in (entry.form for entry in self.users)
            if line.is_typed
        ]

    @property
    def settings(self) -> Settings:
        """Return the settings that were chosen."""
        return Settings(language=self.language.data or "", zone=self.zone.data or "")
