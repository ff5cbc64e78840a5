"""DHL Express, asked: return shipments, products, pickups and tracking of one account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from uuid import uuid4

from carriers.dhl_api import pickups, shipping, tracking
from carriers.dhl_api.shipping import Product, ShipmentMade, Terms
from carriers.dhl_api.wording import reason_in
from carriers.errors import CarrierError
from carriers.http import Exchange, Line, Question, keep_nothing
from carriers.parcel_states import ParcelEvent
from carriers.pickups import Pickup, PickupBooked
from carriers.reading import Json
from carriers.shipment import Shipment
from carriers.tokens import Basic, Credentials

TRIAL_HOST = "https://express.api.dhl.com/mydhlapi/test"
HOST = "https://express.api.dhl.com/mydhlapi"
VERSION = "3.1.0"
QUESTIONS_PER_DAY = 250
"""What DHL's developer portal gives an application at first; more is agreed on per application."""

_UNKNOWN = 404

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DhlAccount:
    """An account number, and the key and secret of the application that may use it."""

    number: str
    credentials: Credentials


class Dhl:
    """All methods raise `CarrierError` or `CarrierUnavailableError`; `ship` and `book` also `CarrierUnclearError`."""

    def __init__(
        self,
        account: DhlAccount,
        *,
        host: str = HOST,
        seconds: float = 30.0,
        keep: Callable[[Exchange], None] = keep_nothing,
    ) -> None:
        self.account = account
        self._line = Line("DHL", host, Basic(account.credentials), reason_in, seconds=seconds, keep=keep)

    def products(self, shipment: Shipment, on: date) -> tuple[Product, ...]:
        """Return what DHL sells for *shipment* on that day, nothing where it serves the lane not at all."""
        try:
            return self._line.ask(_traced(shipping.products(shipment, self.account.number, on)), shipping.read_products)
        except CarrierError as refusal:
            if _is_unknown(refusal):
                return ()
            raise

    def check(self, shipment: Shipment, terms: Terms) -> None:
        """Raise `CarrierError` with all that DHL has against *shipment*; nothing is made."""
        self._line.ask(_traced(shipping.check(shipment, terms)), lambda body: None)

    def ship(self, shipment: Shipment, terms: Terms) -> ShipmentMade:
        """Have a shipment made. Keep its files: DHL gives the label only once."""
        return self._line.ask(_traced(shipping.create(shipment, terms)), shipping.read_made)

    def waybills_under(self, reference: str, *, since: date, until: date) -> list[str]:
        """Return the shipments that carry our own *reference*: what an answer that was lost would have said."""
        question = tracking.by_reference(reference, shipping.OWN, self.account.number, since=since, until=until)
        return self._known(question, tracking.read_waybills)

    def waybills_of_return(self, rma: str, *, since: date, until: date) -> list[str]:
        """Return the shipments that carry an RMA in the shipper's reference, whoever made them on our account."""
        question = tracking.by_reference(rma, shipping.RMA, self.account.number, since=since, until=until)
        return self._known(question, tracking.read_waybills)

    def waybills_of(self, pieces: Sequence[str]) -> list[str]:
        """Return the shipments that *pieces*, by their licence plates, belong to."""
        return self._known(tracking.by_pieces(pieces), tracking.read_waybills)

    def events(self, waybill: str) -> list[ParcelEvent]:
        """Return what DHL reports of a shipment; nothing for one that it does not know yet."""
        return self._known(tracking.by_waybill(waybill), tracking.read_events)

    def book(self, pickup: Pickup, product: str, *, customs: bool) -> PickupBooked:
        """Book *pickup*. After `CarrierUnclearError` somebody has to call DHL: it cannot be asked what it booked."""
        question = pickups.create(pickup, self.account.number, product, customs=customs)
        return self._line.ask(_traced(question), pickups.read_created)

    def move(self, number: str, pickup: Pickup, product: str, *, customs: bool) -> PickupBooked:
        question = pickups.move(number, pickup, self.account.number, product, customs=customs)
        return self._line.ask(_traced(question), pickups.read_moved)

    def call_off(self, number: str, *, by: str, why: str) -> bool:
        """Call the pickup with *number* off; one that DHL does not know (any more) is called off too."""
        try:
            return self._line.ask(_traced(pickups.cancel(number, by=by, why=why)), pickups.read_cancelled)
        except CarrierError as refusal:
            if _is_unknown(refusal):
                return True
            raise

    def _known(self, question: Question, read: Callable[[Json], list[T]]) -> list[T]:
        try:
            return self._line.ask(_traced(question), read)
        except CarrierError as refusal:
            if _is_unknown(refusal):
                return []
            raise


def _traced(question: Question) -> Question:
    """Give each question an id of its own, by which DHL finds it; it takes 36 characters."""
    return replace(question, headers={**question.headers, "x-version": VERSION, "Message-Reference": str(uuid4())})


def _is_unknown(refusal: CarrierError) -> bool:
    return refusal.params.get("status") == _UNKNOWN
