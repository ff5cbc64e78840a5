"""What may be shipped in a trial: limits, and what is left of them; and to which countries (SPEC D-2, D-3).

A limit that cannot be read is `None`, and the answer is then no.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.policy import Policy, carrier_for, model_of, ship_to_countries


class RequestState(StrEnum):
    """How far a request for devices is."""

    REQUESTED = "requested"
    SHIPPED = "shipped"
    WITHDRAWN = "withdrawn"


WORDS: dict[RequestState, str] = {
    RequestState.REQUESTED: _("waiting to be shipped"),
    RequestState.SHIPPED: _("shipped"),
    RequestState.WITHDRAWN: _("withdrawn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Devices by model, and the address they go to: the customer's or the partner's."""

    models: Mapping[str, int]
    recipient: str
    phone: str
    ship_to_name: str = ""
    address_1: str
    address_2: str = ""
    address_3: str = ""
    city: str
    state: str = ""
    postal_code: str = ""
    country: str


@dataclass(frozen=True, slots=True)
class Left:
    """What a partner may still have, before the form is filled in; `None` where it cannot be read.

    `trials` counts more trials with devices, `models` how many units of each model one more order of this trial may
    hold: 0 where the model was sent before.
    """

    units: int
    trials: int | None
    models: Mapping[str, int]
    families: Mapping[str, int]
    few_trials: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether devices can be ordered at all."""
        return self.trials is not None and self.trials > 0


class LimitUnknownError(RuleBrokenError):
    """A limit cannot be read: the answer is no (SPEC D-2)."""

    code = "limit-unknown"
    message = _("How many devices are left cannot be read at the moment, so none can be ordered. Try again later.")


class TooManyTrialsError(RuleBrokenError):
    """So many trials with devices at one time."""

    code = "too-many-device-trials"
    message = _(
        "Your organisation has %(most)s trials with devices, the most there may be. Wait until one is returned."
    )

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class TooManyUnitsError(RuleBrokenError):
    """An order holds so many units."""

    code = "too-many-units"
    message = _("These are %(count)s devices, and an order holds %(most)s at most. Take some off.")

    def __init__(self, count: int, most: int) -> None:
        super().__init__(field="models", count=count, most=most)


class TooManyOfFamilyError(RuleBrokenError):
    """An order holds so many of a family."""

    code = "too-many-of-family"
    message = _(
        "These are %(count)s devices of one kind (%(models)s), and an order holds %(most)s at most. Take some off."
    )

    def __init__(self, models: Collection[str], count: int, most: int) -> None:
        super().__init__(field="models", models=", ".join(models), count=count, most=most)


class TooManyOfModelError(RuleBrokenError):
    """An order holds so many of a model."""

    code = "too-many-of-model"
    message = _("These are %(count)s of %(model)s, and an order holds %(most)s at most. Take some off.")

    def __init__(self, model: str, count: int, most: int) -> None:
        super().__init__(field="models", model=model, count=count, most=most)


class ModelSentBeforeError(RuleBrokenError):
    """A trial gets one shipment of a model."""

    code = "model-sent-before"
    message = _("%(model)s was shipped or asked for in this trial before, and each model is shipped once. Take it off.")

    def __init__(self, model: str) -> None:
        super().__init__(field="models", model=model)


class NothingToShipError(BadInputError):
    """An order without devices."""

    code = "nothing-to-ship"
    message = _("Choose at least one device.")

    def __init__(self) -> None:
        super().__init__(field="models")


class NotShippedThereError(RuleBrokenError):
    """The models together do not ship to that country (SPEC D-3)."""

    code = "not-shipped-there"
    message = _("These devices are not shipped to %(country)s. Choose other devices, or an address in another country.")

    def __init__(self, country: str) -> None:
        super().__init__(field="country", country=country)


ADDRESS_NEEDS = ("recipient", "phone", "address_1", "city", "country")
"""What a carrier cannot do without; not every country has postal codes."""


class AddressMissingError(BadInputError):
    """A carrier needs somebody to hand the parcel to."""

    code = "address-missing"
    message = _("Fill this in: the carrier needs it.")

    def __init__(self, field: str) -> None:
        super().__init__(field=field)


def left_for(policy: Policy, *, running_trials: int | None, counts_already: bool, sent: frozenset[str]) -> Left:
    """Return what is left. *sent* are models that this trial had; *counts_already* says it is among the running."""
    terms = policy.terms
    most = terms.device_trials_per_partner
    trials = None if running_trials is None else max(0, most - running_trials + (1 if counts_already else 0))
    families = {code: min(family.most_per_order, terms.units_per_order) for code, family in policy.families.items()}
    models = {
        code: 0 if code in sent else min(policy.families[model.family].most_per_model, families[model.family])
        for code, model in policy.models.items()
    }
    few = trials is not None and 0 < trials <= terms.device_trials_warning
    return Left(terms.units_per_order, trials, models, families, few_trials=few)


def must_be_left(models: Mapping[str, int], left: Left, policy: Policy) -> dict[str, int]:
    """Return *models* by catalogue code, those of number 0 left out; raises the limit that is broken."""
    wanted = {model_of(policy, code).code: count for code, count in models.items() if count > 0}
    if not wanted:
        raise NothingToShipError
    if left.trials is None:
        raise LimitUnknownError
    if left.trials == 0:
        raise TooManyTrialsError(policy.terms.device_trials_per_partner)
    for refusal in _broken(wanted, left, policy):
        raise refusal
    return wanted


def _broken(wanted: Mapping[str, int], left: Left, policy: Policy) -> Iterator[RuleBrokenError]:
    families: dict[str, list[str]] = defaultdict(list)
    for code, count in wanted.items():
        families[policy.models[code].family].append(code)
        most = left.models.get(code)
        if most is None:
            yield LimitUnknownError()
        elif most == 0:
            yield ModelSentBeforeError(code)
        elif count > most:
            yield TooManyOfModelError(code, count, most)
    for family, codes in families.items():
        count = sum(wanted[code] for code in codes)
        if count > left.families[family]:
            yield TooManyOfFamilyError(codes, count, left.families[family])
    if sum(wanted.values()) > left.units:
        yield TooManyUnitsError(sum(wanted.values()), left.units)


def must_ship_there(models: Mapping[str, int], country: str, state: str, policy: Policy, on: date) -> None:
    """Raise where the models do not ship to a country together, or nobody brings them back from there (SPEC C-1)."""
    if country not in ship_to_countries(policy, models, on):
        raise NotShippedThereError(country)
    carrier_for(policy, country, state, on).required()


def must_be_addressed(parcel: Parcel) -> None:
    """Raise `AddressMissingError` for the first thing that an address lacks."""
    for field in ADDRESS_NEEDS:
        if not getattr(parcel, field).strip():
            raise AddressMissingError(field)
