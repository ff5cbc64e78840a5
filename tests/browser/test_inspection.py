"""Inspecting at the bench on a phone, by keyboard alone, with a photo; and settling several by `x`."""

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import update

from rmatrack.db.engine import writing
from rmatrack.db.orders import Unit
from rmatrack.domain.people import SYSTEM
from rmatrack.services.receiving import record_scans
from tests.browser.accessibility import serious_complaints
from tests.browser.stations import add_dana, let_dana_in
from tests.fixtures.app import NOON, LiveServer
from tests.inspection.bench import ONE, ROOM, TWO, photo_file, receive
from tests.people import LONG_AGO
from tests.receiving.shipments import make_order, scan

STRANGERS = ("WZP77777ZZZ", "WZP88888ZZZ", "WZP99999ZZZ")


@pytest.fixture
def bench(page: Page, live_server: LiveServer) -> Page:
    """A phone in the hand of somebody of logistics, who is looking at what waits."""
    receive(live_server.engine, [ONE, TWO], model=ROOM)
    with writing(live_server.engine) as session:  # The app's clock is the machine's.
        session.execute(update(Unit).values(received_at=LONG_AGO, settled_at=LONG_AGO))
    add_dana(live_server)
    page.set_viewport_size({"width": 390, "height": 844})
    let_dana_in(page.context, live_server)
    page.goto(f"{live_server.url}/inspection")
    expect(page.get_by_role("heading", name="Inspection")).to_be_visible()
    return page


def until(page: Page, selector: str) -> None:
    """Press Tab until what *selector* names has focus."""
    for _press in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}.")


def test_a_device_is_inspected_by_keyboard_on_a_phone(bench: Page) -> None:
    assert serious_complaints(bench) == []
    bench.keyboard.type(ONE)
    bench.keyboard.press("Enter")
    expect(bench.get_by_role("heading", name=ONE)).to_be_visible()
    assert serious_complaints(bench) == []

    until(bench, "[name=condition]")
    bench.keyboard.press("ArrowDown")
    bench.keyboard.press("Space")
    until(bench, "#missing-cables")
    bench.keyboard.press("Space")
    until(bench, "#photos")
    photo: FilePayload = {"name": "front.jpg", "mimeType": "image/jpeg", "buffer": photo_file()}
    bench.get_by_label("Photos").set_input_files(photo)
    until(bench, "#notes")
    bench.keyboard.type("A scratch at the left.")
    until(bench, "#wipe_method")
    bench.keyboard.type("Factory")
    until(bench, "[name=disposition]")
    bench.keyboard.press("Space")
    bench.keyboard.press("Enter")

    expect(bench.get_by_text(f"{ONE} is inspected: back into stock.")).to_be_visible()
    expect(bench.get_by_label("Serial number of the device on the bench")).to_be_focused()
    assert bench.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bench.keyboard.type(ONE)
    bench.keyboard.press("Enter")
    expect(bench.get_by_role("img", name=f"Photo 1 of {ONE}")).to_be_visible()
    assert serious_complaints(bench) == []


def test_several_discrepancies_are_closed_by_keyboard(bench: Page, live_server: LiveServer) -> None:
    with writing(live_server.engine) as session:
        box = make_order(session, "D4100299", ["FOC21210001"]).number
        scans = [scan(raw, NOON, 70 + number, expected=box) for number, raw in enumerate(STRANGERS)]
        record_scans(session, scans, by=SYSTEM, now=NOON)
    bench.goto(f"{live_server.url}/discrepancies")
    expect(bench.get_by_role("row", name=STRANGERS[0])).to_be_visible()
    assert serious_complaints(bench) == []

    for key in "jxjx":
        bench.keyboard.press(key)
    assert serious_complaints(bench) == []
    expect(bench.get_by_label("Choose all on this page")).to_have_js_property("indeterminate", True)
    bench.get_by_role("button", name="Close the chosen").press("Enter")
    bench.get_by_label("Not ours; sent back to its owner").press("Space")
    assert serious_complaints(bench) == []
    bench.get_by_role("button", name="Close 2 discrepancies").press("Enter")

    expect(bench.get_by_text("2 discrepancies are closed.")).to_be_visible()
    expect(bench.get_by_text(STRANGERS[2])).to_be_visible()
