"""Labels as the carriers draw them, with bar codes that can be read: UPS' picture on its side, DHL's page of A6."""

from base64 import b64encode
from functools import lru_cache
from io import BytesIO

import zxingcpp
from PIL import Image, ImageDraw

UPS_DPI = 200
DHL_DPI = 300


@lru_cache(maxsize=256)
def ups_gif(number: str) -> str:
    """UPS gives 7 × 4 inches on their side, at 200 dots an inch, with legal text below the label of 6 inches."""
    page = Image.new("L", (4 * UPS_DPI, 7 * UPS_DPI), 255)
    draw = ImageDraw.Draw(page)
    draw.rectangle((20, 20, 780, 24), fill=0)
    draw.text((30, 40), f"SHIP TO: RETURNS   TRACKING #: {number}", fill=0)
    page.paste(_bars(number, zxingcpp.BarcodeFormat.Code128, 2, 200), (40, 700))
    draw.rectangle((20, 1140, 780, 1150), fill=0)
    draw.text((30, 1300), "Legal text that belongs to no label", fill=0)
    return _encoded(page.rotate(90, expand=True).convert("P"), "GIF")


@lru_cache(maxsize=256)
def ups_pdf(number: str) -> str:
    """The same label as UPS gives it again."""
    page = Image.new("L", (4 * UPS_DPI, 6 * UPS_DPI), 255)
    page.paste(_bars(number, zxingcpp.BarcodeFormat.Code128, 2, 200), (40, 700))
    return _encoded(page, "PDF", UPS_DPI)


@lru_cache(maxsize=256)
def dhl_pdf(waybill: str, piece: str) -> str:
    """DHL gives a page of A6 with the waybill in Code 39 and the licence plate in Code 128."""
    page = Image.new("L", (1240, 1748), 255)
    page.paste(_bars(waybill, zxingcpp.BarcodeFormat.Code39, 3, 180), (60, 1000))
    page.paste(_bars(f"J{piece}", zxingcpp.BarcodeFormat.Code128, 3, 260), (60, 1300))
    return _encoded(page, "PDF", DHL_DPI)


def _bars(content: str, form: zxingcpp.BarcodeFormat, scale: int, height: int) -> Image.Image:
    drawn = zxingcpp.create_barcode(content, form).to_image(scale=scale)
    bars = Image.fromarray(drawn)
    return bars.resize((bars.width, height), Image.Resampling.NEAREST)


def _encoded(page: Image.Image, form: str, dpi: int = 72) -> str:
    file = BytesIO()
    page.save(file, form, **({"resolution": dpi} if form == "PDF" else {}))
    return b64encode(file.getvalue()).decode()
