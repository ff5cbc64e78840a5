"""Several who send the same moment: one is heard, the others are told, nothing is done twice or by halves."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from rmatrack.db.catalogue import Model
from rmatrack.db.charges import Charge
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import reading
from rmatrack.db.extensions import ExtensionRequest
from rmatrack.db.history import Event
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Discrepancy
from rmatrack.domain.mails import MailKind
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from tests.api.conftest import MakeProgram, Program, ship
from tests.api.desk import NEW_CUSTOMER
from tests.receiving.test_races import at_once
from tests.web import ours
from tests.web.ours import Ours

DONE = "done"
MODEL = {
    "name": "Room Kit",
    "family": "room-system",
    "weight_kg": "7.60",
    "length_mm": 760,
    "width_mm": 230,
    "height_mm": 210,
    "currency": "USD",
}
Send = Callable[[], str]


@pytest.fixture
def known(engine: Engine, policy: Policy) -> Ours:
    """An order with something of everything that can be decided about it."""
    return ours.make(engine, policy)


@pytest.fixture
def pair(program: MakeProgram) -> Callable[[Role], tuple[Program, Program]]:
    """Make programs of two people of one role."""
    return lambda role: (program(role), program(role, email=f"second-{role}@example.com"))


def sending(program: Program, url: str, body: dict[str, Any], method: str = "POST") -> Send:
    """Return a step that sends *body* and says `done`, or the code of the refusal."""

    def send() -> str:
        answer = program.open(f"/api/v1/{url}", method=method, json=body)
        assert isinstance(answer.json, dict), answer.text
        return DONE if answer.status_code < 300 else str(answer.json["code"])

    return send


def one_is_heard(steps: list[Send], *codes: str) -> None:
    """Do *steps* at once, and assert that all but one were refused with one of *codes*."""
    said = at_once(steps)

    assert said.count(DONE) == 1
    assert set(said) <= {DONE, "conflict", *codes}


def times(engine: Engine, subject: str, key: object, deed: str) -> int:
    """How often a deed about something stands in the history."""
    question = select(func.count()).where(
        Event.subject == subject, Event.subject_key == str(key), Event.deed.startswith(deed)
    )
    with reading(engine) as session:
        return session.scalar(question) or 0


Pair = Callable[[Role], tuple[Program, Program]]


def test_a_discrepancy_is_closed_once(pair: Pair, engine: Engine, known: Ours) -> None:
    one, other = pair(Role.LOGISTICS)
    url = f"discrepancies/{known.discrepancy}/close"
    steps = [sending(one, url, {"reason": "taken-into-stock"}), sending(other, url, {"reason": "not-ours"})]

    one_is_heard(steps * 2, "discrepancy-closed")

    assert times(engine, "discrepancy", known.discrepancy, "closed") == 1


def test_a_discrepancy_that_both_looked_at_gets_one_owner(pair: Pair, engine: Engine, known: Ours) -> None:
    dock = pair(Role.LOGISTICS)
    url = f"discrepancies/{known.discrepancy}/assign"
    with reading(engine) as session:
        seen = session.get_one(Discrepancy, known.discrepancy).version

    one_is_heard([sending(each, url, {"mine": True, "seen": seen}) for each in dock * 2])

    assert times(engine, "discrepancy", known.discrepancy, "assigned") == 1


def test_an_extension_is_decided_once(program: MakeProgram, pair: Pair, engine: Engine) -> None:
    ship(program(Role.LOGISTICS))
    asking = {"order": "D4100201", "to_on": "2026-12-20", "reason": "The pilot runs on."}
    program(Role.SALES_FULL_ADMIN).post("/api/v1/extensions", json=asking)
    one, other = pair(Role.TRIALS_TEAM)
    steps = [
        sending(one, "extensions/1/approve", {}),
        sending(other, "extensions/1/refuse", {"reason": "They are needed."}),
    ]

    one_is_heard(steps * 2, "wrong-status")

    with reading(engine) as session:
        state = session.scalars(select(ExtensionRequest.state)).one()
        days = {day.isoformat() for day in session.scalars(select(Unit.eula_expires_on))}
        decided = (MailKind.EXTENSION_APPROVED, MailKind.EXTENSION_REFUSED)
        told = set(session.scalars(select(OutboxMail.kind).where(OutboxMail.kind.in_(decided))))
    assert told == {f"extension-{state}"}
    assert days == ({"2026-12-20"} if state == "approved" else {"2026-11-01", "2026-11-30"})


def test_a_charge_is_decided_once(pair: Pair, engine: Engine, known: Ours) -> None:
    one, other = pair(Role.LOGISTICS)
    url = f"charges/{known.charge}/decision"
    steps = [sending(each, url, {"decision": to, "reason": to}) for each, to in ((one, "accepted"), (other, "waived"))]

    one_is_heard(steps * 2, "wrong-status")

    with reading(engine) as session:
        charge = session.get_one(Charge, known.charge)
    assert charge.state == charge.reason


def test_a_device_that_comes_in_while_it_is_charged_is_not_charged(pair: Pair, engine: Engine, known: Ours) -> None:
    desk, dock = pair(Role.LOGISTICS)
    scan = {
        "id": "00000000-0000-4000-8000-000000000077",
        "scanned_at": "2026-11-22T11:00:00Z",
        "station": "dock-1",
        "raw": ours.SERIAL,
    }
    charging = sending(desk, f"charges/{known.charge}/decision", {"decision": "accepted", "reason": "Never sent"})

    charged, _scanned = at_once([charging, sending(dock, "scans", {"scans": [scan]})])

    with reading(engine) as session:
        state, status = session.get_one(Charge, known.charge).state, session.get_one(Unit, known.unit).status
    assert status == "received"
    assert state == ("to-credit" if charged == DONE else "withdrawn")


def test_a_customer_is_entered_once(pair: Pair, engine: Engine) -> None:
    sales = pair(Role.SALES_FULL_ADMIN)

    one_is_heard(
        [sending(each, "trials/new-customer", NEW_CUSTOMER) for each in sales * 2], "administrator-email-taken"
    )

    with reading(engine) as session:
        customers = session.scalar(select(func.count()).select_from(Customer))
        administrators = session.scalars(select(CustomerAdministrator.email)).all()
    assert (customers, administrators) == (1, [NEW_CUSTOMER["email"]])


def test_a_model_is_added_once_and_changed_by_one_of_those_who_looked(pair: Pair, engine: Engine) -> None:
    one, other = pair(Role.ADMINISTRATOR)

    one_is_heard(
        [sending(each, "models", {**MODEL, "number": "CS-NEW-K9"}) for each in (one, other, one, other)], "model-exists"
    )
    with reading(engine) as session:
        seen = session.get_one(Model, "CS-NEW-K9").version
    steps = [
        sending(each, "models/CS-NEW-K9", {**MODEL, "name": name, "seen": seen}, "PUT")
        for each, name in ((one, "Room Kit Pro"), (other, "Room Kit Mini"))
    ]
    one_is_heard(steps)

    assert times(engine, "model", "CS-NEW-K9", "added") == 1
    assert times(engine, "model", "CS-NEW-K9", "changed") == 1


def test_a_person_is_added_once(pair: Pair) -> None:
    dana = {"email": "dana@vendor.example", "name": "Dana Dock", "role": "logistics"}

    one_is_heard([sending(each, "people", dana) for each in pair(Role.ADMINISTRATOR) * 2], "email-taken")


def test_a_partner_is_added_once(pair: Pair) -> None:
    partner = {"name": "Zuiderzee", "certified": True, "tier": 2}

    one_is_heard([sending(each, "partners", partner) for each in pair(Role.TRIALS_TEAM) * 2], "partner-exists")
