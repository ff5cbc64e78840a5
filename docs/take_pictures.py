"""Take the pictures of the README again: `.venv/bin/python -m docs.take_pictures`.

Lays out the example data in a folder of its own, serves it to a headless Chromium, and visits what the tour shows.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from rmatrack import clock
from rmatrack.cli.demo import PASSWORD, PEOPLE, lay_out
from rmatrack.cli.office import Office
from rmatrack.domain.people import Role
from rmatrack.settings import Settings
from rmatrack.web import create_app

PICTURES = Path(__file__).parent / "pictures"
CHROMIUM = os.environ.get("RMATRACK_CHROMIUM") or shutil.which("chromium") or "chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DESKTOP = (1440, 900)
PHONE = (390, 844)


def main() -> None:
    """Take every picture."""
    with _demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        dock = _signed_in(browser, address, Role.LOGISTICS, size=DESKTOP)
        _take(dock, f"{address}/", "dashboard")
        _take(dock, f"{address}/orders/D4100201", "order")
        _take_station(dock, address)
        phone = _signed_in(browser, address, Role.LOGISTICS, size=PHONE, scheme="dark", locale="nl-NL")
        _take(phone, f"{address}/units", "phone")
        browser.close()


@contextmanager
def _demo() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Settings.from_environment({"RMATRACK_DATA_DIR": folder}))
        lay_out(office.engine, office.policy, now=clock.now())
        app = create_app(office.settings, engine=office.engine, policy=office.policy)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        office.close()


def _signed_in(
    browser: Browser,
    address: str,
    role: Role,
    *,
    size: tuple[int, int],
    scheme: Literal["light", "dark"] = "light",
    locale: str = "en-GB",
) -> Page:
    width, height = size
    page = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale, reduced_motion="reduce"
    ).new_page()
    page.goto(f"{address}/sign-in")
    page.locator("input[name=email]").fill(PEOPLE[role][0])
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{address}/")
    return page


def _take(page: Page, address: str, name: str) -> None:
    page.goto(address, wait_until="networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")


def _take_station(page: Page, address: str) -> None:
    page.goto(f"{address}/scan")
    page.locator("#station[data-ready=yes]").wait_for()
    for serial in ("FBN19122019", "FIS192301B8", "FOC1923NVVQ"):
        page.keyboard.type(serial)
        page.keyboard.press("Enter")
        page.locator(".answer-serial", has_text=serial).wait_for()
    page.screenshot(path=PICTURES / "scan.png")


if __name__ == "__main__":
    main()
