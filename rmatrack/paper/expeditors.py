"""The GS1 logistic label of a carton that goes by Expeditors: names above, facts in the middle, bar codes below."""

from carriers import gs1
from carriers.expeditors import CartonLabel
from carriers.shipment import Address
from carriers.writing import town
from rmatrack.paper.pen import Box, Line, Pen, Symbology
from rmatrack.paper.places import land, person
from rmatrack.paper.specimen import Mark

ORDER = Box(0, 77.5, 101.6, 23)
SSCC = Box(0, 108.5, 101.6, 32)
KEPT_CLEAR = (ORDER.around(0, 1), SSCC.around(0, 1))
"""Where nothing but bars may be."""

MODULES_MM = (0.5625, 0.54, 0.5)
"""As wide as the field allows, and not below GS1's 0.495 for a logistic label: a worn or faxed copy still reads."""

MARKS = (Mark(60, 36.5, 15, 27), Mark(84, 103.2, 5.6, 0))


def frame(pen: Pen) -> None:
    """Draw what every carton label shows: rules and the words before values."""
    pen.text(3, 4, "SHIP FROM", 5.5)
    pen.text(53, 4, "FORWARDER", 5.5)
    pen.text(53, 9.4, "EXPEDITORS", 13, strong=True)
    pen.text(53, 13.4, "Return of demonstration equipment", 6)
    pen.black(Box(51, 0, 0.4, 22))
    pen.rule(22, thick=0.6)
    pen.text(3, 26, "CONSIGNEE", 5.5)
    pen.rule(50, thick=0.6)
    for x, word in ((3, "RMA"), (45, "CARTON"), (74, "GROSS WEIGHT")):
        pen.text(x, 53.4, word, 5.5)
    for x, word in ((3, "SERIAL"), (45, "CONTENTS")):
        pen.text(x, 65.4, word, 5.5)
    pen.rule(62.4)
    pen.rule(74.6, thick=0.6)
    pen.rule(106, thick=0.6)


def draw(pen: Pen, label: CartonLabel) -> None:
    """Draw what differs from label to label."""
    _sender(pen, label.shipment.ship_from)
    pen.text(53, 19, f"{label.shipment.issued_on:%Y-%m-%d}", 8)
    _receiver(pen, label.shipment.ship_to)
    _facts(pen, label)
    _barcodes(pen, label)


def _sender(pen: Pen, place: Address) -> None:
    lines = [place.name, person(place), *place.lines, town(place), land(place)]
    pen.block(Box(3, 4.4, 46.5, 17.4), [Line(line, 7) for line in lines], leading=1.12)


def _receiver(pen: Pen, place: Address) -> None:
    lines = [Line(line, 10) for line in (place.name, person(place), *place.lines)]
    lines.append(Line(town(place), 13, strong=True))
    lines.append(Line(land(place), 13, strong=True))
    pen.block(Box(3, 26.4, 95, 23.4), lines, leading=1.12)


def _facts(pen: Pen, label: CartonLabel) -> None:
    shipment = label.shipment
    pen.fitted(3, 59.6, 40, shipment.rma, 15, least=9, strong=True)
    pen.text(45, 59.6, f"{shipment.number} of {shipment.count}", 15, strong=True)
    pen.fitted(74, 59.6, 25, f"{shipment.parcel.weight_kg:.1f} kg", 15, least=9, strong=True)
    pen.fitted(3, 71.6, 40, shipment.serial, 12, least=6, strong=True)
    pen.block(Box(45, 65.7, 54, 8.4), [Line(shipment.parcel.description, 10)], least=0.5)


def _barcodes(pen: Pen, label: CartonLabel) -> None:
    middle = pen.width / 2
    pen.bars("order", Symbology.GS1_128, label.order_barcode, ORDER, widths=(*MODULES_MM, 0.375, 0.33))
    pen.centred(middle, 104.4, f"(400) {label.shipment.rma}", 9)
    pen.bars("sscc", Symbology.GS1_128, label.sscc_barcode, SSCC, widths=MODULES_MM)
    pen.centred(middle, 145, gs1.grouped(label.number), 11, strong=True)
