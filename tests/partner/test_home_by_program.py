"""A partner's home by API: the figures of its cards, and nothing beyond its sight (SPEC X-1, X-8)."""

from datetime import timedelta

from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from tests.api.conftest import MakeProgram, program  # noqa: F401  A fixture.
from tests.fixtures.app import Clock
from tests.ladder.loans import Loans
from tests.partner.test_home import DUE_SOON, NOT_DUE, OVERDUE, desk, travel
from tests.people import add_person
from tests.trials.trying import customer
from tests.web.shipments import ship

HOME = "/api/v1/home"


def test_the_home_of_a_program_says_what_the_page_says(program: MakeProgram, engine: Engine) -> None:  # noqa: F811  The fixture.
    partner = program(Role.PARTNER_USER)
    ship(engine, "D4100201", eula_expires_on=NOT_DUE, customer="Aalto", country="FI")
    ship(engine, "D4100202", eula_expires_on=DUE_SOON, customer="Bocconi", country="IT")
    ship(engine, "D4100203", eula_expires_on=OVERDUE, customer="Caltech", country="US", units=2)
    ship(engine, "D4100204", eula_expires_on=NOT_DUE, customer="Delft", country="NL")
    with writing(engine) as session:
        travel(session, "D4100204")

    home = partner.get(HOME).json
    urgent = partner.get(HOME, query_string={"show": "urgent", "text": "bocc"}).json
    beyond = partner.get(HOME, query_string={"after": 2}).json

    assert home
    steps = [(one["name"], one["country"], one["out"], one["travelling"], one["step"]) for one in home["items"]]
    assert steps == [
        ("Caltech", "US", 2, 0, "get-label"),
        ("Bocconi", "IT", 1, 0, "read-note"),
        ("Aalto", "FI", 1, 0, "not-due"),
        ("Delft", "NL", 1, 1, "on-its-way"),
    ]
    first = home["items"][0]["first"]
    assert (first["order"], first["due_on"], first["state"], first["days_left"]) == (
        "D4100203",
        "2026-11-15",
        "overdue",
        -7,
    )
    assert (home["counts"], home["next"]) == ({"all": 4, "urgent": 2, "out": 4, "waiting": 0}, None)
    assert urgent
    assert [one["name"] for one in urgent["items"]] == ["Bocconi"]
    assert beyond
    assert beyond["items"] == []


def test_a_charge_that_nobody_answered_is_the_next_step(
    program: MakeProgram,  # noqa: F811  The fixture.
    engine: Engine,
    policy: Policy,
    clock: Clock,
) -> None:
    loans = Loans(engine, policy)
    loan = loans.ship(clock().date() - timedelta(days=40), zone="UTC", country="US")
    loans.sweep(clock() - timedelta(days=8))
    loans.sweep(clock())
    partner = program(Role.PARTNER_USER)

    overdue = partner.get(HOME).json
    loans.label(loan, LabelState.IN_TRANSIT)
    travelling = partner.get(HOME).json

    assert overdue
    assert travelling
    assert [(one["charges"], one["step"]) for one in overdue["items"]] == [(1, "get-label")]
    assert [(one["charges"], one["step"]) for one in travelling["items"]] == [(1, "see-charge")]


def test_only_the_request_is_told_before_consent_and_nothing_of_others(
    program: MakeProgram,  # noqa: F811  The fixture.
    engine: Engine,
    policy: Policy,
) -> None:
    person = add_person(engine, Role.SALES_FULL_ADMIN, email="fay@example.com")
    with desk(engine, person, policy) as at:
        at.ask(customer(at.session, "Universiteit Twente", number=1))
    ship(engine, "D4100209", eula_expires_on=OVERDUE, customer="Universiteit Twente", partner="Contoso Telecom")
    ship(engine, "D4100201", eula_expires_on=OVERDUE, customer="Mekong", partner="Contoso Telecom")

    answer = program(Role.PARTNER_USER).get(HOME)

    assert answer.json
    [only] = answer.json["items"]
    assert (only["name"], only["is_request"], only["country"], only["out"], only["first"]) == (
        "Universiteit Twente",
        True,
        None,
        0,
        None,
    )
    assert [trial["phase"] for trial in only["trials"]] == ["pending-consent"]
    assert "D41002" not in answer.text
    assert "Mekong" not in answer.text
