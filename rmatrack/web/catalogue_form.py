"""The form of a model of the catalogue."""

from decimal import Decimal
from typing import Any

from wtforms import DecimalField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from rmatrack.domain.catalogue import ModelFacts
from rmatrack.domain.countries import COUNTRIES
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _l, language
from rmatrack.web.places import country


class ModelForm(Form):
    """The shape of what is typed; what may be is the domain's to say."""

    number = StringField(_l("Model number"), [Optional(), Length(max=40)])
    version = HiddenField(filters=[lambda text: int(text) if str(text or "").isdecimal() else None])
    name = StringField(_l("Name"), [InputRequired(_l("Enter what people call this model.")), Length(max=100)])
    family = SelectField(_l("Family"))
    weight_kg = DecimalField(
        _l("Weight of the packed box in kg"),
        [InputRequired(_l("Enter the weight of the packed box, such as 4.2."))],
        places=None,
    )
    net_kg = DecimalField(_l("Weight without packaging in kg"), [Optional()], places=None)
    length_mm = IntegerField(_l("Length of the box in mm"), [InputRequired(_l("Enter the length of the box."))])
    width_mm = IntegerField(_l("Width of the box in mm"), [InputRequired(_l("Enter the width of the box."))])
    height_mm = IntegerField(_l("Height of the box in mm"), [InputRequired(_l("Enter the height of the box."))])
    made_in = SelectField(_l("Country of manufacture"))
    hs_code = StringField(_l("HS code"), [Length(max=20)])
    value = DecimalField(
        _l("Value for customs"),
        [InputRequired(_l("Enter the value for customs; 0 where nobody knows it yet."))],
        places=None,
    )
    currency = StringField(_l("Currency"), [InputRequired(_l("Enter a currency, such as USD.")), Length(max=3)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        families = given().policy.families.values()
        self.family.choices = [SelectChoice(each.code, each.names[language()]) for each in families]
        named = sorted((country(code), code) for code in COUNTRIES)
        self.made_in.choices = [SelectChoice("", "–"), *(SelectChoice(code, name) for name, code in named)]

    @property
    def facts(self) -> ModelFacts:
        """Return what was typed, once it has its shape."""
        return ModelFacts(
            name=self.name.data,
            family=self.family.data,
            weight_kg=self.weight_kg.data,
            net_kg=self.net_kg.data or None,
            length_mm=self.length_mm.data,
            width_mm=self.width_mm.data,
            height_mm=self.height_mm.data,
            made_in=self.made_in.data or "",
            hs_code=self.hs_code.data or "",
            value=Decimal(self.value.data),
            currency=self.currency.data,
        )
