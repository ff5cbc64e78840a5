"""Numbers and labels from the carriers themselves: the live kind of `carriers.sources.NumberSource`.

The running number that the caller set aside becomes our own reference for one label. If an answer is lost, `find` asks
the carrier what it made under that reference.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from carriers.customs import Goods, needs_papers
from carriers.dhl import Product, product_between
from carriers.dhl_api import shipping as dhl_shipping
from carriers.dhl_api.client import Dhl
from carriers.documents import Document
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, NumberSource, SourceKind
from carriers.ups_api.client import Ups
from carriers.ups_api.shipping import ReturnLabelMade

LAST = 999_999_999
"""References count up to here; the carriers' own numbers do not depend on it."""

SEARCHED = timedelta(days=2)
"""A lost shipment is looked for from so long before the day of its label to so long after."""


class LiveSource(NumberSource, Protocol):
    """A source that asks the carrier; `issue` raises `CarrierUnclearError` when `find` has to be asked first."""

    def find(self, shipment: Shipment, running: int) -> tuple[Issued, ...]:
        """Return what the carrier made for *running*; without an image where it gives the label only once."""
        ...


def own_reference(shipment: Shipment, running: int) -> str:
    """Return our own reference for one label: the RMA, `L`, and the running number."""
    return f"{shipment.rma}L{running}"


@dataclass(frozen=True, slots=True)
class LiveUps:
    ups: Ups
    first: int = 1
    last: int = LAST
    carrier: Carrier = field(default=Carrier.UPS, init=False)
    kind: SourceKind = field(default=SourceKind.LIVE, init=False)

    def issue(self, shipment: Shipment, running: int) -> Issued:
        made = self.ups.return_label(shipment, own_reference(shipment, running))
        return _from_ups(made.number, made)

    def find(self, shipment: Shipment, running: int) -> tuple[Issued, ...]:
        since, until = _days_around(shipment.issued_on)
        found = self.ups.made_under(own_reference(shipment, running), since=since, until=until)
        return tuple(_from_ups(number, label) for number, label in found.items())


@dataclass(frozen=True, slots=True)
class LiveDhl:
    """`leaves_at` is when the parcels are planned to go; `goods_of` tells customs what is in one."""

    dhl: Dhl
    leaves_at: datetime
    goods_of: Callable[[Shipment], Sequence[Goods]] = lambda shipment: ()
    first: int = 1
    last: int = LAST
    carrier: Carrier = field(default=Carrier.DHL, init=False)
    kind: SourceKind = field(default=SourceKind.LIVE, init=False)

    def issue(self, shipment: Shipment, running: int) -> Issued:
        """Ask for the lane's products, have the shipment checked, and only then made."""
        terms = self._terms(shipment, own_reference(shipment, running))
        self.dhl.check(shipment, terms)
        made = self.dhl.ship(shipment, terms)
        return Issued(
            made.waybill,
            self.kind,
            piece_id=next(iter(made.pieces), ""),
            image=_first_content(made.documents),
            documents=made.documents,
        )

    def find(self, shipment: Shipment, running: int) -> tuple[Issued, ...]:
        since, until = _days_around(shipment.issued_on)
        found = self.dhl.waybills_under(own_reference(shipment, running), since=since, until=until)
        return tuple(Issued(waybill, self.kind) for waybill in found)

    def _terms(self, shipment: Shipment, reference: str) -> dhl_shipping.Terms:
        offered = self.dhl.products(shipment, self.leaves_at.date())
        return dhl_shipping.Terms(
            account=self.dhl.account.number,
            product=dhl_shipping.choose(offered, _product_code(shipment), shipment),
            leaves_at=self.leaves_at,
            reference=reference,
            goods=tuple(self.goods_of(shipment)),
        )


def _from_ups(number: str, made: ReturnLabelMade | None) -> Issued:
    documents = made.documents if made else ()
    return Issued(number, SourceKind.LIVE, image=_first_content(documents), documents=documents)


def _first_content(documents: Sequence[Document]) -> bytes | None:
    return documents[0].content if documents else None


def _product_code(shipment: Shipment) -> str:
    """Return the code of the product for the lane; where papers go along, also inside one country, it is `P`."""
    if needs_papers(shipment.ship_from, shipment.ship_to):
        return Product.WORLDWIDE.code
    return product_between(shipment.ship_from.country, shipment.ship_to.country).code


def _days_around(day: date) -> tuple[date, date]:
    return day - SEARCHED, day + SEARCHED
