"""What goes along with labels, and labels that have grown old, for programs."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, update

from rmatrack.db.engine import reading, writing
from rmatrack.db.label_lists import label_numbered
from rmatrack.db.labels import Label
from rmatrack.db.orders import Unit
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.label_life import is_old
from rmatrack.work.drawing import draw_batch
from rmatrack.work.tools import Tools
from tests.api.conftest import MakeProgram, Program
from tests.fixtures.app import Clock
from tests.labels.places import POLICY, ship, units_by_order
from tests.labels.printing import labels_of, print_them
from tests.live.world import MONTREAL


@pytest.fixture
def dock(program: MakeProgram) -> Program:
    return program(Role.LOGISTICS)


@pytest.fixture
def batch_of(dock: Program, engine: Engine, clock: Clock) -> Callable[[list[str]], int]:
    """Have a batch asked for and drawn."""

    def make(orders: list[str]) -> int:
        asked = dock.post("/api/v1/label-batches", json={"orders": orders, "paper": "4x6"})
        assert asked.json is not None
        draw_batch(Tools(engine, POLICY, clock), asked.json["id"])
        return int(asked.json["id"])

    return make


def test_a_batch_gives_the_invoices_of_what_crosses_a_border(
    dock: Program, engine: Engine, batch_of: Callable[[list[str]], int]
) -> None:
    ship(engine)
    ship(engine, place=MONTREAL)
    ship(engine, place=MONTREAL)
    batch = batch_of(list(units_by_order(engine)))

    answer = dock.get(f"/api/v1/label-batches/{batch}/customs-invoices")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_a_batch_that_crosses_no_border_has_no_invoices(
    dock: Program, engine: Engine, batch_of: Callable[[list[str]], int]
) -> None:
    ship(engine)
    batch = batch_of(list(units_by_order(engine)))

    answer = dock.get(f"/api/v1/label-batches/{batch}/customs-invoices")

    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_an_old_label_is_said_to_be_good_once(dock: Program, engine: Engine, clock: Clock) -> None:
    units = ship(engine)
    print_them(engine, units)
    [label] = labels_of(engine, units)
    clock.moment += timedelta(days=POLICY.terms.label_life_days)
    said = f"/api/v1/labels/{label.number}/still-good"

    first = dock.post(said, headers={"Idempotency-Key": "monday"})
    again = dock.post(said, headers={"Idempotency-Key": "monday"})

    with reading(engine) as session:
        seen = label_numbered(session, label.number, seen_by=SYSTEM)
    assert first.status_code == 200
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == first.json
    assert seen is not None
    assert seen.checked_at == clock.moment
    assert not is_old(seen, policy=POLICY, now=clock.moment)


def test_a_list_of_units_names_those_whose_label_is_old(dock: Program, engine: Engine, clock: Clock) -> None:
    old, new = ship(engine, 2)
    print_them(engine, [old, new])
    with writing(engine) as session:
        session.execute(update(Unit).values(eula_expires_on=date(2027, 12, 24)))
        session.execute(update(Label).where(Label.unit_id == old).values(created_at=clock.moment - timedelta(days=300)))

    listed = dock.get("/api/v1/units")

    assert listed.json is not None
    assert listed.json["old_labels"] == [old]


def test_a_label_that_nobody_has_or_may_use_is_not_said_to_be_good(dock: Program, engine: Engine) -> None:
    units = ship(engine)
    print_them(engine, units)
    [label] = labels_of(engine, units)
    dock.post(f"/api/v1/units/{units[0]}/replacement-label", json={"reason": "lost"})

    replaced = dock.post(f"/api/v1/labels/{label.number}/still-good")
    unknown = dock.post("/api/v1/labels/1Z999/still-good")

    assert replaced.json is not None
    assert unknown.json is not None
    assert (replaced.status_code, replaced.json["code"]) == (409, "label-not-printable")
    assert unknown.json["code"] == "not-found"
