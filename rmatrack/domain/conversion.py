"""A trial becomes a paid order: who orders where, what would be lost, who sets it up (SPEC T-18)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.sentences import Several
from rmatrack.domain.trial_services import Service, in_order

DISTRIBUTOR_TIER = 2
"""Partners of this tier buy from a distributor; those of tier 1 order in Cisco Commerce Workspace themselves."""

_LONGEST_ORDER_NUMBER = 40


class Contact(StrEnum):
    """Whose administrator sets the services up."""

    PARTNER = "partner"
    CUSTOMER = "customer"


WORDS: dict[Contact, str] = {
    Contact.PARTNER: _("the partner's administrator"),
    Contact.CUSTOMER: _("the customer's administrator"),
}

RECOMMENDED = Contact.PARTNER


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A paid order as the partner reports it. `confirmed` says that the losses were seen."""

    number: str
    services: frozenset[Service]
    distributor: str = ""
    contact: Contact = RECOMMENDED
    contact_email: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The order beside the trial: what goes on paid, what would be lost at expiry, what is new."""

    kept: frozenset[Service]
    lost: frozenset[Service]
    added: frozenset[Service]


class ThroughDistributorError(RuleBrokenError):
    """A tier-2 partner does not order itself."""

    code = "through-distributor"
    message = _(
        "Your organisation orders through a distributor. Ask it to place the order in Cisco Commerce Workspace, then "
        "give the distributor's name and the order number here."
    )

    def __init__(self) -> None:
        super().__init__(field="distributor")


class OrderNumberMissingError(BadInputError):
    """The order comes first, then the conversion."""

    code = "paid-order-number"
    message = _("Place the order in Cisco Commerce Workspace, then give its number here, in at most 40 characters.")

    def __init__(self) -> None:
        super().__init__(field="order_number")


class NothingOrderedError(BadInputError):
    """An order without a service of the trial converts nothing."""

    code = "nothing-ordered"
    message = _("The order holds no service of this trial, so there is nothing to convert. Choose what was ordered.")

    def __init__(self) -> None:
        super().__init__(field="services")


class LossesNotConfirmedError(RuleBrokenError):
    """Something on trial is not in the order."""

    code = "losses-not-confirmed"
    message = _(
        "%(lost)s would be lost when the trial expires, because the order does not hold it. Confirm, or order it too."
    )

    def __init__(self, lost: Collection[Service]) -> None:
        super().__init__(field="confirmed", lost=Several(in_order(lost)))


class WrongAdministratorError(BadInputError):
    """The set-up asks for exactly the trial customer's administrator."""

    code = "wrong-customer-administrator"
    message = _(
        "That is not the address of the administrator with whom the trial was started. Enter exactly that one, so that "
        "the order joins the right organisation."
    )

    def __init__(self) -> None:
        super().__init__(field="email")


class DataNotCheckedError(RuleBrokenError):
    """The contact looks at the customer's data before the services are set up."""

    code = "customer-data-not-checked"
    message = _("Check the customer's data and confirm that it is right.")

    def __init__(self) -> None:
        super().__init__(field="data_checked")


class SetUpBeforeError(RuleBrokenError):
    """An order is set up once."""

    code = "order-set-up"
    message = _("The services of this order are set up already. There is nothing to do.")


def compare(ordered: Collection[Service], on_trial: Collection[Service]) -> Comparison:
    """Return what becomes of each service. Webex Devices stands for registrations; the devices themselves go back."""
    order, trial = frozenset(ordered), frozenset(on_trial)
    return Comparison(kept=order & trial, lost=trial - order, added=order - trial)


def must_be_complete(order: Order, on_trial: Collection[Service], *, tier: int) -> Comparison:
    """Return the comparison of *order* with the trial; raises what stands in the way of converting."""
    if tier == DISTRIBUTOR_TIER and not order.distributor.strip():
        raise ThroughDistributorError
    if not 0 < len(order.number.strip()) <= _LONGEST_ORDER_NUMBER:
        raise OrderNumberMissingError
    comparison = compare(order.services, on_trial)
    if not order.services or (on_trial and not comparison.kept):
        raise NothingOrderedError
    if comparison.lost and not order.confirmed:
        raise LossesNotConfirmedError(comparison.lost)
    return comparison
