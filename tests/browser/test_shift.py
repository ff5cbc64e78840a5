"""A shift at the scan station: a gun, some function keys, and nobody touches the mouse."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from rmatrack.db.engine import reading
from rmatrack.db.receiving import Scan
from tests.browser.accessibility import serious_complaints
from tests.browser.stations import Station, add_dana, let_dana_in, ship
from tests.fixtures.app import LiveServer

ONE, TWO, OTHER, UNKNOWN = "FOC21213GKV", "FNS17231KZ7", "SSI16460ARS", "FOC21213GKW"
HAND_MS = 90
"""Between two keys of a person's hand; a gun leaves none."""


@pytest.fixture
def station(page: Page, live_server: LiveServer) -> Station:
    """A station that somebody of logistics has just opened, with two orders out."""
    add_dana(live_server)
    rma, _other = ship(live_server, {"D4100201": [ONE, TWO], "D4100208": [OTHER]})
    let_dana_in(page.context, live_server)
    page.goto(f"{live_server.url}/scan")
    station = Station(page, live_server, rma)
    station.is_ready()
    return station


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
