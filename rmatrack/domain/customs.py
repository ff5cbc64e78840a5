"""What customs ask of a return, and what is refused while they could not be answered (SPEC C-10).

Whether a border lies between is the shipping kit's to say (`carriers.customs`), by the addresses at both ends.
"""

from collections.abc import Sequence
from enum import StrEnum

from rmatrack.domain.errors import RuleBrokenError, _
from rmatrack.domain.sentences import Several


class Fact(StrEnum):
    """What the catalogue must know of a model before it can pass customs."""

    NAME = "name"
    HS_CODE = "hs-code"
    MADE_IN = "made-in"
    VALUE = "value"
    CURRENCY = "currency"
    WEIGHT = "weight"


WORDS: dict[Fact, str] = {
    Fact.NAME: _("name"),
    Fact.HS_CODE: _("HS code"),
    Fact.MADE_IN: _("country of manufacture"),
    Fact.VALUE: _("value"),
    Fact.CURRENCY: _("currency"),
    Fact.WEIGHT: _("weight"),
}


class CustomsFactsMissingError(RuleBrokenError):
    """A model whose entry in the catalogue does not say everything that customs ask."""

    code = "customs-facts-missing"
    message = _(
        "There is no customs invoice yet: the catalogue does not say this of %(model)s: %(missing)s. Enter it under"
        " Catalogue, %(model)s, and open the invoice again."
    )

    def __init__(self, model: str, missing: Sequence[Fact]) -> None:
        super().__init__(model=model, missing=Several(missing))


class CurrenciesDifferError(RuleBrokenError):
    """An invoice adds up in one currency."""

    code = "customs-currencies-differ"
    message = _(
        "The devices of %(order)s have their values in %(currencies)s, and an invoice has one currency. Enter them in"
        " one currency under Catalogue."
    )


class NoBorderError(RuleBrokenError):
    """A return that crosses no customs border."""

    code = "no-customs-border"
    message = _("The return of %(order)s crosses no customs border. It needs no customs invoice.")


class NothingToDeclareError(RuleBrokenError):
    """All devices are back, settled or on their way."""

    code = "nothing-to-declare"
    message = _("Nothing of %(order)s is still to be sent, so that there is nothing to declare.")


class NoCustomsTermsError(RuleBrokenError):
    """The policy does not say who exports and who imports."""

    code = "no-customs-terms"
    message = _("The policy does not say who imports at %(depot)s. Ask the trials team to add it to the policy.")
