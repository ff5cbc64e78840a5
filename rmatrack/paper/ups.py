"""The UPS return label, block by block from top to bottom as UPS lays it out."""

import math

from carriers import ups
from carriers.shipment import Address, Parcel
from carriers.ups import ReturnLabel
from carriers.writing import town
from rmatrack.paper import maxicode
from rmatrack.paper.pen import Box, Line, Pen, Symbology
from rmatrack.paper.places import land, person
from rmatrack.paper.specimen import Mark

MAXICODE_X, MAXICODE_Y = 4.2, 48.2
POSTAL = Box(36, 60, 64, 14)
TRACKING = Box(0, 96, 101.6, 25.4)
RMA = Box(51, 127.5, 50, 9)
KEPT_CLEAR = (
    Box(MAXICODE_X, MAXICODE_Y, maxicode.WIDTH_MM, maxicode.HEIGHT_MM).around(1, 1),
    POSTAL.around(0, 1),
    TRACKING.around(0, 1),
    RMA.around(0, 1),
)
"""Where nothing but bars may be."""

MARKS = (Mark(61.5, 27.5, 14, 25), Mark(77.5, 144, 7.8, 0))


def frame(pen: Pen) -> None:
    """Draw what every return label shows: rules, words and the bull's-eye."""
    pen.text(4, 21.6, "SHIP", 8, strong=True)
    pen.text(4, 24.8, "TO:", 8, strong=True)
    pen.rule(45.6, thick=0.5)
    pen.black(Box(34.6, 45.6, 0.5, 31))
    pen.bulls_eye(MAXICODE_X, MAXICODE_Y)
    pen.rule(76.4, thick=1.6)
    pen.text(4, 91.4, "TRACKING #:", 9.5)
    pen.text(69.5, 89.6, "RS", 27, strong=True)
    pen.black(Box(85.6, 79.4, 12, 12))
    pen.rule(93.2, thick=0.8)
    pen.rule(123.6, thick=1.6)
    pen.text(4, 129.6, "BILLING: P/P", 7.5)
    pen.text(4, 132.6, "RETURN SERVICE: PRINT RETURN LABEL", 5.5)


def draw(pen: Pen, label: ReturnLabel) -> None:
    """Draw what differs from label to label."""
    shipment = label.shipment
    _sender(pen, shipment.ship_from)
    _weights(pen, label)
    _receiver(pen, shipment.ship_to)
    _sorting(pen, label)
    _service(pen, label)
    _references(pen, label)


def _sender(pen: Pen, place: Address) -> None:
    lines = [place.name, person(place), *place.lines, town(place)]
    if place.country != "US":
        lines.append(land(place))
    pen.block(Box(4, 1.4, 51, 16.4), [Line(line.upper(), 7) for line in lines], leading=1.15)


def _weights(pen: Pen, label: ReturnLabel) -> None:
    shipment = label.shipment
    weight = f"{ups.pounds(shipment.parcel.weight_kg)} LBS"
    pen.text(58, 6.2, weight, 11, strong=True)
    pen.right(97.6, 6.2, f"{shipment.number} OF {shipment.count}", 11, strong=True)
    pen.text(58, 10, f"SHP WT: {weight}", 6.5)
    pen.text(58, 12.8, f"DATE: {shipment.issued_on:%d %b %Y}".upper(), 6.5)
    pen.text(58, 15.6, _dimensions(shipment.parcel), 6.5)


def _dimensions(parcel: Parcel) -> str:
    """Return length, width and height in inches, as UPS measures; nothing when the box is not known."""
    if parcel.size_mm is None:
        return ""
    return "DWT: " + ",".join(str(math.ceil(side / 25.4)) for side in parcel.size_mm)


def _receiver(pen: Pen, place: Address) -> None:
    lines = [Line(line.upper(), 9.5) for line in (place.name, person(place), *place.lines)]
    lines.append(Line(town(place).upper(), 13, strong=True))
    if place.country != "US":
        lines.append(Line(land(place), 13, strong=True))
    pen.block(Box(15, 18, 83, 26.6), lines, least=0.6)


def _sorting(pen: Pen, label: ReturnLabel) -> None:
    message = label.maxicode
    digits = maxicode.rows(message.mode, message.primary, message.secondary)
    pen.maxicode("maxicode", message.message, digits, MAXICODE_X, MAXICODE_Y)
    pen.middle(Box(37, 47, 62, 12), label.routing_line, 25, least=14, strong=True)
    pen.bars("postal", Symbology.CODE_128, ups.postal_barcode(label.shipment.ship_to), POSTAL)


def _service(pen: Pen, label: ReturnLabel) -> None:
    pen.fitted(4, 86.6, 62, label.service_title, 20, least=12, strong=True)
    pen.text(27, 91.4, ups.grouped(label.number), 9.5)
    pen.bars("tracking", Symbology.CODE_128, label.number, TRACKING, widths=(0.375,))


def _references(pen: Pen, label: ReturnLabel) -> None:
    shipment = label.shipment
    pen.block(Box(4, 133.2, 46, 5.4), [Line(f"DESC: {shipment.parcel.description}", 7.5)], leading=1.1)
    pen.fitted(4, 141.2, 92, f"Reference No.1: RMA {shipment.rma}", 7.5, least=5)
    pen.fitted(4, 144.6, 92, f"Reference No.2: SERIAL {shipment.serial}", 7.5, least=5)
    if label.barcoded_rma:
        pen.bars("rma", Symbology.CODE_128, shipment.rma, RMA)
        pen.centred(RMA.x + RMA.width / 2, 139.4, shipment.rma, 7)
