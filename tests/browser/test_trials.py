"""Starting a trial in a browser: by keys alone, with nothing lost, in both languages; consent and managing too."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from rmatrack import clock
from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.people import Person
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services import people
from rmatrack.services.links import Links
from rmatrack.services.starting import request_for_existing_customer, start_for_new_customer
from tests.browser.accessibility import serious_complaints
from tests.fixtures.app import LiveServer
from tests.people import add_person
from tests.trials import trying

PASSWORD = "correct horse battery"
PASSWORD_HASH = people.hashed(PASSWORD)


@pytest.fixture
def seller(page: Page, live_server: LiveServer) -> Page:
    """A sales administrator, signed in, at the question by which door."""
    add_person(live_server.engine, Role.SALES_ADMIN, email="ada@example.com", password_hash=PASSWORD_HASH)
    page.goto(f"{live_server.url}/trials/start")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Start a trial", exact=True)).to_be_visible()
    return page


def asked(page: Page, question: str) -> None:
    """The page asks *question*, and everybody can use it."""
    expect(page.get_by_role("heading", name=question)).to_be_visible()
    assert serious_complaints(page) == []


def test_a_trial_is_started_by_keys_alone(seller: Page) -> None:
    page = seller
    page.get_by_role("button", name="A new customer").focus()
    page.keyboard.press("Enter")
    asked(page, "Who is the customer?")

    page.get_by_label("Company name").focus()
    for typed in ("Hogeschool Utrecht", "beheer@hu.example", "Femke de Vries"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.type("Educ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    asked(page, "Where is the customer?")
    page.get_by_label("Country").focus()
    page.keyboard.type("Netherlands")
    page.keyboard.press("Tab")
    expect(page.get_by_text("European Union")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    asked(page, "Which services?")
    page.get_by_label("Messaging").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    asked(page, "How many, and how long?")
    page.get_by_label("30 days", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    asked(page, "Check your answers")
    expect(page.get_by_text("60 days")).to_be_visible()
    page.get_by_role("button", name="Start the trial").focus()
    page.keyboard.press("Enter")

    asked(page, "The trial runs")
    expect(page.get_by_role("link", name="Set up now")).to_be_visible()


def test_what_is_typed_survives_reload_and_a_lost_connection(seller: Page, context: BrowserContext) -> None:
    page = seller
    page.get_by_role("button", name="A new customer").click()
    page.get_by_label("Company name").fill("Hogeschool Utrecht")
    page.get_by_label("Line of business").select_option(index=3)

    page.reload()
    expect(page.get_by_label("Company name")).to_have_value("Hogeschool Utrecht")
    chosen = page.get_by_label("Line of business").input_value()
    page.get_by_label("Administrator's e-mail").fill("beheer@hu.example")
    context.set_offline(True)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("There is no connection.")).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("There is no connection.")).to_be_hidden()
    page.reload()

    expect(page.get_by_label("Administrator's e-mail")).to_have_value("beheer@hu.example")
    expect(page.get_by_label("Line of business")).to_have_value(chosen)
    page.get_by_role("button", name="Continue").click()
    asked(page, "Where is the customer?")
    page.go_back()
    expect(page.get_by_label("Company name")).to_have_value("Hogeschool Utrecht")


def test_devices_show_where_they_ship_while_they_are_chosen(seller: Page) -> None:
    page = seller
    page.get_by_role("button", name="A new customer").click()
    page.get_by_label("Company name").fill("Hogeschool Utrecht")
    page.get_by_label("Administrator's e-mail").fill("beheer@hu.example")
    page.get_by_label("Line of business").select_option(index=1)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Country").select_option("NL")
    page.get_by_label("I confirm").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Webex Devices").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("30 days", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Ship devices with this trial").check()
    page.get_by_role("button", name="Continue").click()
    asked(page, "Which devices?")

    page.locator("#models-CS-KIT-K9").fill("1")
    page.locator("#models-CP-8865-K9").fill("1")
    page.keyboard.press("Tab")

    expect(page.get_by_text("Together these ship to 3 countries:")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    asked(page, "Where do the devices go?")
    assert page.get_by_label("Country").locator("option").all_text_contents() == [
        "",
        "Canada",
        "Puerto Rico",
        "United States",
    ]


@pytest.mark.parametrize(("language", "scheme"), [("en-GB", "light"), ("nl-NL", "dark")])
def test_consent_is_given_from_a_phone_without_an_account(
    live_server: LiveServer, context: BrowserContext, policy: Policy, language: str, scheme: str
) -> None:
    browser = context.browser
    assert browser
    phone = browser.new_context(
        locale=language,
        color_scheme=scheme,  # type: ignore[arg-type]  # One of its words.
        viewport={"width": 390, "height": 844},
    )
    page = phone.new_page()
    page.goto(f"{live_server.url}{consent_address(live_server, policy)}")

    assert serious_complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.locator("button[value=accepted]").click()

    expect(page.locator(".notice-good")).to_be_visible()
    assert serious_complaints(page) == []
    phone.close()


def test_the_pages_of_a_trial_can_be_used_by_everybody(seller: Page, live_server: LiveServer, policy: Policy) -> None:
    with writing(live_server.engine) as session:
        by = people.actor_of(session.scalars(select(Person)).one())
        start_for_new_customer(session, trying.company(), trying.details(), policy=policy, by=by, now=clock.now())

    for path in (
        "/trials",
        "/trials/1",
        "/trials/1/started",
        "/trials/1/extend",
        "/trials/1/services",
        "/trials/1/convert",
        "/trials/1/cancel",
        "/trials/1/set-up",
        "/customers/1",
        "/extensions",
    ):
        seller.goto(f"{live_server.url}{path}")
        assert serious_complaints(seller) == [], path


def consent_address(live_server: LiveServer, policy: Policy) -> str:
    """The address in a full administrator's mail."""
    engine, now = live_server.engine, clock.now()
    with writing(engine) as session:
        trying.customer(session)
        by = trying.seller(session, trying.partner(session))
        standing = request_for_existing_customer(
            session,
            "admin1@customer.example",
            trying.details(trying.CALLING),
            organisation_confirmed=True,
            policy=policy,
            by=by,
            now=now,
        )
        last_on = standing.consent_ends_on
    with reading(engine) as session:
        full = session.scalars(select(CustomerAdministrator.id).where(CustomerAdministrator.full)).one()
    link = Link(LinkPurpose.CONSENT, 1, full, last_on)
    return f"/consent/{Links(live_server.app.config['SECRET_KEY']).token(link)}"
