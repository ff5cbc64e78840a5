"""A partner's home: what needs a person first, within its sight, in the same few questions however many customers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.engine import writing
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner, Person
from rmatrack.db.returns import Rma
from rmatrack.db.trials import Trial
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services.extensions import refuse_extension, request_extension
from rmatrack.services.people import actor_of
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.queries import count_queries
from tests.trials.trying import Desk, customer, trials_team
from tests.web.shipments import LONG_AGO, ship

# The clock says Sunday 22 November 2026; the return window is 14 days.
OVERDUE = date(2026, 11, 1)
DUE_SOON = date(2026, 11, 12)
NOT_DUE = date(2026, 12, 24)


def names(page: str) -> list[str]:
    """The customers of the cards, from the first."""
    return re.findall(r'<div class="customer-name">\s*<h2>(?:<a[^>]*>)?([^<]+)<', page)


def card_of(page: str, name: str) -> str:
    cards = page.split('<li class="card-plain customer-card')
    return next(card for card in cards[1:] if f">{name}<" in card)


def button_of(page: str, name: str) -> str:
    step = card_of(page, name).partition('<div class="customer-step">')[2].partition("</div>")[0]
    step = re.sub(r'<span class="visually-hidden">.*?</span>', "", step)
    return " ".join(re.sub(r"<[^>]+>", "", step).split())


@contextmanager
def desk(engine: Engine, person: Person, policy: Policy) -> Iterator[Desk]:
    """The desk of somebody who is signed in, today."""
    with writing(engine) as session:
        yield Desk(session, policy, actor_of(session.get_one(Person, person.id)), NOON)


def try_out(session: Session, name: str, expires_on: date) -> None:
    """Let a customer try something besides its devices."""
    owner = session.scalars(select(Partner)).one()
    of = session.scalars(select(Customer).where(Customer.name == name)).one()
    session.add(
        Trial(partner_id=owner.id, customer_id=of.id, status="active", expires_on=expires_on, created_at=LONG_AGO)
    )


def test_what_needs_a_person_comes_first(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100201", eula_expires_on=NOT_DUE, customer="Aalto", country="FI")
    ship(engine, "D4100202", eula_expires_on=DUE_SOON, customer="Bocconi", country="IT")
    ship(engine, "D4100203", eula_expires_on=OVERDUE, customer="Caltech", country="US", units=2)

    page = client.get("/").text

    assert names(page) == ["Caltech", "Bocconi", "Aalto"]
    assert button_of(page, "Caltech") == "Get a return label"
    assert button_of(page, "Bocconi") == "How to send it back from Italy"
    assert button_of(page, "Aalto").startswith("Nothing to do. Nothing is due for a while.")
    assert "15 Nov" in card_of(page, "Caltech")
    assert "2 devices out" in card_of(page, "Caltech")


def test_the_lists_hold_what_their_chips_count(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100201", eula_expires_on=NOT_DUE, customer="Aalto")
    ship(engine, "D4100202", eula_expires_on=DUE_SOON, customer="Bocconi")

    urgent = client.get("/?show=urgent").text
    searched = client.get("/?text=aal").text
    nothing = client.get("/?text=zzz").text

    assert names(urgent) == ["Bocconi"]
    assert re.findall(r'class="count">(\d+)<', urgent) == ["2", "1", "2", "0"]
    assert names(searched) == ["Aalto"]
    assert "No customer in this list" in nothing


def test_a_trial_that_runs_on_asks_for_more_time(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100201", eula_expires_on=date(2026, 11, 25), customer="Aalto")
    with writing(engine) as session:
        try_out(session, "Aalto", date(2027, 1, 31))

    page = client.get("/").text

    assert button_of(page, "Aalto") == "Ask for more time"
    assert 'href="/extensions/ask/D4100201"' in card_of(page, "Aalto")
    assert "70 days left" in card_of(page, "Aalto")


def test_a_decision_of_the_trials_team_is_told(
    client: FlaskClient, signed_in: SignIn, engine: Engine, policy: Policy
) -> None:
    person = signed_in(Role.PARTNER_USER)
    ship(engine, "D4100201", eula_expires_on=NOT_DUE, customer="Aalto")
    with desk(engine, person, policy) as at:
        latest = NOT_DUE + timedelta(days=5)
        asked = request_extension(at.session, "D4100201", latest, reason="pilot", **at.when)
    waiting = client.get("/?show=waiting").text
    with desk(engine, person, policy) as at:
        team = trials_team(at.session)
        refuse_extension(at.session, asked.id, reason="promised elsewhere", policy=policy, by=team, now=NOON)

    page = client.get("/").text

    assert names(waiting) == ["Aalto"]
    assert "More time asked, through 29 Dec" in waiting
    assert "More time refused" in page
    assert "promised elsewhere" in page


def test_before_consent_only_the_request_is_shown(
    client: FlaskClient, signed_in: SignIn, engine: Engine, policy: Policy
) -> None:
    person = signed_in(Role.SALES_FULL_ADMIN)
    with desk(engine, person, policy) as at:
        theirs = customer(at.session, "Universiteit Twente", number=1)
        at.ask(theirs)
        customer_id = theirs.id
    ship(engine, "D4100209", eula_expires_on=OVERDUE, customer="Universiteit Twente", partner="Contoso Telecom")

    page = client.get("/").text

    card = card_of(page, "Universiteit Twente")
    assert "You asked for its consent" in card
    assert button_of(page, "Universiteit Twente") == "Nothing to do: the customer decides."
    assert f"/customers/{customer_id}" not in card
    assert "D4100209" not in page
    assert "overdue" not in card
    assert "Netherlands" not in card


def test_another_partner_s_customers_are_not_there(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100201", eula_expires_on=OVERDUE, customer="Mekong", partner="Contoso Telecom")

    page = client.get("/").text

    assert "Mekong" not in page
    assert "No customers yet" in page


def test_what_travels_needs_nothing(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100201", eula_expires_on=OVERDUE, customer="Aalto", country="US")
    with writing(engine) as session:
        travel(session, "D4100201")

    page = client.get("/").text

    assert button_of(page, "Aalto").startswith("Nothing to do. The carrier has every parcel.")
    assert "1 on its way" in card_of(page, "Aalto")


def travel(session: Session, number: str) -> None:
    """Let a carrier have every parcel of an order."""
    order = session.scalars(select(DemoOrder).where(DemoOrder.number == number)).one()
    rma = Rma(number="R000012F", order_id=order.id, opened_at=LONG_AGO)
    session.add(rma)
    session.flush()
    for unit in session.scalars(select(Unit).where(Unit.order_id == order.id)):
        session.add(
            Label(
                rma_id=rma.id,
                unit_id=unit.id,
                carrier="ups",
                service="ground",
                source="specimen",
                number=f"1ZSAMPLE{unit.id:010}",
                state="in-transit",
                content={},
                created_at=LONG_AGO,
            )
        )


def test_the_questions_do_not_grow_with_the_customers(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100200", eula_expires_on=OVERDUE, customer="Customer 0")
    with writing(engine) as session:
        try_out(session, "Customer 0", NOT_DUE)
    with count_queries(engine) as few:
        client.get("/")
    for number in range(1, 31):
        ship(engine, f"D41003{number:02}", eula_expires_on=OVERDUE, units=2, customer=f"Customer {number}")

    with count_queries(engine) as many:
        first = client.get("/").text
    second = client.get("/?page=2").text

    assert len(many) == len(few) <= 14
    assert (len(names(first)), len(names(second))) == (24, 7)
    assert not set(names(first)) & set(names(second))


def test_who_asks_sees_what_became_of_each_request(
    client: FlaskClient, signed_in: SignIn, engine: Engine, policy: Policy
) -> None:
    person = signed_in(Role.PARTNER_USER)
    for number in ("D4100201", "D4100202"):
        ship(engine, number, eula_expires_on=NOT_DUE)
        with desk(engine, person, policy) as at:
            asked = request_extension(at.session, number, NOT_DUE + timedelta(days=5), reason="pilot", **at.when)
    with desk(engine, person, policy) as at:
        team = trials_team(at.session)
        refuse_extension(at.session, asked.id, reason="promised elsewhere", policy=policy, by=team, now=NOON)

    own = client.get("/extensions").text
    signed_in(Role.SUPPORT)
    queue, work = client.get("/extensions").text, client.get("/").text
    signed_in(Role.TRIALS_TEAM)
    decided = client.get("/").text

    assert own.index("D4100202") < own.index("D4100201")
    assert "promised elsewhere" in own
    assert "D4100202" not in queue
    assert "more time is asked" not in work
    assert "D4100201: more time is asked" in decided
    assert "D4100202: more time is asked" not in decided
