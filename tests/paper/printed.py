"""What a thermal printer makes of a file of ZPL that is one graphic: the picture on its label."""

import re
import zlib
from base64 import b64decode

from PIL import Image

FIELD = re.compile(rb"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^GFA,(\d+),(\d+),(\d+),:Z64:([^:]+):[0-9A-F]{4}\^FS\^XZ\n")


def printed(sent: bytes) -> Image.Image:
    """Return the dots of one label, black on white."""
    found = FIELD.fullmatch(sent)
    assert found is not None
    width, height, total, _, row = (int(group) for group in found.groups()[:5])
    dots = zlib.decompress(b64decode(found[6]))
    assert len(dots) == total == row * height
    assert row * 8 == width
    return Image.frombytes("1", (width, height), bytes(byte ^ 0xFF for byte in dots)).convert("L")
