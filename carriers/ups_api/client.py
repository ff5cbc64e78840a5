"""UPS, asked: labels, pickups, tracking and addresses of one account."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from carriers.errors import CarrierError
from carriers.http import Exchange, Line, Question, keep_nothing
from carriers.parcel_states import ParcelEvent
from carriers.pickups import Pickup, PickupBooked
from carriers.shipment import Address, Shipment
from carriers.tokens import Credentials, Tokens, token_line
from carriers.ups_api import addresses, pickups, shipping, tracking
from carriers.ups_api.addresses import AddressChecked
from carriers.ups_api.shipping import ReturnLabelMade
from carriers.ups_api.wording import reason_in

TRIAL_HOST = "https://wwwcie.ups.com"
HOST = "https://onlinetools.ups.com"
TOKEN = "/security/v1/oauth/token"  # noqa: S105  # An address, not a password.

_UNKNOWN = 404


@dataclass(frozen=True, slots=True)
class UpsAccount:
    """An account of six characters in `country`, and the credentials of the application that may use it."""

    number: str
    country: str
    credentials: Credentials


class Ups:
    """All methods raise `CarrierError` or `CarrierUnavailableError`; `return_label` also `CarrierUnclearError`."""

    def __init__(
        self,
        account: UpsAccount,
        *,
        host: str = HOST,
        seconds: float = 30.0,
        keep: Callable[[Exchange], None] = keep_nothing,
    ) -> None:
        self.account = account
        door = token_line("UPS", host, account.credentials, reason_in, seconds=seconds, keep=keep)
        self._tokens = Tokens(door, TOKEN, {"x-merchant-id": account.number})
        self._line = Line("UPS", host, self._tokens, reason_in, seconds=seconds, keep=keep)

    def sign_in(self) -> None:
        """Fetch a token anew: the question that shows whether the credentials hold."""
        self._tokens.fetch_anew()

    def return_label(self, shipment: Shipment, reference: str, *, service: str = "") -> ReturnLabelMade:
        """Have a label made that can be found again by *reference*."""
        question = shipping.return_label(shipment, self.account.number, reference, service=service)
        return self._line.ask(_traced(question), shipping.read_label)

    def label_again(self, number: str) -> ReturnLabelMade | None:
        """Return the label with *number* as PDF; None where UPS does not give it."""
        labels = self._line.ask(_traced(shipping.recovery(number)), shipping.read_recovered)
        return next((label for label in labels if label.number == number), None)

    def made_under(self, reference: str, *, since: date, until: date) -> dict[str, ReturnLabelMade | None]:
        """Return the numbers that carry *reference*, each with its label as PDF where UPS still gives it.

        This is what an answer that was lost would have said. Recovery knows a label at once but refuses for many
        reasons, so that *none* is tracking's word, which may come some minutes late.
        """
        question = shipping.recovery_by_reference(reference, self.account.number)
        with suppress(CarrierError):
            if labels := self._line.ask(_traced(question), shipping.read_recovered):
                return {label.number: label for label in labels}
        numbers = self.numbers_under(reference, since=since, until=until)
        return {number: self._label_or_none(number) for number in numbers}

    def void(self, shipment_number: str) -> bool:
        """Take a shipment back; False where UPS says that it is too late."""
        return self._line.ask(_traced(shipping.void(shipment_number)), shipping.read_voided)

    def book(self, pickup: Pickup, known: frozenset[str] = frozenset()) -> PickupBooked:
        """Book *pickup*. A number among the *known* ones means that UPS had this pickup already."""
        question = pickups.create(pickup, self.account.number, self.account.country)
        number = self._line.ask(_traced(question), pickups.read_created)
        return PickupBooked(number, again=number in known)

    def call_off(self, pickup_number: str) -> bool:
        return self._line.ask(_traced(pickups.cancel(pickup_number)), pickups.read_cancelled)

    def events(self, number: str) -> list[ParcelEvent]:
        """Return what UPS reports of the parcel with *number*; nothing for one that it does not know yet."""
        try:
            return self._line.ask(_traced(tracking.by_number(number)), tracking.read_events)
        except CarrierError as refusal:
            if _is_unknown(refusal):
                return []
            raise

    def numbers_under(self, reference: str, *, since: date, until: date) -> list[str]:
        """Return the numbers of the parcels that travel under *reference*."""
        question = tracking.by_reference(reference, self.account.number, since=since, until=until)
        try:
            return self._line.ask(_traced(question), tracking.read_numbers)
        except CarrierError as refusal:
            if _is_unknown(refusal):
                return []
            raise

    def check(self, address: Address) -> AddressChecked:
        """Ask whether *address*, in one of `addresses.COVERED`, is known."""
        return self._line.ask(_traced(addresses.check(address)), lambda body: addresses.read_checked(body, address))

    def _label_or_none(self, number: str) -> ReturnLabelMade | None:
        try:
            return self.label_again(number)
        except CarrierError:
            return None


def _traced(question: Question) -> Question:
    """Give each question an id of its own, by which UPS finds it; it takes 32 characters."""
    return replace(question, headers={"transactionSrc": "shipping", **question.headers, "transId": uuid4().hex})


def _is_unknown(refusal: CarrierError) -> bool:
    return refusal.params.get("status") == _UNKNOWN
