"""Managing trials on pages: each step shows its effect, then is done once; what others see of it."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.conversions import Conversion
from rmatrack.db.customer_users import CustomerUser
from rmatrack.db.customers import CustomerAdministrator, SalesRelationship
from rmatrack.db.engine import reading, writing
from rmatrack.db.extensions import ExtensionRequest
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner, Person
from rmatrack.db.trials import Trial
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.trial_services import Service
from rmatrack.services.links import Links
from rmatrack.services.people import actor_of
from rmatrack.services.starting import start_for_new_customer
from tests.fixtures.app import NOON, Clock
from tests.fixtures.pages import SignIn
from tests.queries import count_queries
from tests.trials import trying
from tests.web.shipments import ship

TODAY = NOON.date()


@pytest.fixture
def seller(signed_in: SignIn) -> Person:
    return signed_in(Role.SALES_ADMIN)


def start(
    engine: Engine,
    policy: Policy,
    seller: Person,
    name: str = "TU Delft",
    services: frozenset[Service] = trying.MESSAGING,
    *,
    ago: int = 0,
    days: int = 90,
) -> int:
    """A trial that *seller* started some days ago."""
    with writing(engine) as session:
        standing = start_for_new_customer(
            session,
            trying.company(name, f"admin@{name.replace(' ', '').lower()}.example"),
            trying.details(services, duration_days=days),
            policy=policy,
            by=actor_of(session.get_one(Person, seller.id)),
            now=NOON - timedelta(days=ago),
        )
        return standing.trial.id


def ship_to(engine: Engine, trial_id: int, customer: str = "TU Delft") -> None:
    ship(engine, "D4100001", eula_expires_on=date(2026, 12, 12), customer=customer)
    with writing(engine) as session:
        session.scalars(select(DemoOrder)).one().trial_id = trial_id


def trial(engine: Engine, trial_id: int) -> Trial:
    with reading(engine) as session:
        return session.get_one(Trial, trial_id)


def token(client: FlaskClient, engine: Engine, purpose: LinkPurpose, subject_id: int) -> str:
    with reading(engine) as session:
        administrator = session.scalars(select(CustomerAdministrator.id)).first()
    link = Link(purpose, subject_id, administrator, TODAY + timedelta(days=90))
    return Links(client.application.config["SECRET_KEY"]).token(link)


def test_extending_65_days_to_30_is_warned_of_and_confirmed(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy
) -> None:
    trial_id = start(engine, policy, seller, ago=25)
    ship_to(engine, trial_id)

    asked = client.get(f"/trials/{trial_id}/extend").text
    unconfirmed = client.post(f"/trials/{trial_id}/extend")
    before = trial(engine, trial_id).expires_on
    done = client.post(f"/trials/{trial_id}/extend", data={"confirm_shorter": "y"}, follow_redirects=True)

    assert "This would take 35 days away." in asked
    assert "Extending the trial moves no device" in asked
    assert unconfirmed.status_code == 409
    assert before == TODAY + timedelta(days=65)
    assert trial(engine, trial_id).expires_on == TODAY + timedelta(days=30)
    assert "now runs through 22 Dec" in done.text
    with reading(engine) as session:
        assert session.scalars(select(Unit.eula_expires_on)).all() == [date(2026, 12, 12)]


def test_services_are_added_and_taken_off(client: FlaskClient, seller: Person, engine: Engine, policy: Policy) -> None:
    trial_id = start(engine, policy, seller)

    client.post(f"/trials/{trial_id}/services", data={"services": ["calling"], "licences": "20"})
    refused = client.post(f"/trials/{trial_id}/services", data={"services": ["calling"], "licences": "5000"})

    assert "Choose a number of licences from 1 to 1,000." in refused.text
    page = client.get(f"/trials/{trial_id}").text
    assert "<li>Calling</li>" in page
    assert "<li>Messaging</li>" not in page


def test_converting_lists_what_would_be_lost_before_it_is_confirmed(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy
) -> None:
    with writing(engine) as session:
        session.scalars(select(Partner)).one().tier = 1
    trial_id = start(engine, policy, seller, services=trying.MESSAGING | trying.CALLING)
    ship_to(engine, trial_id)
    order = {"order_number": "CCW-4711", "services": ["calling"], "contact": "partner"}

    shown = client.post(f"/trials/{trial_id}/convert", data=order).text
    before = trial(engine, trial_id).status
    done = client.post(f"/trials/{trial_id}/convert", data={**order, "confirmed": "yes"}, follow_redirects=True)

    assert "Would be lost" in shown
    assert "Messaging" in shown
    assert "Trial devices are never converted." in shown
    assert before == "active"
    assert trial(engine, trial_id).status == "converted"
    assert "CCW-4711" in done.text


def test_a_tier_2_partner_is_told_to_go_through_its_distributor(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy
) -> None:
    trial_id = start(engine, policy, seller)

    page = client.get(f"/trials/{trial_id}/convert").text
    refused = client.post(
        f"/trials/{trial_id}/convert", data={"order_number": "1", "services": ["messaging"], "contact": "partner"}
    )

    assert "Your organisation orders through a distributor." in page
    assert refused.status_code == 409
    assert 'id="distributor"' in refused.text


def test_the_order_is_set_up_by_its_link_with_exactly_the_administrators_address(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy
) -> None:
    trial_id = start(engine, policy, seller)
    order = {"order_number": "1", "distributor": "Also", "services": ["messaging"], "contact": "customer"}
    client.post(f"/trials/{trial_id}/convert", data={**order, "confirmed": "yes"})
    link = f"/set-up/{token(client, engine, LinkPurpose.SET_UP, 1)}"
    said = {"as_contact": "customer", "email": "someone@else.example", "data_checked": "y"}

    wrong = client.post(link, data=said)
    client.post(link, data={**said, "email": "admin@tudelft.example"})

    assert "Enter exactly that one" in wrong.text
    assert "The services are set up." in client.get(link).text
    with reading(engine) as session:
        assert session.scalars(select(Conversion.set_up_as)).one() == "customer"


def test_cancelling_asks_first_and_leaves_devices_due(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy
) -> None:
    trial_id = start(engine, policy, seller)
    ship_to(engine, trial_id)

    asked = client.get(f"/trials/{trial_id}/cancel").text
    before = trial(engine, trial_id).status
    client.post(f"/trials/{trial_id}/cancel")

    assert "Cancelling the trial closes no return." in asked
    assert "is due back on 26 Dec, as before." in asked
    assert (before, trial(engine, trial_id).status) == ("active", "cancelled")
    assert "TU Delft" in client.get("/trials").text


def test_the_list_says_what_expires_and_whom_to_call(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy
) -> None:
    start(engine, policy, seller, "TU Delft", ago=30, days=30)
    start(engine, policy, seller, "Gemeente Leiden", ago=35, days=30)
    start(engine, policy, seller, "Rijksmuseum")

    everything = client.get("/trials").text
    expiring = client.get("/trials?state=expiring").text
    named = client.get("/trials?text=leiden").text
    file = client.get("/trials/export.csv").text
    with client.get("/trials/export.xlsx") as workbook:
        kind = workbook.mimetype

    assert "expires today" in everything
    assert "expired 5 days ago" in everything
    assert "admin@tudelft.example" in everything
    assert everything.index("Gemeente Leiden") < everything.index("TU Delft") < everything.index("Rijksmuseum")
    assert "TU Delft" in expiring
    assert "Rijksmuseum" not in expiring + named
    assert file.count("\r\n") == 4
    assert kind == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_the_list_asks_the_same_number_of_questions_however_long(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy
) -> None:
    start(engine, policy, seller)
    with count_queries(engine) as few:
        client.get("/trials")
    for number in range(8):
        start(engine, policy, seller, f"Customer {number}")

    with count_queries(engine) as many:
        client.get("/trials")

    assert len(many) == len(few)


def test_a_colleagues_trial_is_seen_and_not_managed(
    client: FlaskClient, signed_in: SignIn, engine: Engine, policy: Policy
) -> None:
    trial_id = start(engine, policy, signed_in(Role.SALES_ADMIN))
    signed_in(Role.SALES_ADMIN, email="colleague@example.com")

    page = client.get(f"/trials/{trial_id}").text
    extend = client.get(f"/trials/{trial_id}/extend")
    signed_in(Role.SALES_FULL_ADMIN, email="full@example.com")

    assert "Cancel the trial" not in page
    assert extend.status_code == 403
    assert "A colleague started this trial." in extend.text
    assert client.get(f"/trials/{trial_id}/extend").status_code == 200


def test_grace_says_what_is_final_and_afterwards_nothing_can_be_done(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy, clock: Clock
) -> None:
    trial_id = start(engine, policy, seller, ago=40, days=30)

    grace = client.get(f"/trials/{trial_id}").text
    clock.advance(days=21)
    over = client.get(f"/trials/{trial_id}").text
    extend = client.get(f"/trials/{trial_id}/extend")

    assert "Grace runs through 12 Dec, in 20 days." in grace
    assert "cannot be restored" in grace
    assert "Grace ended on 12 Dec." in over
    assert extend.status_code == 409
    assert "none of that can be restored" in extend.text


def test_a_customer_is_set_up_and_its_users_changed(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy
) -> None:
    trial_id = start(engine, policy, seller, services=trying.CALLING)
    one = {"users-0-name": "Femke", "users-0-email": "femke@tudelft.example", "users-0-licences": "calling"}

    client.post(f"/trials/{trial_id}/set-up", data={**one, "users-0-number": "+31152789111", "language": "nl"})
    wrong = client.post(f"/trials/{trial_id}/set-up", data={**one, "users-0-email": "femke"})
    more = client.post(f"/trials/{trial_id}/set-up", data={**one, "more": "yes"})

    assert "femke is not an e-mail address." in wrong.text
    assert "users-4-name" in more.text
    with reading(engine) as session:
        assert session.scalars(select(CustomerUser.email)).all() == ["femke@tudelft.example"]
    assert "femke@tudelft.example" in client.get(f"/trials/{trial_id}/set-up").text


def test_interest_in_buying_takes_a_button_and_shows_at_the_trial(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy
) -> None:
    trial_id = start(engine, policy, seller)
    status = client.get(f"/status/{token(client, engine, LinkPurpose.STATUS, trial_id)}").text
    link = f"/interest/{token(client, engine, LinkPurpose.INTEREST, trial_id)}"

    client.get(link)
    before = trial(engine, trial_id).interest_at
    told = client.post(link, follow_redirects=True).text

    assert "Your trial with Noordzee Networks" in status
    assert before is None
    assert "Noordzee Networks knows." in told
    assert "The customer is interested in buying." in client.get(f"/trials/{trial_id}").text
    assert "interested in buying" in client.get("/trials?state=interested").text


def test_a_link_is_good_for_one_purpose_and_one_time_only(
    client: FlaskClient, seller: Person, engine: Engine, policy: Policy, clock: Clock
) -> None:
    trial_id = start(engine, policy, seller)
    status = token(client, engine, LinkPurpose.STATUS, trial_id)

    elsewhere = client.get(f"/interest/{status}")
    cut_off = client.get(f"/status/{status[:-3]}")
    clock.advance(days=100)
    late = client.get(f"/status/{status}")

    assert elsewhere.status_code == cut_off.status_code == late.status_code == 404
    assert "This link is not complete." in elsewhere.text
    assert "This link has expired." in late.text


def test_an_extension_is_asked_with_its_effect_and_decided_by_the_trials_team(
    client: FlaskClient, signed_in: SignIn, engine: Engine, policy: Policy
) -> None:
    trial_id = start(engine, policy, signed_in(Role.SALES_ADMIN))
    ship_to(engine, trial_id)
    asked = {"units": "1", "to_on": "2026-12-28", "reason": "The pilot runs on"}

    shown = client.post("/extensions/ask/D4100001", data=asked).text
    late = client.post("/extensions/ask/D4100001", data={**asked, "to_on": "2027-06-01"})
    client.post("/extensions/ask/D4100001", data={**asked, "confirmed": "yes"})
    own = client.post("/extensions/1/approve")
    signed_in(Role.TRIALS_TEAM)
    queue = client.get("/extensions").text
    page = client.get("/extensions/1").text
    client.post("/extensions/1/approve")

    assert "return due 26 Dec → 11 Jan 2027" in shown
    assert "through 30 Dec. Ask for that day at most." in late.text
    assert own.status_code == 403
    assert "D4100001" in queue
    assert "Approve the extension" in page
    with reading(engine) as session:
        assert session.scalars(select(ExtensionRequest.state)).one() == "approved"
        assert session.scalars(select(Unit.eula_expires_on)).one() == date(2026, 12, 28)
    assert trial(engine, trial_id).expires_on == TODAY + timedelta(days=90)


def test_refusing_an_extension_needs_a_reason_that_the_partner_reads(
    client: FlaskClient, signed_in: SignIn, engine: Engine, policy: Policy
) -> None:
    ship_to(engine, start(engine, policy, signed_in(Role.SALES_ADMIN)))
    asked = {"units": "1", "to_on": "2026-12-28", "reason": "The pilot runs on", "confirmed": "yes"}
    client.post("/extensions/ask/D4100001", data=asked)
    signed_in(Role.TRIALS_TEAM)

    silent = client.post("/extensions/1/refuse")
    client.post("/extensions/1/refuse", data={"reason": "Stock is short"})
    signed_in(Role.PARTNER_USER)

    assert silent.status_code == 422
    assert "Stock is short" in client.get("/extensions/1").text


def test_of_a_shared_customer_a_partner_sees_services_and_managing_partner_only(
    client: FlaskClient, signed_in: SignIn, engine: Engine, policy: Policy
) -> None:
    trial_id = start(engine, policy, signed_in(Role.SALES_ADMIN), services=trying.CALLING)
    signed_in(Role.SALES_ADMIN, partner="Contoso Telecom", email="contoso@example.com")
    with writing(engine) as session:
        theirs = session.scalars(select(Partner).where(Partner.name == "Contoso Telecom")).one()
        shared = session.get_one(Trial, trial_id).customer_id
        session.add(SalesRelationship(partner_id=theirs.id, customer_id=shared, since=NOON))

    page = client.get(f"/customers/{shared}").text

    assert "managed by Noordzee Networks" in page
    assert f"/trials/{trial_id}" not in page
    assert client.get(f"/trials/{trial_id}").status_code == 404
