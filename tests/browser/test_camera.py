"""The phone's camera as a scanner: Chromium is given a film of one of our labels instead of a camera."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import SWITCHES
from tests.browser.stations import add_dana, open_station, ship
from tests.fixtures.app import LiveServer

ONE = "FOC21213GKV"
FRAME = (1280, 720)


def film(text: str, path: Path) -> None:
    """Write a film (motion JPEG) in which *text* is held before the camera as a Code 128."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    bars = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4, add_quiet_zones=True)).convert("RGB")
    frame = Image.new("RGB", FRAME, (205, 196, 180))
    frame.paste(bars.resize((bars.width, 220)), ((FRAME[0] - bars.width) // 2, 250))
    picture = BytesIO()
    frame.rotate(2, fillcolor=(205, 196, 180)).save(picture, "JPEG", quality=85)
    path.write_bytes(picture.getvalue() * 30)


@pytest.fixture
def phone(chromium: str, browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """A phone before whose camera lies a device with its serial."""
    path = tmp_path / "device.mjpeg"
    film(ONE, path)
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    launched = browser.browser_type.launch(
        executable_path=chromium, args=[*SWITCHES, *fake, f"--use-file-for-fake-video-capture={path}"]
    )
    context = launched.new_context(
        locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True, permissions=["camera"]
    )
    yield context
    launched.close()


def test_a_serial_is_read_by_the_camera_once(phone: BrowserContext, live_server: LiveServer) -> None:
    add_dana(live_server)
    (rma,) = ship(live_server, {"D4100201": [ONE]})
    station = open_station(phone, live_server, rma)

    station.page.get_by_role("button", name="Camera").tap()

    expect(station.page.locator(".answer-title")).to_have_text("Matched")
    station.page.wait_for_timeout(1000)
    assert station.recorded() == 1
    assert station.page.evaluate("document.documentElement.scrollWidth") <= 390
    station.page.get_by_role("button", name="Camera").tap()
    expect(station.page.locator("#camera")).to_be_hidden()


def test_without_a_camera_it_says_so(browser: Browser, live_server: LiveServer) -> None:
    add_dana(live_server)
    (rma,) = ship(live_server, {"D4100201": [ONE]})
    context = browser.new_context(locale="en-GB")
    station = open_station(context, live_server, rma)

    station.page.keyboard.press("F6")

    expect(station.page.locator(".answer-title")).to_contain_text("camera")
    context.close()
