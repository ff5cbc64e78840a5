"""Every bar code of every label, read from the finished page by a reader that does not know what to expect."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carriers.shipment import Carrier
from rmatrack.paper.labels import Document, PlacedBarcode, PlacedLabel, draw
from rmatrack.paper.papers import Paper
from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box, Pen, Symbology
from rmatrack.paper.readback import read_back
from tests.paper.shipments import TOLD, labels_of_all_places, make_label, places

NAMES = {
    Carrier.UPS: {"maxicode": "]U1", "postal": "]C0", "tracking": "]C0", "rma": "]C0"},
    Carrier.DHL: {"waybill": "]A0", "routing": "]C0", "piece": "]C0"},
    Carrier.EXPEDITORS: {"order": "]C1", "sscc": "]C1"},
}


@pytest.mark.parametrize("paper", list(Paper))
def test_every_label_of_every_place_reads_back_on_every_paper(paper: Paper) -> None:
    labels = list(labels_of_all_places())

    results = list(read_back(draw(labels, paper, told=TOLD)))

    assert len(places()) == 21
    assert [result.number for result in results] == [label.number for label in labels]
    assert not [result for result in results if not result.is_fine]


@pytest.mark.parametrize("carrier", list(Carrier))
def test_each_carrier_has_its_bar_codes_in_its_symbologies(carrier: Carrier) -> None:
    document = draw([make_label(carrier)], Paper.FOUR_BY_SIX)

    (placed,) = document.labels
    assert {barcode.name: barcode.symbology.value for barcode in placed.barcodes} == NAMES[carrier]


def test_what_the_bar_codes_of_a_label_say() -> None:
    ups = _contents(draw([make_label()], Paper.A6).labels[0])
    dhl = _contents(draw([make_label(Carrier.DHL)], Paper.A6).labels[0])
    sscc = _contents(draw([make_label(Carrier.EXPEDITORS)], Paper.A6).labels[0])

    assert ups["tracking"] == "1ZSAMPLE0300000178"
    assert ups["postal"] == "42095134"
    assert ups["maxicode"].startswith(
        "[)>\x1e01\x1d96951340000\x1d840\x1d003\x1d1Z00000178\x1dUPSN\x1dSAMPLE\x1d326\x1d"
    )
    assert dhl == {
        "waybill": "0000000173",
        "routing": "2LUS95134+48000001",
        "piece": "JJD000000000000000017",
    }
    assert sscc == {"order": "400R26000123K", "sscc": "00995200000000000175"}


def test_a_bar_code_that_says_something_else_is_found_out() -> None:
    document = draw([make_label()], Paper.A4_TWO)
    (placed,) = document.labels
    (maxicode, postal, *others) = placed.barcodes
    promised = replace(placed, barcodes=(maxicode, replace(postal, content="42095135"), *others))

    (result,) = read_back(replace(document, labels=(promised,)))

    assert not result.is_fine
    (misread,) = result.misread
    assert (misread.name, misread.expected, misread.read) == ("postal", "]C042095135", "]C042095134")


def test_a_bar_code_that_is_missing_is_found_out() -> None:
    document = draw([make_label()], Paper.FOUR_BY_SIX)
    (placed,) = document.labels
    moved = [replace(barcode, box=replace(barcode.box, y=1, height=4)) for barcode in placed.barcodes]

    (result,) = read_back(replace(document, labels=(replace(placed, barcodes=tuple(moved)),)))

    assert {misread.name: misread.read for misread in result.misread} == dict.fromkeys(NAMES[Carrier.UPS], "")


def test_reading_back_tells_of_each_label_as_it_goes() -> None:
    document = draw([make_label(running=each) for each in (1, 2, 3)], Paper.LETTER_TWO)

    results = read_back(document)

    assert next(results).number == "1ZSAMPLE030000001" + document.labels[0].number[-1]
    assert len(list(results)) == 2


def test_people_may_print_at_the_same_time() -> None:
    labels = [make_label(carrier, running=each) for each in range(1, 7) for carrier in Carrier]
    alone = draw(labels, Paper.A4_TWO).pdf

    with ThreadPoolExecutor(4) as people:
        documents = list(people.map(lambda _: draw(labels, Paper.A4_TWO), range(6)))
        results = list(people.map(lambda document: list(read_back(document)), documents))

    assert {document.pdf for document in documents} == {alone}
    assert all(result.is_fine for read in results for result in read)


@pytest.mark.parametrize(
    "payload", ["99", "995560", "99ABC", "9", "999", "R99", "1Z999AA10123456784", "JJD99" + "9" * 16]
)
def test_a_payload_with_nines_is_encoded_as_it_is(payload: str) -> None:
    assert _read(Symbology.CODE_128, payload) == f"]C0{payload}"


@settings(max_examples=60)
@given(st.from_regex(r"[0-9A-Z+%./ $-]{1,18}", fullmatch=True).filter(lambda text: text == text.strip()))
def test_every_payload_that_a_label_may_have_reads_back(payload: str) -> None:
    assert _read(Symbology.CODE_128, payload) == f"]C0{payload}"


@settings(max_examples=30)
@given(st.from_regex(r"00[0-9]{18}|400[0-9A-Z]{3,12}", fullmatch=True))
def test_every_gs1_payload_reads_back_as_gs1(payload: str) -> None:
    assert _read(Symbology.GS1_128, payload) == f"]C1{payload}"


def _read(symbology: Symbology, payload: str) -> str:
    """Draw one bar code on a page of its own and read it."""
    pdf = PdfFile("Bars")
    pen = Pen(pdf, 150, 20)
    barcode = pen.bars("only", symbology, payload, Box(0, 3, 150, 14))
    pdf.add_page("\n".join(pen.operators), pen.width, pen.height)
    placed = _place(barcode.name, symbology, payload)
    (result,) = read_back(Document(pdf.finish(), (placed,)))
    return result.misread[0].read if result.misread else f"{symbology}{payload}"


def _place(name: str, symbology: Symbology, payload: str) -> PlacedLabel:
    return PlacedLabel("1", 0, (PlacedBarcode(name, symbology, payload, Box(0, 3, 149.9, 14), turned=False),))


def _contents(placed: PlacedLabel) -> dict[str, str]:
    return {barcode.name: barcode.content for barcode in placed.barcodes}


def test_a_turned_bar_code_is_as_large_as_an_upright_one() -> None:
    (upright,) = draw([make_label()], Paper.FOUR_BY_SIX).labels
    (turned,) = draw([make_label()], Paper.A4).labels

    for one, other in zip(upright.barcodes, turned.barcodes, strict=True):
        assert (one.box.width, one.box.height) == pytest.approx((other.box.height, other.box.width))
