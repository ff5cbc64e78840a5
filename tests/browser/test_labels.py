"""Printing a batch: chosen, watched until it is ready, opened; one label looked at and printed once more."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from rmatrack.db.engine import reading
from rmatrack.db.labels import LabelPrint
from rmatrack.domain.people import Role
from rmatrack.services import people
from tests.browser.accessibility import serious_complaints
from tests.fixtures.app import LiveServer
from tests.labels.places import ship, ship_file
from tests.people import add_person
from tests.work.process import wait_until, worker_process

PASSWORD = "correct horse battery"
PASSWORD_HASH = people.hashed(PASSWORD)


@pytest.fixture
def dock(page: Page, live_server: LiveServer) -> Iterator[Page]:
    """The label page as somebody of logistics sees it, with a worker behind it and much to print."""
    ship_file(live_server.engine)
    ship(live_server.engine, 300)
    ship(live_server.engine, place={"Customer": "東京大学"})
    add_person(live_server.engine, Role.LOGISTICS, email="dana@example.com", password_hash=PASSWORD_HASH)
    with worker_process(str(live_server.engine.url)):
        page.goto(f"{live_server.url}/labels")
        page.get_by_label("E-mail").fill("dana@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Labels", exact=True)).to_be_visible()
        yield page


def test_a_batch_is_printed_and_a_label_of_it_once_more(dock: Page, live_server: LiveServer) -> None:
    assert serious_complaints(dock) == []
    dock.get_by_label("Paper").select_option("a4x2")
    dock.get_by_role("button", name="Print all 338 labels").click()

    expect(dock.get_by_role("progressbar")).to_be_visible()
    expect(dock.get_by_text("337 labels on A4, two to a page; every barcode was read back.")).to_be_visible(
        timeout=60_000
    )
    expect(dock.get_by_role("heading", name="Held back")).to_be_visible()
    expect(dock.get_by_role("heading", name="Left out")).to_be_visible()
    assert serious_complaints(dock) == []
    address = dock.get_by_role("link", name="Open the PDF").get_attribute("href")
    assert dock.request.get(f"{dock.url.split('/labels')[0]}{address}").body().startswith(b"%PDF")

    dock.goto(f"{dock.url.split('/labels')[0]}/labels/1ZSAMPLE0300000016")
    expect(dock.get_by_role("img", name="The label of UPS")).to_have_js_property("complete", True)
    dock.get_by_role("link", name="A6", exact=True).click()
    assert serious_complaints(dock) == []
    dock.get_by_role("button", name="Print on A6").click()
    wait_until(lambda: prints(live_server) == 338)
    dock.reload()

    expect(dock.get_by_role("row").filter(has_text="Logistics").filter(has_text="A6").first).to_be_visible()


def prints(server: LiveServer) -> int:
    """How many lines the print logs have."""
    with reading(server.engine) as session:
        return session.scalar(select(func.count()).select_from(LabelPrint)) or 0
