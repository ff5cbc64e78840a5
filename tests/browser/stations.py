"""The page of a scan station, and the gun in front of it."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.orders import Unit
from rmatrack.db.people import Person
from rmatrack.db.receiving import Scan
from rmatrack.domain.people import Role
from rmatrack.services import people
from tests.fixtures.app import LiveServer
from tests.people import add_person
from tests.receiving.shipments import make_order

PASSWORD = "correct horse battery"
PASSWORD_HASH = people.hashed(PASSWORD)


class Station:
    """A station that is open in *page*; the network can be cut in its *context*."""

    def __init__(self, page: Page, server: LiveServer, rma: str) -> None:
        self.page, self.server, self.rma = page, server, rma

    def gun(self, raw: str, end: str = "Enter") -> None:
        self.page.keyboard.type(raw)
        self.page.keyboard.press(end)

    def says(self, title: str) -> None:
        expect(self.page.locator(".answer-title")).to_have_text(title)

    def is_ready(self) -> None:
        expect(self.page.locator("#gun")).to_be_focused()

    def is_loaded(self) -> None:
        """The manifest is here, and the page and its files are kept."""
        expect(self.page.locator("#station")).to_have_attribute("data-ready", "yes")
        expect(self.page.locator("#station")).to_have_attribute("data-manifest-state", "ready")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def chip_says(self, text: str) -> None:
        expect(self.page.locator("#connection")).to_have_text(text)

    def count_of(self, figure: str, number: int) -> None:
        expect(self.page.locator(f'[data-figure="{figure}"]')).to_have_text(str(number))

    def status_of(self, serial: str) -> str | None:
        with reading(self.server.engine) as session:
            return session.scalar(select(Unit.status).where(Unit.serial_key == serial))

    def recorded(self) -> int | None:
        with reading(self.server.engine) as session:
            return session.scalar(select(func.count()).select_from(Scan))

    def scans(self) -> Sequence[Any]:
        """Every scan that the server has, by its own time."""
        with reading(self.server.engine) as session:
            return session.execute(
                select(Scan.id, Scan.raw, Scan.scanned_at, Scan.recorded_at, Scan.outcome).order_by(Scan.scanned_at)
            ).all()


def ship(server: LiveServer, orders: dict[str, Sequence[str]]) -> list[str]:
    """Ship each order with its serials; return their RMA numbers."""
    with writing(server.engine) as session:
        return [make_order(session, number, serials).number for number, serials in orders.items()]


def add_dana(server: LiveServer) -> None:
    add_person(server.engine, Role.LOGISTICS, email="dana@example.com", password_hash=PASSWORD_HASH)


def sign_in(page: Page) -> None:
    page.locator("input[name=email]").fill("dana@example.com")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def let_dana_in(context: BrowserContext, server: LiveServer) -> None:
    """Give a browser the cookie that signing in would give it, without the slow hash of her password."""
    with reading(server.engine) as session:
        dana = session.scalars(select(Person).where(Person.email == "dana@example.com")).one()
    client = server.app.test_client()
    with client.session_transaction() as kept:
        kept["person"], kept["epoch"] = dana.id, dana.session_epoch
    cookie = client.get_cookie("rmatrack")
    assert cookie
    context.add_cookies([{"name": "rmatrack", "value": cookie.value, "url": server.url}])


def open_station(context: BrowserContext, server: LiveServer, rma: str, name: str = "dock-1") -> Station:
    """A station that Dana has just opened in a browser of its own."""
    let_dana_in(context, server)
    page = context.new_page()
    page.add_init_script(f"localStorage.getItem('scan station') ?? localStorage.setItem('scan station', {name!r})")
    page.goto(f"{server.url}/scan")
    station = Station(page, server, rma)
    station.is_ready()
    station.is_loaded()
    return station
