"""The form of a shipment, made from the columns that a file has: an order, and a line for each device."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import FieldList, FormField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice

from rmatrack.domain.countries import COUNTRIES
from rmatrack.domain.shipment_columns import OF_THE_ORDER, OF_THE_UNIT, Column
from rmatrack.domain.shipment_problems import Problem
from rmatrack.services.shipment_reports import FIRST_UNIT
from rmatrack.web.forms import Form
from rmatrack.web.languages import _l
from rmatrack.web.places import country
from rmatrack.web.sentences import say

UNITS_AT_FIRST = 3
MOST_UNITS = 50


class UnitForm(PlainForm):  # type: ignore[misc]  # It comes without types.
    """A device; a line in which nothing is typed is none."""

    model = StringField(_l("Model"))
    serial = StringField(_l("Serial number"))
    eula_expires_on = StringField(_l("EULA expires"))
    eula_mailed_on = StringField(_l("EULA mailed"))

    @property
    def said(self) -> dict[Column, str]:
        """Return what was typed."""
        return {column: (self[column.value].data or "").strip() for column in OF_THE_UNIT}


class ShipmentForm(Form):
    """A demo order. Shape and rules are the service's: here everything is text."""

    number = StringField(_l("Demo order"))
    shipped_on = StringField(_l("Ship date"))
    partner = StringField(_l("Partner"))
    customer = StringField(_l("Customer"))
    org_id = StringField(_l("Organization ID"))
    admin_email = StringField(_l("Admin e-mail"))
    trial_expires_on = StringField(_l("Trial expires"))
    ship_to_name = StringField(_l("Ship-to name"))
    recipient = StringField(_l("Recipient"))
    phone = StringField(_l("Phone"))
    address_1 = StringField(_l("Address 1"))
    address_2 = StringField(_l("Address 2"))
    address_3 = StringField(_l("Address 3"))
    city = StringField(_l("City"))
    state = StringField(_l("State"))
    postal_code = StringField(_l("Postal code"))
    country = SelectField(_l("Country"), validate_choice=False)
    units = FieldList(FormField(UnitForm), min_entries=UNITS_AT_FIRST, max_entries=MOST_UNITS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted((country(code), code) for code in COUNTRIES)
        self.country.choices = [SelectChoice("", ""), *(SelectChoice(code, name) for name, code in names)]

    @property
    def said(self) -> dict[Column, str]:
        """Return what was typed about the order."""
        return {column: (self[column.value].data or "").strip() for column in OF_THE_ORDER}

    @property
    def typed_units(self) -> list[UnitForm]:
        """Return the lines in which something is typed."""
        return [entry.form for entry in self.units if any(entry.form.said.values())]

    @property
    def all_problems(self) -> list[tuple[str | None, str]]:
        """Return each sentence with the id of its field, those of the devices last."""
        of_order = [(id_, text) for id_, text in self.problems if id_ != self.units.id]
        of_units = [(field.id, str(text)) for entry in self.units for field in entry.form for text in field.errors]
        return [*of_order, *of_units]

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field; those of a device at its line."""
        lines = dict(enumerate(self.typed_units or [self.units[0].form], FIRST_UNIT))
        for problem in problems:
            form: Mapping[str, Any] = lines[problem.line] if problem.column in OF_THE_UNIT else self
            field = form[problem.column.value] if problem.column else self.number
            field.errors = [*field.errors, say(problem.sentence)]
