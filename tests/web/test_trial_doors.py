"""The three doors by which a trial is started on pages, each as one story; and what is refused on the way."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from rmatrack.db.consent_questions import request_of_trial
from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.parcels import ParcelRequest
from rmatrack.db.people import Partner
from rmatrack.db.trial_drafts import TrialDraft
from rmatrack.db.trials import Trial
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.people import Role
from rmatrack.services.links import Links
from tests.fixtures.pages import SignIn
from tests.trials import trying

HERE = re.compile(r"/trials/start/[0-9]+")
MAIN = re.compile(r"<main.*</main>", re.DOTALL)

COMPANY = {"company": "Hogeschool Utrecht", "email": "beheer@hu.example", "vertical": "education"}
PLACE = {"country": "NL", "location_confirmed": "y"}
AMOUNTS = {"duration_days": "60", "licences": "100", "registrations": "5"}
ADDRESS = {
    "country": "NL",
    "recipient": "Wim Jansen",
    "phone": "+31 30 123 4567",
    "address_1": "Padualaan 97",
    "postal_code": "3584 CH",
    "city": "Utrecht",
}


class Wizard:
    """Somebody who answers one page after the other."""

    def __init__(self, client: FlaskClient, door: str, **known: str) -> None:
        self.client = client
        self.at = client.post("/trials/start", data={"door": door, **known}).location
        self.draft = HERE.match(self.at)[0]  # type: ignore[index]  # It leads to a page of the draft.

    @property
    def step(self) -> str:
        return self.at.partition("?")[0].rpartition("/")[2]

    def page(self) -> str:
        return self.client.get(self.at).text

    def say(self, **answers: object) -> TestResponse:
        """Answer the page one is at, and follow where it leads."""
        answer = self.client.post(self.at, data=answers)
        if answer.status_code == 302:
            self.at = answer.location
        return answer


@pytest.fixture
def seller(signed_in: SignIn) -> None:
    signed_in(Role.SALES_ADMIN)


def test_a_new_customer_is_started_with_devices_page_by_page(client: FlaskClient, seller: None, engine: Engine) -> None:
    wizard = Wizard(client, "new")
    assert (wizard.step, "Who is the customer?" in wizard.page()) == ("company", True)

    wizard.say(**COMPANY)
    assert "European Union" in client.get("/trials/start/region?country=NL").text
    wizard.say(**PLACE)
    wizard.say(services=["meetings", "devices"])
    wizard.say(**AMOUNTS)
    wizard.say(edition="enterprise", site_url="hu.webex.com", site_zone="Europe/Amsterdam")
    wizard.say(no_devices_because="ship")
    assert "3 at most" in wizard.page()
    wizard.say(**{"models-CS-KIT-K9": "2"})
    wizard.say(**ADDRESS)
    check = wizard.page()
    done = wizard.say()

    for said in ("Hogeschool Utrecht", "European Union", "Meetings, Webex Devices", "60 days", "hu.webex.com", "2 ×"):
        assert said in check
    assert "runs through 21 Jan 2027" in check
    assert done.location == f"/trials/{trial_id(engine)}/started"
    assert "Set up now" in client.get(done.location).text
    with reading(engine) as session:
        trial = session.scalars(select(Trial)).one()
        assert (trial.status, trial.expires_on, trial.site_url) == ("active", date(2027, 1, 21), "hu.webex.com")
        assert session.scalars(select(ParcelRequest.city)).all() == ["Utrecht"]
    assert "Hogeschool Utrecht" in client.get("/trials").text


def test_a_trial_is_started_once_however_often_the_button_is_pressed(
    client: FlaskClient, seller: None, engine: Engine
) -> None:
    wizard = Wizard(client, "new")
    for answers in (COMPANY, PLACE, {"services": "messaging"}, AMOUNTS):
        wizard.say(**answers)
    check = wizard.at

    wizard.say()
    again = client.post(check)

    started = f"/trials/{trial_id(engine)}/started"
    assert again.location == started
    assert client.get(f"{wizard.draft}/company").location == started
    with reading(engine) as session:
        assert len(session.scalars(select(Trial)).all()) == 1
        assert session.scalars(select(TrialDraft.answers)).all() == [{}]


def test_what_was_typed_is_there_again_after_going_back_and_signing_in_later(client: FlaskClient, seller: None) -> None:
    wizard = Wizard(client, "new")
    wizard.say(**COMPANY)
    wizard.say(country="NL")

    back = client.get(f"{wizard.draft}/company").text
    place = client.get(f"{wizard.draft}/place").text
    first = client.get("/trials/start").text

    assert 'value="Hogeschool Utrecht"' in back
    assert '<option selected value="NL">' in place
    assert "Hogeschool Utrecht" in first


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(client: FlaskClient, seller: None) -> None:
    wizard = Wizard(client, "new")

    refused = wizard.say(company="Hogeschool Utrecht", email="beheer at hu", vertical="education")
    empty = Wizard(client, "new").say()

    assert refused.status_code == 422
    assert "beheer at hu is not an e-mail address. Write it as name@company.example." in refused.text
    assert 'value="Hogeschool Utrecht"' in refused.text
    for label in ("Company name", "Administrator&#39;s e-mail", "Line of business"):
        assert f"{label} is missing. Fill it in." in empty.text


def test_a_later_page_waits_until_the_one_before_is_answered(client: FlaskClient, seller: None) -> None:
    wizard = Wizard(client, "new")

    ahead = client.get(f"{wizard.draft}/services")

    assert ahead.location == f"{wizard.draft}/company"
    assert client.get(f"{wizard.draft}/organisation").status_code == 404


def test_the_partners_own_organisation_is_pointed_to_a_cuwp_order(client: FlaskClient, seller: None) -> None:
    refused = Wizard(client, "new").say(company="noordzee  networks", email="a@b.example", vertical="education")

    assert refused.status_code == 409
    assert "Place a CUWP order in Cisco Commerce Workspace instead." in refused.text


def test_an_unsupported_location_goes_no_further(client: FlaskClient, seller: None) -> None:
    wizard = Wizard(client, "new")
    wizard.say(**COMPANY)

    refused = wizard.say(country="NL")

    assert wizard.step == "place"
    assert "Confirm that the customer is in a supported location." in refused.text


def test_an_address_that_administers_an_organisation_leads_to_the_other_door(
    client: FlaskClient, seller: None, engine: Engine
) -> None:
    with writing(engine) as session:
        trying.customer(session)
    refused = Wizard(client, "new").say(**{**COMPANY, "email": "admin1@customer.example"})

    other = Wizard(client, "existing", email="admin1@customer.example")

    assert "Ask the existing organisation for its consent" in refused.text
    assert 'value="admin1@customer.example"' in other.page()


def test_limits_of_devices_are_said_at_their_page(client: FlaskClient, seller: None) -> None:
    wizard = Wizard(client, "new")
    for answers in (COMPANY, PLACE, {"services": "devices"}, AMOUNTS, {"no_devices_because": "ship"}):
        wizard.say(**answers)

    many = wizard.say(**{"models-CS-KIT-K9": "4"})
    nowhere = wizard.say(**{"models-CS-KIT-K9": "0"})

    assert wizard.step == "models"
    assert "an order holds 3 at most" in many.text
    assert "Choose at least one device." in nowhere.text
    assert "Netherlands" in client.get("/trials/start/ships-to?models-CS-KIT-K9=1").text


def test_an_existing_organisation_is_asked_accepts_by_its_link_and_is_provisioned(
    client: FlaskClient, seller: None, engine: Engine
) -> None:
    with writing(engine) as session:
        trying.customer(session)
    wizard = Wizard(client, "existing")
    wizard.say(email="admin1@customer.example")
    assert "Universiteit Twente" in wizard.page()
    wizard.say(organisation_confirmed="y")
    wizard.say(services="calling")
    wizard.say(**AMOUNTS)
    assert "accept by 22 Dec" in wizard.page()
    done = wizard.say()
    assert "Consent is asked" in client.get(done.location).text

    link, page = consent_address(client, engine), f"/trials/{trial_id(engine)}"
    looked = client.get(link)
    client.get(link)
    status_after_looking = status(engine)
    client.post(link, data={"answer": "accepted"})

    assert "Noordzee Networks asks for your consent" in looked.text
    assert status_after_looking == "pending-consent"
    assert status(engine) == "pending-provisioning"
    assert "Accepted." in client.get(link).text
    assert "Give the last details" in client.get(page).text
    started = client.post(f"{page}/details", data={"duration_days": "30", "licences": "50"})
    assert started.location == f"{page}/started"
    assert status(engine) == "active"


def test_a_request_is_sent_again_and_withdrawn(client: FlaskClient, seller: None, engine: Engine) -> None:
    with writing(engine) as session:
        trying.customer(session)
    wizard = Wizard(client, "existing")
    for answers in (
        {"email": "admin1@customer.example"},
        {"organisation_confirmed": "y"},
        {"services": "calling"},
        AMOUNTS,
        {},
    ):
        wizard.say(**answers)
    link, page = consent_address(client, engine), f"/trials/{trial_id(engine)}"

    again = client.post(f"{page}/resend", follow_redirects=True)
    asked = client.get(f"{page}/withdraw")
    gone = client.post(f"{page}/withdraw", follow_redirects=True)

    assert "The last day to accept stays 22 Dec." in again.text
    assert "Withdraw the request?" in asked.text
    assert "is withdrawn" in gone.text
    assert "Accept the trial" not in client.get(link).text
    assert client.post(link, data={"answer": "accepted"}).status_code == 409
    assert status(engine) == "withdrawn"


def test_a_paying_customer_gets_a_trial_of_what_it_has_not_bought(
    client: FlaskClient, seller: None, engine: Engine
) -> None:
    with writing(engine) as session:
        noordzee = session.scalars(select(Partner)).one()
        customer_id = trying.customer(session, of=noordzee, bought=["Webex Meetings"]).id
    wizard = Wizard(client, "paying", customer_id=str(customer_id))
    assert wizard.step == "services"
    assert "Bought, managed by the vendor" in wizard.page()

    bought = wizard.say(services="meetings")
    wizard.say(services="calling")
    wizard.say(**AMOUNTS)
    wizard.say()

    assert "This customer has bought Meetings." in bought.text
    assert status(engine) == "active"
    page = client.get(f"/customers/{customer_id}").text
    assert "managed by Noordzee Networks" in page
    assert "Add a trial" in page


def test_who_may_not_start_trials_is_told_why(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    user = client.get("/trials/start").text
    signed_in(Role.SALES_ADMIN, email="sales@example.com")
    with writing(engine) as session:
        session.scalars(select(Partner)).one().certified = False
    uncertified = client.get("/trials/start").text

    assert "Only a sales administrator of a partner can start and manage trials." in user
    assert "Noordzee Networks is not a certified partner" in uncertified
    assert 'name="door"' not in user + uncertified


def test_a_draft_is_its_owners(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SALES_ADMIN)
    wizard = Wizard(client, "new")
    wizard.say(**COMPANY)
    signed_in(Role.SALES_FULL_ADMIN, email="colleague@example.com")

    assert client.get(f"{wizard.draft}/company").status_code == 404
    assert client.post(f"{wizard.draft}/drop").status_code == 404
    assert "Hogeschool" not in client.get("/trials/start").text


def consent_address(client: FlaskClient, engine: Engine) -> str:
    """The address in the full administrator's mail."""
    with reading(engine) as session:
        request = request_of_trial(session, session.scalars(select(Trial.id)).one())
        full = session.scalars(select(CustomerAdministrator).where(CustomerAdministrator.full)).one()
        assert request
        link = Link(LinkPurpose.CONSENT, request.id, full.id, request.last_on)
    return f"/consent/{Links(client.application.config['SECRET_KEY']).token(link)}"


def status(engine: Engine) -> str:
    with reading(engine) as session:
        return session.scalars(select(Trial.status)).one()


def trial_id(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalars(select(Trial.id)).one()
