"""Where a carrier's numbers come from (live, a range, a specimen); who makes a label does not need to know which.

A source is handed the shipment and a running number that the caller has set aside for it, and issues what goes on the
box. A range and the specimens only format the running number. A live source sends the shipment to the carrier, uses
the running number as its own reference, and gives back the carrier's own picture of the label with the number.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from carriers import dhl, gs1, ups
from carriers.documents import Document
from carriers.errors import BlockUsedUpError
from carriers.shipment import Carrier, Shipment


class SourceKind(StrEnum):
    LIVE = "live"
    RANGE = "range"
    SPECIMEN = "specimen"


@dataclass(frozen=True, slots=True)
class Issued:
    """A number for one box. `image` is the carrier's own label; without one the label is ours to draw.

    `documents` are all files that came with the number, the label first.
    """

    number: str
    kind: SourceKind
    piece_id: str = ""
    image: bytes | None = None
    documents: tuple[Document, ...] = ()


class NumberSource(Protocol):
    """`first` and `last` bound the running numbers that may be set aside for `issue`, both included."""

    @property
    def carrier(self) -> Carrier: ...
    @property
    def kind(self) -> SourceKind: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...

    def issue(self, shipment: Shipment, running: int) -> Issued:
        """Give *shipment* its number; raises `BlockUsedUpError` outside first–last."""
        ...


@dataclass(frozen=True, slots=True)
class UpsNumbers:
    """A shipper account's own 1Z numbers."""

    shipper: str
    first: int
    last: int
    kind: SourceKind = SourceKind.RANGE
    service: str = ups.GROUND
    carrier: Carrier = field(default=Carrier.UPS, init=False)

    def issue(self, shipment: Shipment, running: int) -> Issued:
        _inside(self, running)
        return Issued(ups.number(self.shipper, self.service, running), self.kind)


@dataclass(frozen=True, slots=True)
class DhlNumbers:
    """A block of waybill numbers, counted without their check digit, and the piece numbers allotted beside it."""

    first: int
    last: int
    first_piece: int
    kind: SourceKind = SourceKind.RANGE
    carrier: Carrier = field(default=Carrier.DHL, init=False)

    def issue(self, shipment: Shipment, running: int) -> Issued:
        _inside(self, running)
        piece = dhl.piece(self.first_piece + running - self.first)
        return Issued(dhl.waybill(running), self.kind, piece_id=piece)


@dataclass(frozen=True, slots=True)
class SsccNumbers:
    """The serials of a GS1 company prefix."""

    prefix: str
    first: int
    last: int
    kind: SourceKind = SourceKind.RANGE
    extension: int = 0
    carrier: Carrier = field(default=Carrier.EXPEDITORS, init=False)

    def issue(self, shipment: Shipment, running: int) -> Issued:
        _inside(self, running)
        return Issued(gs1.sscc(self.prefix, running, extension=self.extension), self.kind)


SPECIMENS: dict[Carrier, NumberSource] = {
    Carrier.UPS: UpsNumbers(ups.SPECIMEN_SHIPPER, first=1, last=9_999_999, kind=SourceKind.SPECIMEN),
    Carrier.DHL: DhlNumbers(first=1, last=9_999_999, first_piece=1, kind=SourceKind.SPECIMEN),
    Carrier.EXPEDITORS: SsccNumbers(
        gs1.DEMONSTRATION_PREFIX, first=1, last=999_999_999, kind=SourceKind.SPECIMEN, extension=9
    ),
}
"""Numbers that no carrier gave to anybody: account SAMPLE, waybills that start with 00, GS1's prefix for examples."""


def _inside(source: NumberSource, running: int) -> None:
    if not source.first <= running <= source.last:
        raise BlockUsedUpError(carrier=source.carrier.name, last=source.last)
