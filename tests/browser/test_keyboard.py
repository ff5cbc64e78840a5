"""A day at the dock by keyboard alone: every place is reached without a mouse, and it is always seen where one is."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from rmatrack.db.engine import writing
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.receiving import record_scans
from tests.browser.test_first_pages import PASSWORD_HASH, sign_in
from tests.fixtures.app import NOON, LiveServer
from tests.people import add_person
from tests.receiving.shipments import make_order, scan

MOST_STEPS = 60
FOCUS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "nothing has the focus";
  const style = getComputedStyle(here), place = here.getBoundingClientRect();
  if (style.outlineStyle === "none" && style.boxShadow === "none") return `no ring around ${here.outerHTML}`;
  const isShown = place.width && place.bottom > 0 && place.top < innerHeight;
  return isShown ? "" : `out of sight: ${here.outerHTML}`;
}"""


@pytest.fixture
def dock(live_server: LiveServer) -> LiveServer:
    """A product with somebody of logistics and three discrepancies of one box."""
    add_person(live_server.engine, Role.LOGISTICS, email="anouk@example.com", password_hash=PASSWORD_HASH)
    with writing(live_server.engine) as session:
        box = make_order(session, "D4100208", ["FNS17231KZ7"]).number
        read = enumerate(["FOC21213GKW", "WZP88888ZZZ", "ART2227FNDR"])
        scans = [scan(raw, NOON + timedelta(minutes=place), place, expected=box) for place, raw in read]
        record_scans(session, scans, by=SYSTEM, now=NOON)
    return live_server


def test_somebody_without_a_mouse_does_the_work_of_the_dock(page: Page, dock: LiveServer) -> None:
    sign_in(page, dock)

    tab_to(page, "a.nav-item[href='/discrepancies']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Discrepancies")).to_be_visible()
    for key in "jxjx":
        page.keyboard.press(key)
        assert page.evaluate(FOCUS) == ""
    expect(page.locator("input[name=discrepancy]:checked")).to_have_count(2)
    tab_to(page, "button[value=take]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 discrepancies are yours.")).to_be_visible()

    tab_to(page, "a[href='/orders/D4100208']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{dock.url}/orders/D4100208")
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert page.evaluate(FOCUS) == ""
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()

    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page).to_have_url(f"{dock.url}/scan")
    expect(page.locator("#gun")).to_be_focused()
    assert page.evaluate(FOCUS) == ""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until *selector* has the focus; the ring is seen at every step."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS) == ""
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by {MOST_STEPS} times Tab")
