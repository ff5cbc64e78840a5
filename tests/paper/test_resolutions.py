"""Every bar code of every paper at the dots of each kind of printer, and the linear ones after a bad copy of a copy."""

import random
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from PIL import Image, ImageFilter

from carriers.dhl import TransportLabel
from carriers.expeditors_api.waybill import waybill as waybill_of
from carriers.shipment import Carrier
from rmatrack.paper import bars, dhl_waybill, invoice, waybill
from rmatrack.paper.dhl_waybill import WaybillDocument
from rmatrack.paper.labels import Document, PlacedBarcode, draw
from rmatrack.paper.papers import Paper
from rmatrack.paper.pen import QUIET_MODULES, Symbology
from rmatrack.paper.pictures import picture
from rmatrack.paper.readback import decoded
from tests.paper.bookings import make_booking
from tests.paper.invoices import make_invoice
from tests.paper.shipments import make_label


def _dhl_label() -> TransportLabel:
    label = make_label(Carrier.DHL)
    assert isinstance(label, TransportLabel)
    return label


PAPERS: dict[str, Callable[[], Document]] = {
    "ups": lambda: draw([make_label(Carrier.UPS)], Paper.FOUR_BY_SIX),
    "ups-a4": lambda: draw([make_label(Carrier.UPS)], Paper.A4),
    "dhl": lambda: draw([make_label(Carrier.DHL)], Paper.A6),
    "expeditors": lambda: draw([make_label(Carrier.EXPEDITORS)], Paper.FOUR_BY_SIX),
    "dhl-waybill": lambda: dhl_waybill.draw(WaybillDocument(_dhl_label(), "4,900.00 USD")),
    "invoice": lambda: invoice.draw([make_invoice()]),
    "waybill": lambda: waybill.draw(waybill_of(make_booking()), Paper.A4),
}
NOISE = 0.01
"""The share of dots that arrive as their opposite: the same for every linear bar code."""

FAXED = [name for name in PAPERS if not name.endswith("-a4")]


def crops(document: Document, image: Image.Image, dpi: float) -> Sequence[tuple[PlacedBarcode, Image.Image]]:
    """Cut each bar code out of a picture of the first page, upright."""
    dot = 25.4 / dpi
    found = []
    for barcode in document.labels[0].barcodes:
        box = barcode.box
        top = image.height - (box.y + box.height) / dot
        crop = image.crop((int(box.x / dot), int(top), int((box.x + box.width) / dot), int(top + box.height / dot)))
        found.append((barcode, crop.rotate(-90, expand=True) if barcode.turned else crop))
    return found


def faxed(image: Image.Image, seed: int) -> Image.Image:
    """Send *image* by fax: a little askew, blurred, specked with noise, and black or white in the end."""
    askew = image.rotate(2, resample=Image.Resampling.BILINEAR, fillcolor=255).filter(ImageFilter.GaussianBlur(0.8))
    dots = bytearray(askew.point(lambda shade: 255 if shade > 127 else 0).tobytes())
    dice = random.Random(seed)  # noqa: S311  Nothing is kept secret here.
    for speck in dice.sample(range(len(dots)), round(len(dots) * NOISE)):
        dots[speck] ^= 255
    return Image.frombytes("L", askew.size, bytes(dots))


@pytest.fixture(scope="module")
def drawn() -> Callable[[str], Document]:
    """Each paper, drawn once."""
    return cache(lambda name: PAPERS[name]())


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("name", PAPERS)
def test_every_bar_code_says_what_it_should_at_the_dots_of_every_printer(
    drawn: Callable[[str], Document], name: str, dpi: int
) -> None:
    document = drawn(name)
    image = picture(document.pdf, dpi=dpi)

    read = {barcode.name: decoded(crop, barcode.symbology) for barcode, crop in crops(document, image, dpi)}

    assert read == {each.name: f"{each.symbology}{each.content}" for each in document.labels[0].barcodes}
    assert read


@pytest.mark.parametrize("name", FAXED)
def test_the_linear_bar_codes_survive_a_fax(drawn: Callable[[str], Document], name: str) -> None:
    document = drawn(name)
    image = picture(document.pdf, dpi=203)

    for barcode, crop in crops(document, image, 203):
        if barcode.symbology is not Symbology.MAXICODE:
            read = {decoded(faxed(crop, seed), barcode.symbology) for seed in range(3)}
            assert read == {f"{barcode.symbology}{barcode.content}"}, barcode.name


def test_the_bars_of_a_carton_are_as_wide_and_high_as_gs1_asks() -> None:
    (placed,) = draw([make_label(Carrier.EXPEDITORS)], Paper.A6).labels

    for barcode in placed.barcodes:
        modules = len(bars.gs1_128(barcode.content))
        assert 0.495 <= barcode.box.width / (modules + 2 * QUIET_MODULES) <= 0.94
    assert {each.name: each.box.height for each in placed.barcodes}["sscc"] >= 31.75


def test_a_bar_code_that_is_smeared_over_is_not_read_as_something_else(drawn: Callable[[str], Document]) -> None:
    document = drawn("dhl")
    image = picture(document.pdf, dpi=203)

    for barcode, crop in crops(document, image, 203):
        smeared = crop.filter(ImageFilter.GaussianBlur(12))
        assert decoded(smeared, barcode.symbology) in {"", f"{barcode.symbology}{barcode.content}"}
