"""Labels that the carrier drew, among our papers and on thermal printers: at their true size, read from the dots."""

from base64 import b64decode
from io import BytesIO

import pytest
from PIL import Image

from rmatrack.paper.errors import PaperError
from rmatrack.paper.labels import Batch, Document, draw
from rmatrack.paper.papers import Paper
from rmatrack.paper.pen import Symbology
from rmatrack.paper.pictures import picture
from rmatrack.paper.readback import all_decoded, decoded, read_back
from rmatrack.paper.wrapped import CarrierPicture, ink_of
from rmatrack.paper.zpl import DPI, zpl
from tests.carriers.stand_in.pictures import dhl_pdf, ups_gif
from tests.paper.printed import printed
from tests.paper.shipments import make_real_label

NUMBER = "1Z999AA10123456784"
UPS = CarrierPicture(NUMBER, b64decode(ups_gif(NUMBER)), (NUMBER,))
PIECE = "JD014600004617230770"
DHL = CarrierPicture("1103733901", b64decode(dhl_pdf("1103733901", PIECE)), ("1103733901", f"J{PIECE}"))


def wrapped(label: CarrierPicture, paper: Paper) -> Document:
    batch = Batch(paper)
    batch.add(label)
    return batch.finish()


def as_gif(page: Image.Image) -> bytes:
    """Return a page as UPS gives its labels: on its side, 4 × 7 inches at 200 dots."""
    sheet = Image.new("L", (800, 1400), 255)
    sheet.paste(page)
    file = BytesIO()
    sheet.rotate(90, expand=True).point(lambda shade: 255 if shade >= 128 else 0).convert("P").save(file, "GIF")
    return file.getvalue()


def ink_corner(image: Image.Image) -> tuple[int, int]:
    """Return where the ink of a picture begins at the left and above."""
    left, top, *_ = image.point(lambda shade: 255 if shade < 128 else 0).getbbox() or (0, 0)
    return left, top


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("label", [UPS, DHL], ids=["ups", "dhl"])
def test_a_carriers_label_reads_back_from_every_paper(label: CarrierPicture, paper: Paper) -> None:
    (read,) = read_back(wrapped(label, paper))

    assert read.is_fine, read.misread


@pytest.mark.parametrize("paper", [Paper.FOUR_BY_SIX, Paper.A6])
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("label", [UPS, DHL], ids=["ups", "dhl"])
def test_a_carriers_label_is_printed_by_thermal_printers(label: CarrierPicture, dpi: int, paper: Paper) -> None:
    ((sent, (read,)),) = zpl(wrapped(label, paper), dpi=dpi)

    image = printed(sent)
    assert set(label.says) <= set(all_decoded(image))
    assert read.is_fine, read.misread


@pytest.mark.parametrize("dpi", [203, 300])
def test_what_a_thermal_printer_prints_is_as_large_as_the_carrier_drew_it(dpi: int) -> None:
    ((sent, _),) = zpl(wrapped(DHL, Paper.A6), dpi=dpi)

    left, top, right, bottom = printed(sent).point(lambda shade: 255 - shade).getbbox() or (0, 0, 0, 0)
    ink, dot = ink_of(DHL), 25.4 / DPI[dpi]
    assert ((right - left) * dot, (bottom - top) * dot) == pytest.approx((ink.width_mm, ink.height_mm), abs=2 * dot)


def test_a_printer_with_the_pictures_dots_gets_them_one_for_one() -> None:
    ((sent, _),) = zpl(wrapped(UPS, Paper.FOUR_BY_SIX), dpi=203)

    image, ink = printed(sent), ink_of(UPS)
    found = image.point(lambda shade: 255 - shade).getbbox()
    assert image.crop(found).tobytes() == ink.for_printer(200).tobytes()


def test_a_whole_label_of_ups_keeps_its_maxicode_on_a_thermal_printer() -> None:
    label = make_real_label()
    document = draw([label], Paper.FOUR_BY_SIX)
    page = picture(document.pdf, dpi=200).point(lambda shade: 255 if shade >= 128 else 0)
    maxicode = document.labels[0].barcodes[0]

    ((sent, (read,)),) = zpl(
        wrapped(CarrierPicture(label.number, as_gif(page), (label.number,)), Paper.FOUR_BY_SIX), dpi=203
    )

    image = printed(sent)
    (theirs_x, theirs_y), (ours_x, ours_y) = ink_corner(page), ink_corner(image)
    box, dot = maxicode.box.around(0.5, 0.5), 25.4 / 200
    left, top = box.x / dot - theirs_x + ours_x, page.height - (box.y + box.height) / dot - theirs_y + ours_y
    crop = image.crop((int(left), int(top), int(left + box.width / dot), int(top + box.height / dot)))
    assert decoded(crop, Symbology.MAXICODE) == f"]U1{maxicode.content}"
    assert read.is_fine


def test_a_label_of_another_parcel_is_found_out_in_the_dots() -> None:
    mistaken = CarrierPicture("1Z5R89390357567127", UPS.content, ("1Z5R89390357567127",))

    ((_, (read,)),) = zpl(wrapped(mistaken, Paper.A6))

    assert [each.read for each in read.misread] == [NUMBER]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"^XA^FO50,50^BCN,100^FD1Z999AA10123456784^FS^XZ", "carrier-picture-is-commands"),
        (b"GIF89a and then nothing", "carrier-picture-unknown"),
        (b"%PDF-1.4 and then nothing", "carrier-picture-unknown"),
        (as_gif(Image.new("L", (800, 1200), 255)), "carrier-picture-unknown"),
    ],
    ids=["commands", "cut picture", "cut page", "blank"],
)
def test_what_cannot_be_printed_and_read_back_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(PaperError) as refused:
        wrapped(CarrierPicture(NUMBER, content, (NUMBER,)), Paper.A6)

    assert refused.value.code == code
