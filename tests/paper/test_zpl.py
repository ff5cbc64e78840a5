"""Labels for thermal printers, read from the dots that are sent."""

import re
import zlib
from base64 import b64decode
from dataclasses import replace

import pytest
from PIL import Image

from carriers.shipment import Carrier
from rmatrack.paper.labels import draw
from rmatrack.paper.papers import Paper
from rmatrack.paper.zpl import zpl
from tests.paper.shipments import make_label

FIELD = re.compile(rb"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^GFA,(\d+),(\d+),(\d+),:Z64:([^:]+):[0-9A-F]{4}\^FS\^XZ\n")


@pytest.mark.parametrize("paper", [Paper.FOUR_BY_SIX, Paper.A6])
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_bar_code_reads_back_from_the_dots(paper: Paper, dpi: int) -> None:
    document = draw([make_label(carrier) for carrier in Carrier], paper)

    results = [result for _, read in zpl(document, dpi=dpi) for result in read]

    assert [result.number for result in results] == [label.number for label in document.labels]
    assert all(result.is_fine for result in results), results


def test_the_graphic_field_holds_the_whole_label_in_black_dots() -> None:
    ((sent, _),) = zpl(draw([make_label()], Paper.FOUR_BY_SIX))

    found = FIELD.fullmatch(sent)
    assert found is not None
    width, height, total, _, row = (int(group) for group in found.groups()[:5])
    dots = zlib.decompress(b64decode(found[6]))
    assert (width, height, row) == (816, 1220, 102)
    assert len(dots) == total == row * height
    picture = Image.frombytes("1", (width, height), dots)
    assert 0.05 < picture.convert("L").histogram()[255] / (width * height) < 0.4


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
