"""Importing a file in a browser: a bad row, a question, a file that takes a moment; and a shipment by hand."""

from datetime import date

import pytest
from playwright.sync_api import FilePayload, Page, expect

from rmatrack.domain.people import Role
from rmatrack.services import people
from tests.browser.accessibility import serious_complaints
from tests.fixtures.app import LiveServer
from tests.imports.files import csv_file, row
from tests.people import add_person

PASSWORD = "correct horse battery"
PASSWORD_HASH = people.hashed(PASSWORD)


@pytest.fixture
def dock(page: Page, live_server: LiveServer) -> Page:
    """Somebody of logistics, signed in."""
    add_person(live_server.engine, Role.LOGISTICS, email="anouk@example.com", password_hash=PASSWORD_HASH)
    page.goto(f"{live_server.url}/imports")
    page.get_by_label("E-mail").fill("anouk@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Import shipments")).to_be_visible()
    return page


def upload(page: Page, content: bytes) -> None:
    page.get_by_label("File", exact=True).set_input_files(
        FilePayload(name="july.csv", mimeType="text/csv", buffer=content)
    )
    page.get_by_role("button", name="Upload and look").click()


def test_a_bad_row_is_named_and_the_rest_is_loaded(dock: Page) -> None:
    assert serious_complaints(dock) == []
    upload(dock, csv_file([row(), row(demo_order="D4100902", serial_number="FOC21213GKA", country="Belgistan")]))

    problems = dock.get_by_role("region", name="To be corrected")
    expect(problems).to_contain_text("Belgistan is not a country. Use its two letters, such as NL or US.")
    assert serious_complaints(dock) == []
    dock.get_by_role("button", name="Load 1 order").click()

    expect(dock.get_by_role("heading", name="july.csv is loaded")).to_be_visible()
    expect(dock.get_by_text("1 device is recorded.")).to_be_visible()
    expect(dock.get_by_role("region", name="To be corrected")).to_be_visible()
    assert serious_complaints(dock) == []


def test_what_a_file_leaves_open_is_asked(dock: Page) -> None:
    upload(dock, csv_file([row(ship_date="03/04/2026")]))

    expect(dock.get_by_role("heading", name="Questions about july.csv")).to_be_visible()
    assert serious_complaints(dock) == []
    dock.get_by_label("Day first, as in Europe").check()
    dock.get_by_role("button", name="Go on").click()

    expect(dock.get_by_role("heading", name="What july.csv would do")).to_be_visible()
    expect(dock.get_by_text("3 Apr", exact=True)).to_be_visible()


def test_a_file_that_takes_a_moment_goes_on_by_itself(dock: Page) -> None:
    rows = [row(demo_order=f"D42{place:05}", serial_number=f"FOC2121{place:04}") for place in range(1_600)]

    upload(dock, csv_file(rows))

    button = dock.get_by_role("button", name="Load 1,600 orders")
    expect(button).to_be_visible()
    assert serious_complaints(dock) == []
    button.click()

    expect(dock.get_by_role("heading", name="july.csv is loaded")).to_be_visible()
    expect(dock.get_by_text("1,600 devices are recorded.")).to_be_visible()


def test_a_shipment_is_entered_by_hand(dock: Page) -> None:
    dock.get_by_role("link", name="Enter one by hand").click()
    assert serious_complaints(dock) == []
    for label, value in {
        "Demo order": "D4100901",
        "Ship date": date(2026, 7, 28).isoformat(),
        "Partner": "Northwind Collaboration",
        "Customer": "TU Delft",
        "Organization ID": "d4432b32-c77d-460a-b323-d4758f53a676",
        "Admin e-mail": "it-admin@tudelft.example",
        "Recipient": "IT Service Desk",
        "Phone": "+31 15 278 9111",
        "Address 1": "Mekelweg 5",
        "City": "Delft",
        "Model, device 1": "CS-DESKPRO-K9",
        "Serial number, device 1": "FOC21213GLV",
        "EULA expires, device 1": date(2026, 9, 11).isoformat(),
    }.items():
        dock.get_by_label(label, exact=True).fill(value)
    dock.get_by_role("button", name="Record the shipment").click()

    expect(dock.get_by_role("alert")).to_contain_text("Country is empty. Fill it in.")
    expect(dock.get_by_role("alert")).to_be_focused()
    assert serious_complaints(dock) == []
    dock.get_by_label("Country", exact=True).select_option("NL")
    dock.get_by_role("button", name="Record the shipment").click()

    expect(dock.get_by_text("Demo order D4100901 is recorded, and its return is opened.")).to_be_visible()
