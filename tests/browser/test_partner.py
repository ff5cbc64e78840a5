"""A partner's day in the browser: a label in Texas at a desk, the note of Łódź on a phone, due days in both."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from playwright.sync_api import Browser, Locator, Page, expect
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # It comes without types.
from sqlalchemy import select

from rmatrack import clock
from rmatrack.db.customers import CustomerAdministrator, SalesRelationship
from rmatrack.db.engine import writing
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Role
from rmatrack.services import people
from tests.browser.accessibility import serious_complaints
from tests.fixtures.app import LiveServer
from tests.labels.places import ship
from tests.labels.printing import labels_of, print_them
from tests.people import add_person
from tests.returning.test_labels import PARTNER, TEXAS, order_of
from tests.returning.test_notes import LODZ, words_of

PASSWORD = "correct horse battery"
PASSWORD_HASH = people.hashed(PASSWORD)
NARROW = 320


@pytest.fixture
def texas(live_server: LiveServer) -> list[int]:
    """Two devices in Texas that left with labels and are due in a week; a third order is with another partner."""
    units = ship(live_server.engine, 2, TEXAS)
    print_them(live_server.engine, units)
    due_in(live_server, units, days=7)
    ship(live_server.engine, 1, {"Customer": "Mekong University", "Partner": "Contoso Telecom"})
    return units


@pytest.fixture
def lodz(live_server: LiveServer) -> list[int]:
    units = ship(live_server.engine, 2, LODZ)
    print_them(live_server.engine, units)
    due_in(live_server, units, days=7)
    return units


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A Dutch phone at night, and all that a page of ours must not complain of."""
    context = browser.new_context(
        locale="nl-NL", viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True, is_mobile=True
    )
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints
    context.close()


def due_in(server: LiveServer, units: list[int], *, days: int) -> None:
    """Let units be due in so many days, and their partner have the customer, who has an administrator."""
    with writing(server.engine) as session:
        for unit in session.scalars(select(Unit).where(Unit.id.in_(units))):
            unit.eula_expires_on = clock.now().date() + timedelta(days=days - 14)
        order = session.scalars(
            select(DemoOrder).join(Unit, Unit.order_id == DemoOrder.id).where(Unit.id == units[0])
        ).one()
        session.add(CustomerAdministrator(customer_id=order.customer_id, email=f"it{order.id}@customer.example"))
        session.add(
            SalesRelationship(partner_id=order.partner_id, customer_id=order.customer_id, since=order.created_at)
        )


def sign_in(page: Page, server: LiveServer) -> None:
    add_person(
        server.engine, Role.PARTNER_USER, partner=PARTNER, email="noor@northwind.example", password_hash=PASSWORD_HASH
    )
    page.goto(f"{server.url}/")
    page.locator("input[name=email]").fill("noor@northwind.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/")


def overflow(page: Page) -> int:
    """How many pixels one would have to scroll sideways."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def test_a_label_in_texas_is_three_questions_by_keys_alone_and_a_download(
    page: Page, live_server: LiveServer, texas: list[int], tmp_path: Path
) -> None:
    sign_in(page, live_server)
    expect(page.get_by_role("heading", name="Your customers")).to_be_visible()
    expect(page.get_by_text("Mekong University")).to_have_count(0)
    assert serious_complaints(page) == []

    page.get_by_role("link", name="Get a return label").press("Enter")
    page.locator(f"#unit-{texas[0]}").press("Space")
    tab_to(page, page.get_by_label("The label is lost")).press("Space")
    expect(page.get_by_label("Download it now")).to_be_checked()
    assert serious_complaints(page) == []
    with page.expect_download() as downloading:
        tab_to(page, page.get_by_role("button", name="Get the label")).press("Enter")
    file = tmp_path / "label.pdf"
    downloading.value.save_as(file)

    old, new = labels_of(live_server.engine, texas[:1])
    assert (old.state, old.superseded_by_id) == (LabelState.SUPERSEDED, new.id)
    expect(page.get_by_role("heading", name="Your return label")).to_be_visible()
    expect(page.get_by_text(new.number).first).to_be_visible()
    expect(page.get_by_text(old.number).first).to_be_visible()
    assert serious_complaints(page) == []
    assert tracking_numbers(file.read_bytes()) == [new.number]


def tab_to(page: Page, place: Locator) -> Locator:
    """Go on with the tabulator until *place* has the focus, within as many keys as a form has fields."""
    for _key in range(10):
        page.keyboard.press("Tab")
        if place.evaluate("place => place === document.activeElement"):
            return place
    raise AssertionError("The tabulator does not come there.")


def tracking_numbers(pdf: bytes) -> list[str]:
    """The UPS numbers that a reader of bar codes finds on a file's pages."""
    found = []
    for sheet in PdfDocument(pdf):
        picture = sheet.render(scale=300 / 72).to_pil()
        for code in zxingcpp.read_barcodes(picture):
            found += [code.text] if code.text.startswith("1Z") else []
    return found


def test_the_note_of_lodz_reads_well_on_a_dutch_phone_and_on_paper(
    phone: Page, live_server: LiveServer, lodz: list[int]
) -> None:
    sign_in(phone, live_server)
    assert serious_complaints(phone) == []
    number = order_of(live_server.engine, lodz[0])

    phone.get_by_role("link", name="Terugsturen vanuit Polen").click()
    expect(phone.get_by_role("heading", name="Boek een ophaalafspraak met DHL Express")).to_be_visible()
    expect(phone.get_by_text("Geen douanepapieren").first).to_be_visible()
    expect(phone.get_by_text("90-924 Łódź")).to_be_visible()
    for label in labels_of(live_server.engine, lodz):
        expect(phone.get_by_role("table").get_by_text(label.number)).to_be_visible()
    assert serious_complaints(phone) == []
    assert overflow(phone) <= 0
    address = phone.get_by_role("link", name="Als PDF").get_attribute("href")
    sheet = phone.request.get(f"{live_server.url}{address}").body()
    assert number in words_of(sheet)
    phone.emulate_media(media="print")
    expect(phone.locator("#side")).to_be_hidden()
    expect(phone.get_by_role("heading", name="Boek een ophaalafspraak met DHL Express")).to_be_visible()
    phone.emulate_media(media="screen")

    phone.set_viewport_size({"width": NARROW, "height": 700})
    for path in ("/", f"/orders/{number}/return", "/calendar", "/calendar/feed", "/extensions"):
        phone.goto(f"{live_server.url}{path}")
        assert overflow(phone) <= 0, path
        assert serious_complaints(phone) == [], path


def test_due_days_are_walked_by_keyboard_and_taken_along(page: Page, live_server: LiveServer, texas: list[int]) -> None:
    sign_in(page, live_server)
    page.keyboard.press("g")
    page.keyboard.press("c")

    expect(page.get_by_role("heading", name="Due in")).to_be_visible()
    assert serious_complaints(page) == []
    page.goto(f"{live_server.url}/calendar?month={clock.now().date() + timedelta(days=7):%Y-%m}")
    expect(page.get_by_role("link", name="University of Texas at Austin").first).to_be_visible()
    page.get_by_role("link", name="In your own calendar").click()
    page.get_by_role("button", name="Make an address and show it").click()
    assert serious_complaints(page) == []
    shown = page.locator("[data-copy*='.ics']").get_attribute("data-copy") or ""
    path = shown.partition("/calendar/")[2]
    fetched = page.request.get(f"{live_server.url}/calendar/{path}")

    assert fetched.headers["content-type"] == "text/calendar; charset=utf-8"
    assert order_of(live_server.engine, texas[0]) in fetched.text()
