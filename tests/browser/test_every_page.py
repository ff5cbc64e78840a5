"""Every page, as it is met from the demo: usable by everybody, in light and dark, on a wide screen and a narrow one.

Pages are found by following links from the first page of each role, so that a new page is visited by itself.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from threading import Thread
from zlib import crc32

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from rmatrack import clock
from rmatrack.cli.demo import PEOPLE, lay_out
from rmatrack.cli.demo.partner_stories import SENT_ORDER, SHIPPED_ORDER
from rmatrack.db.consent import ConsentRequest
from rmatrack.db.conversions import Conversion
from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.engine import make_engine, reading, writing
from rmatrack.db.orders import DemoOrder
from rmatrack.db.people import Person
from rmatrack.db.trials import Trial
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.people import PERMISSIONS, Permission, Role
from rmatrack.domain.policy import Policy
from rmatrack.services.links import Links
from rmatrack.web.access import access_of
from rmatrack.web.app import create_app
from tests.browser.accessibility import serious_complaints
from tests.fixtures.app import settings

ROLES = (Role.LOGISTICS, Role.SALES_FULL_ADMIN, Role.TRIALS_TEAM, Role.ADMINISTRATOR, Role.SUPPORT)
SHARES = 3
"""The pages of logistics are so many that several tests share them."""

TOLD_TO_EACH_ROLE = {"dashboard.show", "orders.show", "returning.show", "trials.show", "calendar.show"}
"""Pages that show a partner something else than those inside."""

NO_PAGES = re.compile(
    r"\.(csv|xlsx|pdf|png|jpg|ics|js|json|zpl)$|/static/|/progress$|/hints$|/bell$|/html$|/file$|/region$|/ships-to$|/manifest$|/shift$|/find$"
)
LINK = re.compile(r'\shref="(/[^"#]*)"')
MOST_PAGES = 400
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}
TWICE_AS_LARGE = {"width": 640, "height": 400}
"""What is left of a screen of 1280 pixels at a zoom of 200 %."""

SETTLED = """() => document.fonts.ready.then(
  () => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))); }))"""
"""The page is as it stays: a change of size or theme has reached every colour."""
WIDER_THAN_THE_SCREEN = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > wide + 1)
    .slice(-3).map((one) => `${one.tagName}.${one.className}`);
}"""


class Demo:
    """The demo's example data, served, and the pages that each role can reach."""

    def __init__(self, app: APIFlask, url: str) -> None:
        self.app = app
        self.url = url
        self.engine = app.extensions["rmatrack"].engine

    def sign_in(self, client: FlaskClient, role: Role) -> None:
        with reading(self.engine) as session:
            person = session.scalars(select(Person).filter_by(email=PEOPLE[role][0])).one()
            with client.session_transaction() as cookie:
                cookie["person"], cookie["epoch"] = person.id, person.session_epoch

    def pages(self, role: Role) -> dict[str, str]:
        """Return one address for each page that *role* reaches by following links, by its endpoint."""
        client = self.app.test_client()
        self.sign_in(client, role)
        found: dict[str, str] = {}
        ahead, seen = ["/"], {"/"}
        while ahead and len(seen) < MOST_PAGES:
            address = ahead.pop(0)
            endpoint = self.endpoint(address)
            answer = client.get(address)
            if endpoint is None or answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            found.setdefault(endpoint, address)
            for link in map(unescape, LINK.findall(answer.text)):
                linked = self.endpoint(link)
                if linked and linked not in found and link not in seen and not NO_PAGES.search(link.partition("?")[0]):
                    seen.add(link)
                    ahead.append(link)
        return found

    def link(self, link: Link) -> str:
        """Return the address that a mail has for *link*."""
        return f"/{link.purpose.value}/{Links(self.app.config['SECRET_KEY']).token(link)}"

    def endpoint(self, address: str) -> str | None:
        try:
            endpoint, _arguments = self.app.url_map.bind("localhost").match(address.partition("?")[0])
        except HTTPException:
            return None
        return str(endpoint)

    def context(self, browser: Browser, role: Role) -> BrowserContext:
        client = self.app.test_client()
        self.sign_in(client, role)
        cookie = client.get_cookie("rmatrack")
        assert cookie
        context = browser.new_context(locale="en-GB", viewport=WIDE, reduced_motion="reduce")  # type: ignore[arg-type]  # A size.
        context.add_cookies([{"name": "rmatrack", "value": cookie.value, "url": self.url}])
        return context


@pytest.fixture(scope="module")
def demo(sqlite_template: Path, policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "rmatrack.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{file}")
    lay_out(engine, policy, now=clock.now())
    app = create_app(settings(folder), engine=engine, policy=policy)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Demo(app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()
    engine.dispose()


def is_checked_by(role: Role, endpoint: str, app: APIFlask) -> bool:
    """Say whether *role* is who looks at a page: the first that may, and each where roles see different things."""
    access = access_of(app.view_functions[endpoint])
    assert access
    return endpoint in TOLD_TO_EACH_ROLE or role is next(each for each in ROLES if may(each, access.permission))


def may(role: Role, permission: Permission | None) -> bool:
    return permission is None or permission in PERMISSIONS[role]


@pytest.mark.parametrize(
    ("role", "share", "shares"),
    [*((ROLES[0], share, SHARES) for share in range(SHARES)), *((role, 0, 1) for role in ROLES[1:])],
)
def test_every_page_is_for_everybody(browser: Browser, demo: Demo, role: Role, share: int, shares: int) -> None:
    pages = demo.pages(role)
    mine = [
        (endpoint, address)
        for endpoint, address in pages.items()
        if is_checked_by(role, endpoint, demo.app) and crc32(endpoint.encode()) % shares == share
    ]
    complaints: list[str] = []
    context = demo.context(browser, role)
    page = context.new_page()
    page.on("console", lambda message: note(complaints, page, message))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))

    for endpoint, address in mine:
        complaints += [f"{endpoint} {address}: {complaint}" for complaint in look_at(page, demo.url + address)]

    context.close()
    assert not complaints, "\n".join(complaints)
    assert mine


def test_every_page_behind_a_signed_link_is_for_everybody(browser: Browser, demo: Demo) -> None:
    complaints: list[str] = []
    context = browser.new_context(locale="nl-NL", viewport=WIDE, reduced_motion="reduce")  # type: ignore[arg-type]  # A size.
    page = context.new_page()
    page.on("console", lambda message: note(complaints, page, message))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))

    addresses = list(linked_pages(demo))
    for address in addresses:
        complaints += [f"{address}: {complaint}" for complaint in look_at(page, demo.url + address)]

    context.close()
    assert not complaints, "\n".join(complaints)
    assert {demo.endpoint(address) for address in addresses} == {
        "answering.show",
        "answering.labels",
        "consent.show",
        "set_up_service.show",
        "status.interest",
        "status.show",
    }


def linked_pages(demo: Demo) -> Iterator[str]:
    """Yield the addresses of the pages that mails lead to, an answer given and a paid order placed before."""
    with writing(demo.engine) as session:
        order = session.scalars(select(DemoOrder).filter_by(number=SHIPPED_ORDER)).one()
        abroad = session.scalars(select(DemoOrder).filter_by(number=SENT_ORDER)).one()
        request = session.scalars(select(ConsentRequest)).one()
        administrators = {
            one.customer_id: one.id for one in session.scalars(select(CustomerAdministrator).filter_by(full=True))
        }
        asked = session.get_one(Trial, request.trial_id)
        conversion = Conversion(
            trial_id=order.trial_id,
            order_number="W10045678",
            services="messaging",
            lost="",
            contact="partner",
            contact_email="ada@partner.example",
            contact_name="Ada",
            created_at=clock.now(),
        )
        session.add(conversion)
        session.flush()
    tried = conversion.trial_id
    whose, last_on = administrators[order.customer_id], clock.now().date() + timedelta(days=30)
    label = demo.link(Link(LinkPurpose.RETURN_LABEL, order.id, whose, last_on))
    yield from (label, label_given(demo, label))
    yield from (
        demo.link(Link(purpose, abroad.id, administrators[abroad.customer_id], last_on))
        for purpose in (LinkPurpose.RETURN_SENT, LinkPurpose.RETURN_LABEL, LinkPurpose.RETURN_LOST)
    )
    yield demo.link(Link(LinkPurpose.CONSENT, request.id, administrators[asked.customer_id], request.last_on))
    yield demo.link(Link(LinkPurpose.SET_UP, conversion.id, None, last_on))
    yield demo.link(Link(LinkPurpose.STATUS, tried, whose, last_on))
    yield demo.link(Link(LinkPurpose.INTEREST, tried, whose, last_on))


def label_given(demo: Demo, address: str) -> str:
    """Ask for labels by a link, and return the address of the page that has them."""
    client = demo.app.test_client()
    units = re.findall(r'name="units" value="(\d+)"', client.get(address).text)
    given = client.post(address, data={"units": units})
    assert given.status_code == 302
    return given.location


def note(complaints: list[str], page: Page, message: ConsoleMessage) -> None:
    if message.type == "error":
        complaints.append(f"{page.url}: {message.text}")


def look_at(page: Page, address: str) -> Iterator[str]:
    """Yield what is wrong with a page: wide and light, at 200 % zoom, narrow and dark."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # A size.
    page.goto(address)
    page.evaluate(SETTLED)
    yield from serious_complaints(page)
    page.set_viewport_size(TWICE_AS_LARGE)  # type: ignore[arg-type]  # A size.
    yield from (f"at 200 % wider than the screen: {place}" for place in page.evaluate(WIDER_THAN_THE_SCREEN))
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # A size.
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)
    yield from (f"at 320 pixels wider than the screen: {place}" for place in page.evaluate(WIDER_THAN_THE_SCREEN))
    yield from (f"narrow and dark: {complaint}" for complaint in serious_complaints(page))
