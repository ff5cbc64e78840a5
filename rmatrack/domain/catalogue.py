"""The catalogue of models: what carriers and customs are told of each, and what cannot be (SPEC C-10, D-2).

What customs ask may be empty while nobody knows it. An invoice that needs it is refused then (`domain.customs`).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from rmatrack.domain.countries import country_from
from rmatrack.domain.errors import BadInputError, RuleBrokenError, _

MOST_KG = Decimal(1000)
MOST_MM = 5000
MOST_VALUE = Decimal(1_000_000)

_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z./+=-]{1,39}")
_HS_CODE = re.compile("[0-9]{6,10}")
_CURRENCY = re.compile("[A-Z]{3}")


class ModelExistsError(RuleBrokenError):
    """A model has one entry."""

    code = "model-exists"
    message = _("%(model)s is in the catalogue already. Change it there.")


class BadModelNumberError(BadInputError):
    """A model number is what the vendor orders by."""

    code = "bad-model-number"
    message = _("%(number)s is not a model number. Use letters, digits and dashes, such as CS-KIT-K9.")


class UnknownFamilyError(BadInputError):
    """Limits go by family, so that each model has one of the policy's."""

    code = "unknown-family"
    message = _("%(family)s is not a family of models. Choose one of %(families)s.")


class BadMeasureError(BadInputError):
    """A weight or a size that no box has."""

    code = "bad-measure"
    message = _("A box weighs more than 0 and at most 1000 kg, and each side is 1 to 5000 mm.")


class BadNetWeightError(BadInputError):
    """A device is not heavier than its box with it inside."""

    code = "bad-net-weight"
    message = _(
        "Without packaging it weighs more than 0 kg, and not more than the packed box. Leave it empty if unknown."
    )


class BadHsCodeError(BadInputError):
    """Customs tariff numbers are digits."""

    code = "bad-hs-code"
    message = _("An HS code has 6 to 10 digits, such as 851762. Leave it empty if unknown.")


class BadValueError(BadInputError):
    """A value for customs."""

    code = "bad-customs-value"
    message = _("The value for customs is an amount from 0 to 1 million. 0 means that nobody knows it yet.")


class BadCurrencyError(BadInputError):
    """Currencies go by ISO 4217."""

    code = "bad-currency"
    message = _("A currency has three letters, such as USD or EUR.")


class NameMissingError(BadInputError):
    """Papers and pages call a model by its name."""

    code = "model-name-missing"
    message = _("Enter what people call this model.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What the catalogue says of a model: weights in kg, box in mm. Texts may come as somebody typed them."""

    name: str
    family: str
    weight_kg: Decimal
    net_kg: Decimal | None
    length_mm: int
    width_mm: int
    height_mm: int
    made_in: str
    hs_code: str
    value: Decimal
    currency: str


def model_number_from(text: str) -> str:
    """Return the model number in *text*; raises `BadModelNumberError`."""
    number = text.strip().upper()
    if not _NUMBER.fullmatch(number):
        raise BadModelNumberError(field="number", number=text.strip())
    return number


def checked(facts: ModelFacts, families: list[str]) -> ModelFacts:
    """Return *facts* as they are kept; raises the first thing that is wrong, with its field."""
    if not facts.name.strip():
        raise NameMissingError(field="name")
    if facts.family not in families:
        raise UnknownFamilyError(field="family", family=facts.family, families=", ".join(families))
    _check_measures(facts)
    if not 0 <= facts.value <= MOST_VALUE:
        raise BadValueError(field="value")
    hs_code = re.sub(r"[.\s]", "", facts.hs_code)
    if hs_code and not _HS_CODE.fullmatch(hs_code):
        raise BadHsCodeError(field="hs_code")
    currency = facts.currency.strip().upper()
    if not _CURRENCY.fullmatch(currency):
        raise BadCurrencyError(field="currency")
    return ModelFacts(
        name=" ".join(facts.name.split()),
        family=facts.family,
        weight_kg=facts.weight_kg,
        net_kg=facts.net_kg,
        length_mm=facts.length_mm,
        width_mm=facts.width_mm,
        height_mm=facts.height_mm,
        made_in=country_from(facts.made_in) if facts.made_in.strip() else "",
        hs_code=hs_code,
        value=facts.value,
        currency=currency,
    )


def _check_measures(facts: ModelFacts) -> None:
    if not 0 < facts.weight_kg <= MOST_KG:
        raise BadMeasureError(field="weight_kg")
    for field, side in (("length_mm", facts.length_mm), ("width_mm", facts.width_mm), ("height_mm", facts.height_mm)):
        if not 1 <= side <= MOST_MM:
            raise BadMeasureError(field=field)
    if facts.net_kg is not None and not 0 < facts.net_kg <= facts.weight_kg:
        raise BadNetWeightError(field="net_kg")
