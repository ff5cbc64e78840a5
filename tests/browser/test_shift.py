"""A shift at the scan station: a gun, some function keys, and nobody touches the mouse."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Scan
from rmatrack.domain.people import Role
from rmatrack.services import people
from tests.browser.accessibility import serious_complaints
from tests.fixtures.app import LiveServer
from tests.people import add_person
from tests.receiving.shipments import make_order

PASSWORD = "correct horse battery"
PASSWORD_HASH = people.hashed(PASSWORD)
ONE, TWO, OTHER, UNKNOWN = "FOC21213GKV", "FNS17231KZ7", "SSI16460ARS", "FOC21213GKW"
HAND_MS = 90
"""Between two keys of a person's hand; a gun leaves none."""


class Station:
    """The page of the station, and the gun in front of it."""

    def __init__(self, page: Page, server: LiveServer, rma: str) -> None:
        self.page, self.server, self.rma = page, server, rma

    def gun(self, raw: str, end: str = "Enter") -> None:
        self.page.keyboard.type(raw)
        self.page.keyboard.press(end)

    def says(self, title: str) -> None:
        expect(self.page.locator(".answer-title")).to_have_text(title)

    def is_ready(self) -> None:
        expect(self.page.locator("#gun")).to_be_focused()

    def count_of(self, figure: str, number: int) -> None:
        expect(self.page.locator(f'[data-figure="{figure}"]')).to_have_text(str(number))

    def status_of(self, serial: str) -> str | None:
        with reading(self.server.engine) as session:
            return session.scalar(select(Unit.status).where(Unit.serial_key == serial))

    def recorded(self) -> int | None:
        with reading(self.server.engine) as session:
            return session.scalar(select(func.count()).select_from(Scan))


@pytest.fixture
def station(page: Page, live_server: LiveServer) -> Station:
    """A station that somebody of logistics has just opened, with two orders out."""
    add_person(live_server.engine, Role.LOGISTICS, email="dana@example.com", password_hash=PASSWORD_HASH)
    with writing(live_server.engine) as session:
        rma = make_order(session, "D4100201", [ONE, TWO]).number
        make_order(session, "D4100208", [OTHER])
    page.goto(f"{live_server.url}/scan")
    page.get_by_label("E-mail").fill("dana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#gun")).to_be_focused()
    return Station(page, live_server, rma)


def test_a_shift_by_keyboard_alone(station: Station) -> None:
    station.gun(station.rma)
    station.says("Box open")
    station.gun(f"]C0{ONE}")
    station.says("Matched")
    station.gun(ONE, end="Tab")
    station.says("Already received")
    station.gun(OTHER)
    station.says("Wrong order: D4100208")
    station.gun(UNKNOWN)
    station.says("Never shipped")
    expect(station.page.locator(".answer-notes")).to_contain_text(f"Closest shipped serial: {ONE}")
    expect(station.page.locator("#problems li")).to_have_count(2)
    station.count_of("received", 2)
    station.count_of("problems", 2)
    station.page.keyboard.press("F2")
    expect(station.page.get_by_role("dialog")).to_contain_text(UNKNOWN)
    station.page.keyboard.press("1", delay=HAND_MS)
    station.says("Undone")
    station.count_of("problems", 1)
    station.page.keyboard.press("F4")
    station.says("Next box")
    station.gun(TWO)
    station.says("Matched")
    station.page.keyboard.press("F8")
    station.page.keyboard.type("stand is missing", delay=HAND_MS)
    station.page.keyboard.press("Enter", delay=HAND_MS)
    station.says("Noted")
    station.is_ready()

    assert [station.status_of(serial) for serial in (ONE, TWO, OTHER)] == ["received"] * 3
    assert serious_complaints(station.page) == []


def test_the_focus_comes_back_from_wherever_a_click_took_it(station: Station) -> None:
    for place in (".answer-band", "#mute", "#volume", "#box", "#latest", ".station-head h1"):
        station.page.locator(place).click()
        station.is_ready()

    station.page.get_by_role("button", name="F8").focus()
    station.gun(ONE)

    station.says("Matched")


def test_control_keys_of_a_gun_are_no_shortcuts(station: Station) -> None:
    station.page.keyboard.type("[)>")
    station.page.keyboard.press("Control+]")
    station.page.keyboard.type("S" + ONE)
    station.page.keyboard.press("Control+j")

    station.says("Matched")
    expect(station.page.locator("#latest li")).to_have_count(1)
    station.is_ready()
    with reading(station.server.engine) as session:
        assert session.scalars(select(Scan.raw)).one() == f"[)>\x1dS{ONE}"


def test_a_device_scanned_while_a_reason_is_asked_is_a_scan(station: Station) -> None:
    station.gun(ONE)
    station.says("Matched")
    station.page.keyboard.press("F2")
    expect(station.page.get_by_role("dialog")).to_be_visible()

    station.gun(TWO)

    expect(station.page.get_by_role("dialog")).to_be_hidden()
    expect(station.page.locator(".answer-serial")).to_have_text(TWO)
    assert station.status_of(ONE) == "received"


def test_scans_wait_for_the_network_and_go_out_once(station: Station) -> None:
    station.page.route("**/scan/scans", lambda route: route.abort())
    station.gun(ONE)
    station.gun(TWO)
    expect(station.page.locator(".answer-provisional")).to_be_visible()
    expect(station.page.locator("#connection")).to_contain_text("2 waiting")
    station.page.unroute("**/scan/scans")

    station.page.reload()

    expect(station.page.locator("#connection")).to_have_text("Online")
    station.count_of("received", 2)
    assert station.recorded() == 2
    assert [station.status_of(serial) for serial in (ONE, TWO)] == ["received"] * 2


def test_the_sound_is_remembered(station: Station) -> None:
    station.page.locator("#mute").click()

    station.page.reload()

    expect(station.page.locator("#mute")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it_at_any_width(station: Station, width: int, scheme: str) -> None:
    station.page.set_viewport_size({"width": width, "height": 800})
    station.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    station.gun(ONE)
    station.says("Matched")

    assert serious_complaints(station.page) == []
    assert station.page.evaluate("document.documentElement.scrollWidth") <= width
