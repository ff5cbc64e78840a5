"""Signing in and the dashboard, as a person at a keyboard meets them, in light and dark, wide and narrow."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from rmatrack.domain.people import Role
from rmatrack.services import people
from tests.browser.accessibility import serious_complaints
from tests.fixtures.app import LiveServer
from tests.people import add_person
from tests.web.shipments import ship

PASSWORD = "correct horse battery"
PASSWORD_HASH = people.hashed(PASSWORD)


@pytest.fixture
def dock(live_server: LiveServer) -> LiveServer:
    """A product with somebody of logistics, a device that is overdue and one that is not."""
    add_person(live_server.engine, Role.LOGISTICS, email="anouk@example.com", password_hash=PASSWORD_HASH)
    overdue = date.today() - timedelta(days=30)  # noqa: DTZ011, TID251  A browser lives today.
    ship(live_server.engine, "D4100001", eula_expires_on=overdue, shipped_on=overdue - timedelta(days=30))
    ship(live_server.engine, "D4100002", eula_expires_on=overdue + timedelta(days=90), shipped_on=overdue)
    return live_server


def sign_in(page: Page, server: LiveServer) -> None:
    page.goto(server.url)
    page.get_by_label("E-mail").fill("anouk@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_somebody_signs_in_and_sees_how_it_stands(page: Page, dock: LiveServer) -> None:
    sign_in(page, dock)

    expect(page.get_by_role("link", name="Overdue 1")).to_be_visible()
    expect(page.get_by_role("heading", name="Out by country")).to_be_visible()
    assert serious_complaints(page) == []


def test_a_wrong_password_is_said_above_the_form(page: Page, dock: LiveServer) -> None:
    page.goto(dock.url)
    page.get_by_label("E-mail").fill("anouk@example.com")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")

    summary = page.get_by_role("alert")

    expect(summary).to_contain_text("do not belong together")
    expect(summary).to_be_focused()
    assert serious_complaints(page) == []


def test_the_keyboard_alone_leads_everywhere(page: Page, dock: LiveServer) -> None:
    sign_in(page, dock)

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"{dock.url}/account")
    page.keyboard.press("g")
    page.keyboard.press("d")

    expect(page).to_have_url(f"{dock.url}/")


def test_dark_and_dutch_are_remembered(page: Page, dock: LiveServer) -> None:
    sign_in(page, dock)

    page.locator(".who > summary").click()
    page.get_by_role("button", name="Dark").click()
    page.locator(".who > summary").click()
    page.get_by_role("button", name="Nederlands").click()

    expect(page.get_by_role("heading", name="Overzicht")).to_be_visible()
    expect(page.get_by_role("heading", name="Uit per land")).to_be_visible()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert serious_complaints(page) == []


def test_what_is_ticked_stays_ticked(page: Page, dock: LiveServer) -> None:
    sign_in(page, dock)

    page.get_by_label("Done: D4100001").check()
    page.reload()

    expect(page.get_by_label("Done: D4100001")).to_be_checked()


def test_nothing_scrolls_sideways_on_a_narrow_phone(page: Page, dock: LiveServer) -> None:
    page.set_viewport_size({"width": 320, "height": 640})

    sign_in(page, dock)
    expect(page.get_by_role("heading", name="Out by country")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert not serious_complaints(page)


@pytest.mark.parametrize("place", ["units", "orders", "policy", "labels", "history", "shipments/new", "account/tokens"])
def test_no_page_scrolls_sideways_on_a_narrow_phone(page: Page, dock: LiveServer, place: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, dock)

    page.goto(f"{dock.url}/{place}")

    assert page.evaluate("document.documentElement.scrollWidth") == 320
