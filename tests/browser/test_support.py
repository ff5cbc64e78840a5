"""Support answers a caller from a pasted mail: by keys at a desk in English, by touch on a phone in Dutch."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from rmatrack.db.engine import reading
from rmatrack.db.mail import OutboxMail
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services import people
from tests.browser.accessibility import serious_complaints
from tests.fixtures.app import LiveServer
from tests.inbound.office import Desk, furnish, message
from tests.people import add_person

PASSWORD = "correct horse battery"
PASSWORD_HASH = people.hashed(PASSWORD)

MAIL = """From: Anna de Boer <anna@noordzee.example>
> Hello, which order is SAL18I9S6LU on, and when must it be back?
> We also have FOC9999ZZZZ.
"""

SIZES = {
    "en": {"locale": "en-GB", "viewport": {"width": 1440, "height": 900}},
    "nl": {"locale": "nl-NL", "viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}
WORDS = {
    "en": {
        "email": "E-mail",
        "password": "Password",
        "paste": "Paste a whole mail",
        "written": "(written SAL18I9S6LU)",
        "nowhere": "Led nowhere:",
        "prepare": "Prepare an answer",
        "due": "When must it be back, and why?",
        "subject": "Back by",
        "send": "Send the answer",
        "sent": "goes out in a moment",
        "why": "the sender is not authenticated",
    },
    "nl": {
        "email": "E-mail",
        "password": "Wachtwoord",
        "paste": "Plak een hele mail",
        "written": "(geschreven als SAL18I9S6LU)",
        "nowhere": "Leverde niets op:",
        "prepare": "Antwoord opstellen",
        "due": "Wanneer moet het terug zijn, en waarom?",
        "subject": "Terug vóór of op",
        "send": "Antwoord versturen",
        "sent": "gaat zo de deur uit",
        "why": "de afzender is niet geverifieerd",
    },
}


@pytest.fixture(params=["en", "nl"])
def language(request: pytest.FixtureRequest) -> str:
    """English at a desk, Dutch on a phone."""
    return str(request.param)


@pytest.fixture
def support(browser: Browser, live_server: LiveServer, policy: Policy, language: str) -> Iterator[Page]:
    """Somebody of support, signed in, with orders to be asked about and a mail that waits."""
    furnish(live_server.engine)
    Desk(live_server.engine, policy).take(message("forged-no-results"))
    add_person(live_server.engine, Role.SUPPORT, email="sam@example.com", password_hash=PASSWORD_HASH)
    context = browser.new_context(**SIZES[language])  # type: ignore[arg-type]  # One shape for both.
    page = context.new_page()
    page.goto(f"{live_server.url}/find")
    page.get_by_label(WORDS[language]["email"]).fill("sam@example.com")
    page.get_by_label(WORDS[language]["password"]).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label(WORDS[language]["paste"])).to_be_visible()
    yield page
    context.close()


def test_a_caller_is_answered_from_a_pasted_mail(support: Page, live_server: LiveServer, language: str) -> None:
    page, words = support, WORDS[language]

    page.get_by_label(words["paste"]).fill(MAIL)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(words["written"])).to_be_visible()
    expect(page.get_by_text(words["nowhere"])).to_contain_text("FOC9999ZZZZ")
    assert serious_complaints(page) == []
    page.get_by_role("link", name=words["prepare"]).press("Enter")
    page.get_by_label(words["due"]).check()
    page.get_by_label("Nederlands" if language == "nl" else "English", exact=True).check()
    expect(page.get_by_role("heading", name=words["subject"])).to_be_visible()
    assert serious_complaints(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(words["sent"])).to_be_visible()

    expect(page.get_by_role("heading", name="D4100001", exact=True)).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.locator("#keys [data-own]")).to_contain_text(words["prepare"])
    assert serious_complaints(page) == []
    page.keyboard.press("Escape")
    assert serious_complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    with reading(live_server.engine) as session:
        answer = session.scalars(select(OutboxMail)).one()
        assert (answer.kind, answer.language) == ("answer-due", language)


def test_a_mail_that_waits_is_answered_from_the_queue(support: Page, live_server: LiveServer, language: str) -> None:
    page, words = support, WORDS[language]

    page.goto(f"{live_server.url}/incoming-mail")
    assert serious_complaints(page) == []
    page.locator("a.row-main").first.click()
    expect(page.get_by_text(words["why"])).to_be_visible()
    assert serious_complaints(page) == []
    page.keyboard.press("a")
    page.get_by_role("button", name=words["send"]).click()

    expect(page.get_by_text(words["sent"])).to_be_visible()
    expect(page.locator("a.row-main")).to_have_count(0)


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_the_essentials_of_an_order_stand_on_one_screen(support: Page, live_server: LiveServer) -> None:
    page = support
    page.goto(f"{live_server.url}/orders/D4100001")

    for section in ("units", "clocks", "whose", "mails", "discrepancies"):
        box = page.locator(f"#{section}").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 900
