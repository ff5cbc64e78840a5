"""A label for a carrier without a layout of its own: its name, both addresses, the number, and the RMA."""

from carriers.labels import PlainLabel
from carriers.writing import town
from rmatrack.paper.pen import Box, Line, Pen, Symbology
from rmatrack.paper.places import land, person
from rmatrack.paper.specimen import Mark

TRACKING = Box(4, 84, 93.6, 30)
RMA = Box(4, 126, 60, 12)
KEPT_CLEAR = (TRACKING.around(0, 1), RMA.around(0, 1))
MARKS = (Mark(50.8, 50, 17, 19), Mark(77.5, 144, 7.8, 0))


def frame(pen: Pen) -> None:
    """Draw what every such label shows."""
    pen.rule(14, thick=1.2)
    pen.rule(76, thick=1.2)
    pen.rule(121, thick=0.8)
    pen.text(4, 42, "TO:", 8, strong=True)


def draw(pen: Pen, label: PlainLabel) -> None:
    """Draw what differs from label to label."""
    shipment = label.shipment
    sender, receiver = shipment.ship_from, shipment.ship_to
    pen.fitted(4, 11, 92, label.title, 20, least=8, strong=True)
    lines = [sender.name, person(sender), *sender.lines, town(sender), land(sender)]
    pen.block(Box(4, 16, 93, 20), [Line(line, 7.5) for line in lines if line], leading=1.15)
    lines = [receiver.name, person(receiver), *receiver.lines]
    large = [Line(town(receiver), 13, strong=True), Line(land(receiver), 13, strong=True)]
    pen.block(Box(15, 38, 82, 36), [*(Line(line, 10) for line in lines if line), *large], least=0.6)
    pen.bars("tracking", Symbology.CODE_128, label.number, TRACKING)
    pen.centred(TRACKING.x + TRACKING.width / 2, 118.5, label.number, 10)
    pen.bars("rma", Symbology.CODE_128, shipment.rma, RMA)
    pen.text(4, 141.5, f"RMA {shipment.rma}", 7.5)
    pen.fitted(4, 145, 92, f"SERIAL {shipment.serial}", 7.5, least=5)
