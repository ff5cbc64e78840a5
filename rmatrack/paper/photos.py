"""Photos of devices as people's phones make them, made fit to keep: upright, small, and telling only what is seen.

Everything but the picture itself goes: place, time, phone and thumbnail (EXIF, XMP, comments), by drawing it anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from warnings import catch_warnings, simplefilter

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from rmatrack.domain.errors import BadInputError, _

MEDIA_TYPE = "image/jpeg"
LONGEST_SIDE = 1600
SMALL_SIDE = 320
MOST_PIXELS = 60_000_000
"""Some more than the sharpest phones have; a file may claim far more than its bytes hold."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY = 82


class NotAPhotoError(BadInputError):
    """The file is no picture that we can read."""

    code = "not-a-photo"
    message = _("%(name)s is not a photo that we can read. Send it as JPEG, PNG or WebP.")

    def __init__(self, name: str) -> None:
        super().__init__(field="photos", name=name)


class PhotoTooLargeError(BadInputError):
    """The picture has more dots than any camera at a dock makes."""

    code = "photo-too-large"
    message = _("%(name)s has more than %(most)s million dots. Send a smaller photo.")

    def __init__(self, name: str) -> None:
        super().__init__(field="photos", name=name, most=MOST_PIXELS // 1_000_000)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo fit to keep, as JPEG: large and small; width and height are those of the large one, in pixels."""

    large: bytes
    small: bytes
    width: int
    height: int


def prepare(content: bytes, name: str) -> Photo:
    """Return the picture in *content*; raises `NotAPhotoError` or `PhotoTooLargeError`. *name* is for the reader."""
    with _refusing(name), Image.open(BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise PhotoTooLargeError(name)
        opened.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
        upright = ImageOps.exif_transpose(_in_plain_colours(opened))
    large = _within(upright, LONGEST_SIDE)
    return Photo(_jpeg(large), _jpeg(_within(large, SMALL_SIDE)), large.width, large.height)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Turn everything that a picture can be wrong in into one sentence."""
    with catch_warnings():
        simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            yield
        except Image.DecompressionBombError:
            raise PhotoTooLargeError(name) from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError):
            raise NotAPhotoError(name) from None


def _in_plain_colours(image: Image.Image) -> Image.Image:
    """Return the picture in the colours of a screen, on white where one sees through it; its EXIF is still there."""
    kept = image.getexif()
    flat = _on_white(image)
    profile = image.info.get("icc_profile")
    if profile and flat.mode == "RGB":
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            flat = ImageCms.profileToProfile(flat, source, ImageCms.createProfile("sRGB")) or flat
        except ImageCms.PyCMSError:
            pass  # A profile for other colours than the picture's: they are taken as they are.
    flat.info = {"exif": kept.tobytes()} if kept else {}
    return flat


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def _within(image: Image.Image, side: int) -> Image.Image:
    """Return the picture no larger than *side* in either direction."""
    smaller = image.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def _jpeg(image: Image.Image) -> bytes:
    """Return the bare picture as a file: nothing that it carried along is written."""
    image.info = {}
    file = BytesIO()
    image.save(file, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return file.getvalue()
