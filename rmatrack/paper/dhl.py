"""The DHL Express transport label: who and where, how it is sorted, and its three bar codes."""

from carriers import dhl
from carriers.dhl import TransportLabel
from carriers.shipment import Address
from rmatrack.paper.pen import Box, Line, Pen, Symbology
from rmatrack.paper.places import land, street_lines, town

WAYBILL = Box(0, 77.5, 101.6, 16.5)
ROUTING = Box(0, 99.5, 101.6, 16.5)
PIECE = Box(0, 121.5, 101.6, 20)
KEPT_CLEAR = (WAYBILL.around(0, 1), ROUTING.around(0, 1), PIECE.around(0, 1))
"""Where nothing but bars may be."""


def frame(pen: Pen) -> None:
    """Draw what every transport label shows: rules, corners and the words before values."""
    pen.rule(9.4)
    pen.text(3, 12.6, "From:", 6)
    pen.text(76, 12.6, "Origin:", 6)
    pen.rule(23.4)
    pen.text(3, 27, "To:", 6)
    _corners(pen, Box(11, 24.6, 87, 21))
    pen.rule(46.8)
    pen.black(Box(3, 49, 5.5, 5.5))
    pen.black(Box(93.1, 49, 5.5, 5.5))
    pen.rule(56.6)
    pen.black(Box(0, 56.9, 56, 6.2))
    pen.frame(Box(56, 56.9, 22.8, 6.2))
    pen.frame(Box(78.8, 56.9, 22.8, 6.2))
    pen.text(57, 59.2, "Day:", 5)
    pen.text(79.8, 59.2, "Time:", 5)
    pen.rule(63.3)
    pen.text(58, 66, "Pce/Shpt Weight", 5)
    pen.text(84, 66, "Piece", 5)
    pen.rule(76.2)


def _corners(pen: Pen, box: Box) -> None:
    """Draw the brackets around the receiver."""
    for x in (box.x, box.x + box.width - 3):
        pen.rule(box.y, x=x, width=3, thick=0.5)
        pen.rule(box.y + box.height - 0.5, x=x, width=3, thick=0.5)
    for x in (box.x, box.x + box.width - 0.5):
        pen.black(Box(x, box.y, 0.5, 3))
        pen.black(Box(x, box.y + box.height - 3, 0.5, 3))


def draw(pen: Pen, label: TransportLabel) -> None:
    """Draw what differs from label to label."""
    shipment = label.shipment
    _product(pen, label)
    _sender(pen, shipment.ship_from)
    pen.right(98.6, 17.4, label.origin_area, 13, strong=True)
    _receiver(pen, shipment.ship_to)
    _sorting(pen, label)
    _contents(pen, label)
    _barcodes(pen, label)


def _product(pen: Pen, label: TransportLabel) -> None:
    product = label.product
    pen.fitted(3, 5.6, 60, product.title, 13, least=9, strong=True)
    pen.text(3, 8.6, f"{label.shipment.issued_on:%Y-%m-%d}  DHL EXPRESS", 5)
    pen.white_on_black(Box(76, 0.8, 22.6, 8), product.mark, 18)


def _sender(pen: Pen, place: Address) -> None:
    lines = [*street_lines(place), f"{town(place)}, {land(place)}"]
    if place.phone:
        lines.append(f"Ph: {place.phone}")
    pen.block(Box(11, 9.8, 63, 13.2), [Line(line, 7) for line in lines], least=0.68, leading=1.12)


def _receiver(pen: Pen, place: Address) -> None:
    lines = [Line(line, 8.5) for line in street_lines(place)]
    if place.phone:
        lines.append(Line(f"Ph: {place.phone}", 7.5))
    lines.append(Line(town(place), 12, strong=True))
    lines.append(Line(land(place), 12, strong=True))
    pen.block(Box(13, 25, 83, 20), lines, leading=1.12)


def _sorting(pen: Pen, label: TransportLabel) -> None:
    pen.middle(Box(10, 47, 81.6, 9.4), label.routing_line, 25, least=14, strong=True)
    handling = "C" if label.is_dutiable else ""
    pen.white(4, 61.8, handling, 13)


def _contents(pen: Pen, label: TransportLabel) -> None:
    shipment = label.shipment
    pen.fitted(3, 66.6, 53, f"Ref No: {shipment.rma}", 7.5, least=5, strong=True)
    pen.fitted(3, 70.2, 53, f"Serial: {shipment.serial}", 7, least=5)
    pen.fitted(3, 74, 53, f"Content: {shipment.parcel.description}", 7, least=5)
    weight = f"{shipment.parcel.weight_kg:.1f}"
    pen.text(58, 72, f"{weight} / {weight} kg", 11, strong=True)
    pen.right(98.6, 72, f"{shipment.number}/{shipment.count}", 14, strong=True)


def _barcodes(pen: Pen, label: TransportLabel) -> None:
    middle = pen.width / 2
    pen.bars("waybill", Symbology.CODE_39, label.number, WAYBILL)
    pen.centred(middle, 97.8, f"WAYBILL {dhl.grouped_waybill(label.number)}", 10, strong=True)
    pen.bars("routing", Symbology.CODE_128, f"2L{label.routing}", ROUTING)
    pen.centred(middle, 119.6, f"(2L){label.routing}", 9)
    pen.bars("piece", Symbology.CODE_128, f"J{label.piece_id}", PIECE)
    pen.centred(middle, 145.4, dhl.grouped_piece(label.piece_id), 9)
