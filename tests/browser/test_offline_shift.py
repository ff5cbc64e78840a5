"""A shift without a network: the station opens, answers, keeps and later sends; two of them, overlapping."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import select

from rmatrack.clock import now
from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.inspections import UnitPhoto
from rmatrack.db.receiving import Discrepancy
from rmatrack.db.returns import Rma
from rmatrack.db.stations import StationReturn
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.scans import ScanIn
from rmatrack.services.receiving import record_scans
from tests.browser.accessibility import serious_complaints
from tests.browser.stations import Station, add_dana, open_station, ship, sign_in
from tests.fixtures.app import LiveServer
from tests.inspection.bench import photo_file

ONE, TWO, THREE, OTHER, UNKNOWN = "FOC21213GKV", "FNS17231KZ7", "FOC1923NVVN", "SSI16460ARS", "FTT19270360"

PHONE = ViewportSize(width=390, height=844)


@pytest.fixture
def rmas(live_server: LiveServer) -> list[str]:
    """The returns of two orders that are out; Dana works at the dock."""
    add_dana(live_server)
    return ship(live_server, {"D4100201": [ONE, TWO, THREE], "D4100208": [OTHER]})


@pytest.fixture
def station(context: BrowserContext, live_server: LiveServer, rmas: list[str]) -> Station:
    return open_station(context, live_server, rmas[0])


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A Dutch phone, in the dark."""
    context = browser.new_context(locale="nl-NL", viewport=PHONE, color_scheme="dark", has_touch=True)
    yield context
    context.close()


def completed(server: LiveServer, rma: str) -> bool:
    with reading(server.engine) as session:
        return session.scalar(select(Rma.completed_at).where(Rma.number == rma)) is not None


def test_a_whole_shift_offline_then_online(station: Station, context: BrowserContext) -> None:
    page = station.page
    context.set_offline(True)
    station.gun(station.rma)
    station.says("Box open")
    station.gun(f"]C0{ONE}")
    station.says("Matched")
    expect(page.locator(".answer-provisional")).to_be_visible()
    station.gun(ONE)
    station.says("Already received")
    station.gun("42078205")
    station.says("Postal code")
    station.gun(OTHER)
    station.says("Wrong order: D4100208")
    station.chip_says("Offline · 5 waiting")
    assert serious_complaints(page) == []

    page.reload()

    station.is_loaded()
    station.chip_says("Offline · 5 waiting")
    station.gun(UNKNOWN)
    station.says("Never shipped")
    station.gun(TWO)
    station.says("Matched")
    page.keyboard.press("F8")
    page.keyboard.type("box is wet")
    large = {"name": "wet.jpg", "mimeType": "image/jpeg", "buffer": photo_file(size=(3200, 1600))}
    page.locator("#note-photo").set_input_files(large)  # type: ignore[arg-type]  # Its own three fields.
    expect(page.locator(".note-preview")).to_be_visible()
    assert serious_complaints(page) == []
    page.get_by_role("button", name="Keep the note").click()
    station.says("Noted")
    page.keyboard.press("F10")
    station.says("Not yet")
    page.locator("#connection").click()
    expect(page.locator(".panel-waiting li")).to_have_count(7)
    expect(page.locator(".panel-notes li")).to_contain_text(["box is wet · with a photo"])
    assert serious_complaints(page) == []
    page.keyboard.press("Escape")
    station.count_of("received", 3)
    assert station.recorded() == 0

    context.set_offline(False)

    station.chip_says("Online")
    station.count_of("received", 3)
    scans = station.scans()
    assert [scan.raw for scan in scans] == [station.rma, f"]C0{ONE}", ONE, "42078205", OTHER, UNKNOWN, TWO]
    assert [scan.outcome for scan in scans[1:]] == [
        "matched", "already_received", "not_a_serial", "wrong_order", "never_shipped", "matched",
    ]  # fmt: skip
    assert all(scan.scanned_at < scan.recorded_at for scan in scans)
    page.keyboard.press("F10")
    station.says("Shift finished")
    with reading(station.server.engine) as session:
        photo = session.scalars(select(UnitPhoto)).one()
        noted = session.scalars(select(Event.reason).where(Event.deed == "noted")).all()
    assert (photo.scan_id, photo.width, noted) == (scans[-1].id, 1600, ["box is wet"])


def test_what_the_server_judges_otherwise_is_shown_beside_it(station: Station, context: BrowserContext) -> None:
    context.set_offline(True)
    station.gun(ONE)
    station.says("Matched")
    with writing(station.server.engine) as session:
        earlier = ScanIn(id="00000000-0000-4000-8000-000000000001", scanned_at=now(), station="dock-9", raw=ONE)
        record_scans(session, [earlier], by=SYSTEM, now=now())

    context.set_offline(False)

    row = station.page.locator('#problems [data-differs="yes"]')
    expect(row).to_contain_text("Matched here, Already received by the server")
    station.says("Matched")
    station.page.locator("#connection").click()
    station.page.get_by_role("button", name="Seen").click()
    expect(station.page.locator(".panel-empty")).to_be_visible()


def test_a_bad_scan_is_set_aside_and_holds_up_none_of_the_others(station: Station, context: BrowserContext) -> None:
    context.set_offline(True)
    station.page.evaluate("localStorage.setItem('scan box', 'R999999X')")
    station.page.reload()
    station.is_loaded()
    station.gun(TWO)
    station.page.keyboard.press("F4")
    station.gun(ONE)
    station.chip_says("Offline · 2 waiting")

    context.set_offline(False)

    station.chip_says("Online · 1 aside")
    assert [scan.raw for scan in station.scans()] == [ONE]
    station.page.keyboard.press("F10")
    station.says("Not yet")
    station.page.locator("#connection").click()
    expect(station.page.locator(".panel-refused")).to_contain_text("There is no RMA R999999X.")
    station.page.get_by_role("button", name="Send it again").click()
    expect(station.page.locator(".panel-empty")).to_be_visible()
    station.page.keyboard.press("Escape")

    expect(station.page.locator(f'#latest li[data-tone="good"]:has-text("{TWO}")')).to_be_visible()
    station.chip_says("Online")
    assert station.status_of(TWO) == "received"


def test_scans_outlive_the_session(station: Station, context: BrowserContext) -> None:
    context.set_offline(True)
    station.gun(ONE)
    station.says("Matched")
    cookies = context.cookies()
    context.clear_cookies()
    context.set_offline(False)

    station.says("Sign in again")
    station.chip_says("Sign in again · 1 waiting")
    assert station.recorded() == 0
    context.add_cookies(cookies)  # type: ignore[arg-type]  # What it gave itself.
    station.page.evaluate("dispatchEvent(new Event('focus'))")

    station.chip_says("Online")
    assert station.status_of(ONE) == "received"


def test_signing_out_forgets_the_page_and_keeps_the_scans(station: Station, context: BrowserContext) -> None:
    page = station.page
    context.set_offline(True)
    station.gun(ONE)
    station.says("Matched")
    page.route("**/scan/scans", lambda route: route.abort())
    context.set_offline(False)
    page.goto(f"{station.server.url}/")
    page.locator(".who > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("input[name=password]")).to_be_visible()

    until(page, lambda: page.evaluate("caches.match('/scan').then(kept => kept === undefined)"), "The page is kept.")
    page.unroute("**/scan/scans")
    page.goto(f"{station.server.url}/scan")
    sign_in(page)

    station.chip_says("Online")
    expect(page.locator(f'#latest li:has-text("{ONE}")')).to_be_visible()
    assert station.status_of(ONE) == "received"


def test_two_pages_of_one_browser_send_each_scan_once(station: Station, context: BrowserContext) -> None:
    taken: list[str] = []
    context.on("response", lambda answer: taken.append(answer.url) if answer.url.endswith("/scan/scans") else None)
    context.set_offline(True)
    for serial in (ONE, TWO, THREE):
        station.gun(serial)
    station.chip_says("Offline · 3 waiting")
    other = context.new_page()
    other.goto(f"{station.server.url}/scan")
    expect(other.locator("#connection")).to_have_text("Offline · 3 waiting")

    context.set_offline(False)

    station.chip_says("Online")
    expect(other.locator("#connection")).to_have_text("Online")
    assert len(taken) == 1
    assert station.recorded() == 3


def test_two_stations_scan_overlapping_boxes(
    station: Station, context: BrowserContext, phone: BrowserContext, rmas: list[str]
) -> None:
    second = open_station(phone, station.server, rmas[1], name="dock-2")
    station.gun(rmas[0])
    station.says("Box open")
    second.gun(rmas[1])
    second.says("Doos open")
    context.set_offline(True)
    phone.set_offline(True)
    for serial in (ONE, TWO, OTHER):
        station.gun(serial)
        second.gun(serial)
    station.says("Wrong order: D4100208")
    second.says("Klopt")
    expect(second.page.locator("#connection")).to_contain_text("3")
    assert serious_complaints(second.page) == []
    assert second.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    context.set_offline(False)
    station.chip_says("Online")
    phone.set_offline(False)
    second.chip_says("Online · 3 opzij")
    second.gun(THREE)

    expect(second.page.locator("#latest li").first).to_contain_text(THREE)
    expect(second.page.locator('#latest li[data-tone="sending"]')).to_have_count(0)
    assert station.recorded() == 9
    assert [station.status_of(serial) for serial in (ONE, TWO, THREE, OTHER)] == ["received"] * 4
    with reading(station.server.engine) as session:
        noted = sorted(session.scalars(select(Discrepancy.serial_key)))
    assert noted == sorted([ONE, TWO, THREE, OTHER])


def test_a_return_waits_for_the_scans_of_a_station(station: Station, context: BrowserContext, rmas: list[str]) -> None:
    context.set_offline(True)
    station.gun(rmas[1])
    station.gun(UNKNOWN)
    station.says("Never shipped")
    station.page.route("**/scan/scans", lambda route: route.fulfill(status=503))
    context.set_offline(False)
    expect(station.page.locator("#box .box-figures")).to_contain_text("to send")
    wait_for_announcement(station)
    with writing(station.server.engine) as session:
        own = ScanIn(id="00000000-0000-4000-8000-000000000001", scanned_at=now(), station="dock-9", raw=OTHER)
        record_scans(session, [own], by=SYSTEM, now=now())
    assert not completed(station.server, rmas[1])

    station.page.unroute("**/scan/scans")
    station.page.evaluate("dispatchEvent(new Event('focus'))")

    station.chip_says("Online")
    assert not completed(station.server, rmas[1])  # What was scanned late is a discrepancy of this return.


def wait_for_announcement(station: Station) -> None:
    """Wait until the server has heard that scans of a return are not sent yet."""

    def announced() -> bool:
        with reading(station.server.engine) as session:
            unsent = session.scalars(select(StationReturn.rma_id).where(StationReturn.unsent > 0)).first()
        return unsent is not None

    until(station.page, announced, "The station announced nothing.")


def until(page: Page, holds: Callable[[], bool], otherwise: str) -> None:
    """Let *page* go on until something outside of it holds; raise AssertionError if that takes half a minute."""
    for _ in range(300):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(otherwise)
