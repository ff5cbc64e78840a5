"""The DHL Express transport label: who and where, how it is sorted, and its three bar codes."""

from carriers import dhl
from carriers.dhl import TransportLabel
from carriers.shipment import Address
from carriers.writing import town
from rmatrack.paper.pen import Box, Line, Pen, Symbology
from rmatrack.paper.places import land, person
from rmatrack.paper.specimen import Mark

WAYBILL = Box(0, 79.5, 101.6, 14)
ROUTING = Box(0, 100.5, 101.6, 14)
PIECE = Box(0, 121.5, 101.6, 19)
KEPT_CLEAR = (WAYBILL.around(0, 1), ROUTING.around(0, 1), PIECE.around(0, 1))
"""Where nothing but bars may be."""

MARKS = (Mark(60, 35.5, 15, 27), Mark(86, 96.4, 4.8, 0))


def frame(pen: Pen) -> None:
    """Draw what every transport label shows: rules, corners and the words before values."""
    pen.rule(9.4)
    pen.text(3, 12.6, "From:", 6)
    pen.text(76, 12.6, "Origin:", 6)
    pen.text(58, 7, "DHL", 17, strong=True)
    pen.rule(24.8)
    pen.text(3, 28.4, "To:", 6)
    _corners(pen, Box(11, 25.8, 87, 22.8))
    pen.rule(49.6)
    pen.black(Box(3, 51.6, 5.5, 5.5))
    pen.black(Box(93.1, 51.6, 5.5, 5.5))
    pen.rule(58.8)
    pen.black(Box(0, 59, 56, 6.2))
    pen.frame(Box(56, 59, 22.8, 6.2))
    pen.frame(Box(78.8, 59, 22.8, 6.2))
    pen.text(57, 61.2, "Day:", 5)
    pen.text(79.8, 61.2, "Time:", 5)
    pen.text(58, 68, "Pce/Shpt Weight", 5)
    pen.right(98.6, 68, "Piece", 5)
    pen.rule(77.6)


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
    pen.middle(Box(76, 13, 22.6, 9), label.origin_area, 14, least=8, strong=True)
    _receiver(pen, shipment.ship_to)
    _sorting(pen, label)
    _contents(pen, label)
    _barcodes(pen, label)


def _product(pen: Pen, label: TransportLabel) -> None:
    product = label.product
    pen.fitted(3, 5.6, 52, product.title, 13, least=9, strong=True)
    pen.text(3, 8.6, f"{label.shipment.issued_on:%Y-%m-%d}", 5)
    pen.white_on_black(Box(76, 0.8, 22.6, 8), product.mark, 18)


def _sender(pen: Pen, place: Address) -> None:
    lines = [place.name, person(place), *place.lines, f"{town(place)}, {land(place)}"]
    pen.block(Box(11, 9.6, 64, 15), [Line(line, 7.5) for line in lines], leading=1.08)


def _receiver(pen: Pen, place: Address) -> None:
    lines = [Line(line, 9) for line in (place.name, person(place), *place.lines)]
    lines.append(Line(town(place), 12, strong=True))
    lines.append(Line(land(place), 12, strong=True))
    pen.block(Box(13, 26.2, 83, 22.4), lines, leading=1.12)


def _sorting(pen: Pen, label: TransportLabel) -> None:
    pen.middle(Box(10, 49.8, 81.6, 9), label.routing_line, 25, least=14, strong=True)
    handling = "C" if label.is_dutiable else ""
    pen.white(4, 64, handling, 13)


def _contents(pen: Pen, label: TransportLabel) -> None:
    shipment = label.shipment
    pen.fitted(3, 68.8, 53, f"Ref No: {shipment.rma}", 7.5, least=5, strong=True)
    pen.fitted(3, 72.4, 53, f"Serial: {shipment.serial}", 7, least=5)
    pen.block(Box(3, 72.9, 53, 4.4), [Line(f"Content: {shipment.parcel.description}", 7)], leading=1.1)
    weight = f"{shipment.parcel.weight_kg:.1f}"
    pen.fitted(58, 74.6, 29, f"{weight} / {weight} kg", 11, least=8, strong=True)
    pen.right(98.6, 74.6, f"{shipment.number}/{shipment.count}", 14, strong=True)


def _barcodes(pen: Pen, label: TransportLabel) -> None:
    middle = pen.width / 2
    pen.bars("waybill", Symbology.CODE_39, label.number, WAYBILL)
    pen.centred(middle, 97.4, f"WAYBILL {dhl.grouped_waybill(label.number)}", 10, strong=True)
    pen.bars("routing", Symbology.CODE_128, f"2L{label.routing}", ROUTING)
    pen.centred(middle, 118, f"(2L){label.routing}", 9)
    pen.bars("piece", Symbology.CODE_128, f"J{label.piece_id}", PIECE)
    pen.centred(middle, 144.4, dhl.grouped_piece(label.piece_id), 9)
