"""Labels at true size, the same bytes every time, whole texts or none."""

import re
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carriers.shipment import Address, Carrier
from rmatrack.paper import dhl, expeditors, ups
from rmatrack.paper.errors import PaperError, TextTooLongError, UnprintableTextError
from rmatrack.paper.labels import Batch, draw
from rmatrack.paper.papers import FIELD_HEIGHT_MM, FIELD_WIDTH_MM, Paper, spots
from rmatrack.paper.pen import Box
from rmatrack.paper.pictures import picture, png
from tests.paper.shipments import (
    CUSTOMER,
    DEPOT,
    NONE,
    TOLD,
    labels_of_all_places,
    make_label,
    make_real_label,
    places,
    with_lines,
)

SIZES_MM = {"4x6": (101.6, 152.4), "a6": (105, 148), "a4": (210, 297), "letter": (215.9, 279.4)}
LAYOUTS = {Carrier.UPS: ups, Carrier.DHL: dhl, Carrier.EXPEDITORS: expeditors}


@pytest.mark.parametrize("paper", list(Paper))
def test_a_page_has_the_size_of_its_paper(paper: Paper) -> None:
    document = draw([make_label()], paper)

    width, height = pypdfium2.PdfDocument(document.pdf)[0].get_size()
    assert (width * 25.4 / 72, height * 25.4 / 72) == pytest.approx(SIZES_MM[paper.removesuffix("x2")], abs=0.01)


@pytest.mark.parametrize("paper", list(Paper))
def test_the_tracking_number_is_an_inch_high_and_three_dots_a_module_on_every_paper(paper: Paper) -> None:
    (placed,) = draw([make_label()], paper).labels
    box = next(barcode.box for barcode in placed.barcodes if barcode.name == "tracking")

    along, across = sorted((box.width, box.height), reverse=True)
    assert across == pytest.approx(25.4)
    assert along % 0.375 == pytest.approx(0, abs=1e-6) or along % 0.375 == pytest.approx(0.375, abs=1e-6)


@pytest.mark.parametrize("paper", list(Paper))
def test_every_field_lies_whole_on_its_page_and_none_on_another(paper: Paper) -> None:
    width, height = paper.size
    fields = [spot.on_page(Box(0, 0, FIELD_WIDTH_MM, FIELD_HEIGHT_MM)) for spot in spots(paper)]

    for field in fields:
        assert field.x >= 0
        assert field.y >= 0
        assert field.x + field.width <= width + 1e-9
        assert field.y + field.height <= height + 1e-9
    assert not any(one.meets(other) for one in fields for other in fields if one is not other)


def test_a_maxicode_is_as_large_as_its_standard_says() -> None:
    (placed,) = draw([make_label()], Paper.FOUR_BY_SIX).labels
    box = next(barcode.box for barcode in placed.barcodes if barcode.name == "maxicode")

    assert (box.width, box.height) == pytest.approx((28.14, 26.91), abs=0.3)


@pytest.mark.parametrize("paper", list(Paper))
def test_the_same_labels_make_the_same_bytes(paper: Paper) -> None:
    first = draw(labels_of_all_places(), paper, told=TOLD)
    second = draw(labels_of_all_places(), paper, told=TOLD)

    assert first.pdf == second.pdf


def test_labels_fill_pages_one_or_two_at_a_time() -> None:
    labels = [make_label(running=each) for each in range(1, 6)]

    assert [placed.page for placed in draw(labels, Paper.A6).labels] == [0, 1, 2, 3, 4]
    assert [placed.page for placed in draw(labels, Paper.A4_TWO).labels] == [0, 0, 1, 1, 2]
    assert len(pypdfium2.PdfDocument(draw(labels, Paper.A4_TWO).pdf)) == 3


def test_a_return_label_says_everything_ups_puts_on_one() -> None:
    text = _text(draw([make_label()], Paper.FOUR_BY_SIX).pdf)

    for expected in (
        "TU DELFT",
        "MEKELWEG 5",
        "2628 CD DELFT",
        "NETHERLANDS",
        "16 LBS",
        "1 OF 1",
        "SHIP",
        "WEBEX TRIALS RETURNS",
        "SAN JOSE CA 95134",
        "CA 951 9-00",
        "UPS GROUND",
        "TRACKING #:",
        "1Z SAM PLE 03 0000 0178",
        "RS",
        "BILLING: P/P",
        "DESC: Cisco Room Kit",
        "Reference No.1: RMA R26000123K",
        "Reference No.2: SERIAL FOC2345N0AB",
    ):
        assert expected in text


@pytest.mark.parametrize("carrier", list(Carrier))
def test_a_label_names_people_and_places_in_their_own_letters(carrier: Carrier) -> None:
    names = ["Uniwersytet Łódzki", "Ελλάδα", "Ĳsselstein", "Tromsø", "Hawaiʻi", "Київ", "São José"]

    for name in names:
        text = _text(draw([make_label(carrier, ship_from=replace(CUSTOMER, name=name))], Paper.A6).pdf)
        assert name.casefold() in text.casefold()


def test_every_name_of_the_example_shipments_stands_on_its_label_whole() -> None:
    for place in (each for each in places().values() if each.country not in NONE):
        text = _text(draw([make_label(Carrier.DHL, ship_from=place)], Paper.A6).pdf)

        assert place.name in text
        assert all(line in text for line in place.lines)


@pytest.mark.parametrize("carrier", list(Carrier))
@pytest.mark.parametrize("unprintable", ["東京大学", "جامعة", "Délhi दिल्ली", "☎ 123"])
def test_letters_that_no_font_has_are_refused_with_the_text(carrier: Carrier, unprintable: str) -> None:
    with pytest.raises(UnprintableTextError) as refused:
        draw([make_label(carrier, ship_from=replace(CUSTOMER, name=unprintable))], Paper.FOUR_BY_SIX)

    assert refused.value.code == "unprintable-text"
    assert unprintable.casefold() in str(refused.value).casefold()


@pytest.mark.parametrize("carrier", list(Carrier))
def test_a_long_name_and_four_lines_are_fitted_whole(carrier: Carrier) -> None:
    lines = (
        "Faculty of Electrical Engineering",
        "Building 36, Room 18.120",
        "Mekelweg 4",
        "Entrance on the north side",
    )
    place = replace(
        with_lines(*lines), name="The Royal Institute of Very Long Names and Even Longer Departments for Technology"
    )

    text = _text(draw([make_label(carrier, ship_from=place, ship_to=replace(DEPOT, lines=lines))], Paper.A6).pdf)

    flat = " ".join(text.split()).casefold()
    for line in (place.name, *lines, place.city, place.phone):
        assert line.casefold() in flat


@pytest.mark.parametrize("carrier", list(Carrier))
@pytest.mark.parametrize("place", [with_lines(*["A street that goes on and on and on"] * 12), with_lines("x" * 200)])
def test_an_address_that_cannot_be_fitted_is_refused(carrier: Carrier, place: Address) -> None:
    with pytest.raises(TextTooLongError) as refused:
        draw([make_label(carrier, ship_from=place)], Paper.FOUR_BY_SIX)

    assert refused.value.code == "text-too-long"
    assert "Shorten it" in str(refused.value)


def test_a_refused_label_leaves_the_others_alone() -> None:
    batch = Batch(Paper.A4_TWO)
    batch.add(make_label(running=1))
    with pytest.raises(PaperError):
        batch.add(make_label(running=2, ship_from=replace(CUSTOMER, name="東京大学")))
    batch.add(make_label(running=3))

    document = batch.finish()

    assert [placed.page for placed in document.labels] == [0, 0]
    assert "1Z SAM PLE 03 0000 002" not in _text(document.pdf)


@pytest.mark.parametrize("carrier", list(Carrier))
def test_a_specimen_says_so_and_only_a_specimen(carrier: Carrier) -> None:
    specimen = _text(draw([make_label(carrier)], Paper.FOUR_BY_SIX).pdf)
    real = _text(draw([make_real_label()], Paper.FOUR_BY_SIX).pdf)

    assert "SPECIMEN – NOT FOR CARRIAGE" in specimen
    assert "SPECIMEN" not in real


@pytest.mark.parametrize("carrier", list(Carrier))
def test_where_a_bar_code_stands_a_specimen_is_not_marked(carrier: Carrier) -> None:
    kept_clear = LAYOUTS[carrier].KEPT_CLEAR
    (placed,) = draw([make_label(carrier)], Paper.A6).labels
    (spot,) = spots(Paper.A6)

    for barcode in placed.barcodes:
        holding = [clear for box in kept_clear if _holds(clear := spot.on_page(box), barcode.box)]
        assert len(holding) == 1, barcode.name


def test_the_dots_under_bar_codes_are_those_of_a_label_without_mark() -> None:
    label = make_real_label()
    marked = picture(draw([replace(label, specimen=True)], Paper.FOUR_BY_SIX).pdf)
    plain_document = draw([label], Paper.FOUR_BY_SIX)
    plain = picture(plain_document.pdf)

    for barcode in plain_document.labels[0].barcodes:
        box = barcode.box
        dots = [round(value * 203 / 25.4) for value in (box.x, 152.4 - box.y - box.height, box.width, box.height)]
        crop = (dots[0], dots[1], dots[0] + dots[2], dots[1] + dots[3])
        assert marked.crop(crop).tobytes() == plain.crop(crop).tobytes(), barcode.name
    assert marked.tobytes() != plain.tobytes()


def test_the_customer_is_told_beside_the_label_in_words_of_the_caller() -> None:
    told = replace(
        TOLD,
        title="Stuur het apparaat in drie stappen terug",
        phone="0900 2255 877",
        inside=tuple(f"FOC2345N0A{each}" for each in range(5)),
    )

    text = _text(draw([make_label()], Paper.LETTER, told=told).pdf)

    assert told.title in text
    assert told.phone in text
    assert all(serial in text for serial in told.inside)


def test_the_instructions_stay_out_of_the_labels_half() -> None:
    bare = picture(draw([make_label()], Paper.A4).pdf)
    told = picture(draw([make_label()], Paper.A4, told=TOLD).pdf)

    half = bare.height // 2
    assert bare.crop((0, 0, bare.width, half)).tobytes() == told.crop((0, 0, told.width, half)).tobytes()
    assert bare.tobytes() != told.tobytes()


def test_a_page_can_be_looked_at_on_a_screen() -> None:
    assert png(draw([make_label()], Paper.A6).pdf).startswith(b"\x89PNG")


@settings(max_examples=60)
@given(st.lists(st.text(alphabet="aAłŁéΩЖß0 ,.'", max_size=60), max_size=6), st.sampled_from(list(Carrier)))
def test_an_address_is_printed_whole_or_refused(lines: list[str], carrier: Carrier) -> None:
    label = make_label(carrier, ship_from=with_lines(*lines))

    try:
        document = draw([label], Paper.A6)
    except TextTooLongError:
        return

    printed = re.sub(r"\s", "", _text(document.pdf)).casefold()
    for line in lines:
        assert re.sub(r"\s", "", line).casefold() in printed


def _text(pdf: bytes) -> str:
    """Return all text of the pages of *pdf*."""
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "\n")


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x + 1e-9
        and outer.y <= inner.y + 1e-9
        and inner.x + inner.width <= outer.x + outer.width + 1e-9
        and inner.y + inner.height <= outer.y + outer.height + 1e-9
    )
