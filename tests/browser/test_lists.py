"""Lists in a browser: a file with progress, a filter that is kept."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from rmatrack.domain.people import Role
from tests.browser.test_first_pages import PASSWORD_HASH, sign_in
from tests.fixtures.app import LiveServer
from tests.people import add_person
from tests.web.shipments import ship


def test_a_list_becomes_a_file_and_says_how_far_it_is(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    ship(live_server.engine, "D4100001", eula_expires_on=date(2026, 12, 1), units=5)
    add_person(live_server.engine, Role.LOGISTICS, email="anouk@example.com", password_hash=PASSWORD_HASH)
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/units")

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()

    file = tmp_path / "devices.csv"
    download.value.save_as(file)
    expect(page.locator("#exporting")).to_contain_text("The file is in your downloads.")
    assert download.value.suggested_filename.endswith(".csv")
    assert len(file.read_text("utf-8-sig").splitlines()) == 6


def test_a_filter_is_kept_under_a_name(page: Page, live_server: LiveServer) -> None:
    ship(live_server.engine, "D4100001", eula_expires_on=date(2026, 12, 1))
    add_person(live_server.engine, Role.LOGISTICS, email="anouk@example.com", password_hash=PASSWORD_HASH)
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/units?state=out&country=DE")

    page.get_by_text("Save this filter").click()
    page.get_by_label("Name of the filter").fill("Out in Germany")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{live_server.url}/units")
    page.get_by_role("link", name="Out in Germany").click()

    expect(page).to_have_url(f"{live_server.url}/units?country=DE&state=out")
