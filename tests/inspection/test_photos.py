"""Photos as phones make them: upright, small, and telling nothing but what is seen."""

from io import BytesIO

import pytest
from PIL import Image

from rmatrack.domain.errors import RmatrackError
from rmatrack.paper.photos import LONGEST_SIDE, SMALL_SIDE, prepare
from tests.inspection.bench import photo_file

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
BLUE, RED = 2, 0


def from_a_phone(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "Somebody's phone"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (52.0, 0.0, 41.0)
    return photo_file(exif=exif)


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(BytesIO(jpeg))


def colour(image: Image.Image, x: int, y: int) -> int:
    """Which of red, green and blue is brightest there."""
    dot = image.getpixel((x, y))
    assert isinstance(dot, tuple)
    return dot.index(max(dot))


def test_place_and_phone_are_gone() -> None:
    photo = prepare(from_a_phone(1), "front.jpg")

    for kept in (photo.large, photo.small):
        assert not opened(kept).getexif()
        assert b"Somebody" not in kept
        assert b"Exif" not in kept


@pytest.mark.parametrize(
    ("orientation", "size", "blue_at", "red_at"),
    [
        (1, (400, 200), (50, 100), (350, 100)),
        (3, (400, 200), (350, 100), (50, 100)),
        (6, (200, 400), (100, 50), (100, 350)),
        (8, (200, 400), (100, 350), (100, 50)),
    ],
)
def test_a_turned_photo_stands_upright(
    orientation: int, size: tuple[int, int], blue_at: tuple[int, int], red_at: tuple[int, int]
) -> None:
    photo = prepare(from_a_phone(orientation), "front.jpg")

    large = opened(photo.large)
    assert large.size == (photo.width, photo.height) == size
    assert colour(large, *blue_at) == BLUE
    assert colour(large, *red_at) == RED


def test_a_large_photo_becomes_small() -> None:
    photo = prepare(photo_file(size=(4000, 3000)), "front.jpg")

    assert (photo.width, photo.height) == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)
    assert max(opened(photo.small).size) == SMALL_SIDE


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_other_formats_become_jpeg(kind: str) -> None:
    assert opened(prepare(photo_file(kind=kind), "front").large).format == "JPEG"


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.4", photo_file()[:300], b"<svg xmlns='x'/>"])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(RmatrackError) as refused:
        prepare(content, "scan.pdf")

    assert refused.value.code == "not-a-photo"


def test_a_file_that_unfolds_to_more_than_a_camera_makes_is_refused() -> None:
    file = BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")

    with pytest.raises(RmatrackError) as refused:
        prepare(file.getvalue(), "bomb.png")

    assert refused.value.code == "photo-too-large"
