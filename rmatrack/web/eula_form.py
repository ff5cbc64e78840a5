"""The form that asks which units get which EULA date, and why."""

from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.services.orders import UnitOnOrder
from rmatrack.web.forms import Form
from rmatrack.web.languages import _l

REASON_MOST = 200


class EulaForm(Form):
    """Units of one order, the day their EULA expires, and the reason. `confirmed`: the effect was seen."""

    units = SelectMultipleField(_l("Devices"), coerce=int)
    expires_on = DateField(
        _l("EULA expires on"), validators=[InputRequired(_l("Give the day that the EULA mail names."))]
    )
    reason = StringField(
        _l("Reason"),
        validators=[
            InputRequired(_l("Say why the date changes: the reason stands in the history beside it.")),
            Length(max=REASON_MOST),
        ],
    )
    confirmed = BooleanField(lazy_gettext("Confirmed"), false_values=("", "no"))

    @classmethod
    def of(cls, units: Iterable[UnitOnOrder]) -> "EulaForm":
        """Return the form for the units of an order that are still out; all are chosen to begin with."""
        offered = [SelectChoice(unit.unit.id, unit.unit.serial) for unit in units]
        form = cls(data={"units": [choice.value for choice in offered]})
        form.units.choices = offered
        return form

    @property
    def chosen(self) -> set[int]:
        """Return the ids of the chosen units."""
        return set(self.units.data or ())

    @property
    def day(self) -> date:
        """Return the day that was typed; asked after validation only."""
        day: date = self.expires_on.data
        return day
