"""Labels for thermal printers, read from the dots that are sent."""

from dataclasses import replace

import pytest

from carriers.shipment import Carrier
from rmatrack.paper.labels import draw
from rmatrack.paper.papers import Paper
from rmatrack.paper.pen import Symbology
from rmatrack.paper.readback import all_decoded
from rmatrack.paper.zpl import zpl
from tests.paper.printed import printed
from tests.paper.shipments import make_label


@pytest.mark.parametrize("paper", [Paper.FOUR_BY_SIX, Paper.A6])
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_bar_code_reads_back_from_the_dots(paper: Paper, dpi: int) -> None:
    document = draw([make_label(carrier) for carrier in Carrier], paper)

    results = [result for _, read in zpl(document, dpi=dpi) for result in read]

    assert [result.number for result in results] == [label.number for label in document.labels]
    assert all(result.is_fine for result in results), results


def test_the_graphic_field_holds_the_whole_label_in_black_dots() -> None:
    ((sent, _),) = zpl(draw([make_label()], Paper.FOUR_BY_SIX))

    picture = printed(sent)
    assert picture.size == (816, 1220)
    assert 0.05 < picture.histogram()[0] / (816 * 1220) < 0.4


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("carrier", list(Carrier))
def test_what_the_printer_makes_of_a_file_holds_every_linear_bar_code(carrier: Carrier, dpi: int) -> None:
    document = draw([make_label(carrier)], Paper.FOUR_BY_SIX)
    ((sent, _),) = zpl(document, dpi=dpi)

    linear = {each.content for each in document.labels[0].barcodes if each.symbology is not Symbology.MAXICODE}
    assert linear == set(all_decoded(printed(sent)))


def test_a_label_is_small_enough_for_a_slow_printer() -> None:
    ((sent, _),) = zpl(draw([make_label()], Paper.FOUR_BY_SIX), dpi=300)

    assert len(sent) < 60_000


def test_the_commands_of_a_printer_cannot_be_smuggled_in() -> None:
    label = make_label(Carrier.UPS, description="^XA^FDevil^FS~JR")
    place = replace(label.shipment.ship_from, name="^XZ ~HS Ltd")
    ((sent, read),) = zpl(draw([make_label(Carrier.UPS, ship_from=place)], Paper.A6))

    assert sent.count(b"^XA") == sent.count(b"^XZ") == 1
    assert b"~" not in sent
    assert all(result.is_fine for result in read)
