"""A box under a number that nobody here knew: found at the carrier by the RMA, and followed from then on (C-11)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from carriers import ups
from carriers.shipment import Carrier
from rmatrack.db.engine import writing
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Role
from rmatrack.services.setup import prepare
from rmatrack.work.tracking import follow_parcels
from tests.api.conftest import Program, program_of
from tests.carriers.stand_in import StandIn
from tests.carriers.stand_in.faults import Fault
from tests.fixtures.app import NOON, Clock
from tests.fixtures.pages import SignIn
from tests.labels.places import POLICY, ship
from tests.labels.printing import labels_of
from tests.live.world import NETHERLANDS, Live
from tests.people import add_person
from tests.tracking.world import label_of, ups_scan

ELSEWHERE = ups.number("B2C3D4", "03", 77)
HOUR = timedelta(hours=1)


@pytest.fixture
def carrier() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def live(engine: Engine, carrier: StandIn, clock: Clock) -> Live:
    """The product at the time of the pages, with what orders need."""
    with writing(engine) as session:
        prepare(session, POLICY)
    return Live(engine, carrier, now=clock.moment)


@pytest.fixture
def dock(app: APIFlask, engine: Engine) -> Program:
    return program_of(app, engine, add_person(engine, Role.LOGISTICS))


def sent(live: Live, carrier: Carrier = Carrier.UPS) -> tuple[Label, str, str]:
    """A label that left and that the carrier's tracking knows by now, its order and its RMA."""
    live.enter(carrier)
    units = ship(live.engine, place=NETHERLANDS if carrier is Carrier.DHL else None)
    live.print_them(units)
    live.later(hours=1)
    [label] = labels_of(live.engine, units)
    with writing(live.engine) as session:
        order = session.get_one(DemoOrder, session.get_one(Unit, units[0]).order_id)
        return label, order.number, str(label.content["shipment"]["rma"])  # type: ignore[index]  # JSON.


def bought_elsewhere(live: Live, rma: str, number: str = ELSEWHERE) -> None:
    """Somebody made a label under our RMA, and UPS has the box."""
    live.stand_in.ups.add(number, frozenset({rma}), NOON - 24 * HOUR, late=False)
    live.stand_in.ups.scans[number] = [ups_scan(NOON - HOUR, "I", "OR", "038")]


def answer_of(response: Any) -> Any:
    return response.get_json(force=True)


def test_a_box_under_another_number_is_found_and_followed(client: FlaskClient, signed_in: SignIn, live: Live) -> None:
    old, order, rma = sent(live)
    bought_elsewhere(live, rma)
    signed_in(Role.LOGISTICS)

    offered = client.get(f"/orders/{order}").text
    found = client.post(f"/orders/{order}/parcels/look-up").text
    taken = client.post(f"/orders/{order}/parcels", data={"number": ELSEWHERE, "unit": str(old.unit_id)})
    live.work()
    follow_parcels(live.tools)

    was, new = labels_of(live.engine, [old.unit_id])
    assert "Look for its parcels at the carrier" in offered
    assert ELSEWHERE in found
    assert "not a label of ours" in found
    assert taken.status_code == 302
    assert (new.number, label_of(live.engine, new)) == (ELSEWHERE, LabelState.IN_TRANSIT)
    assert was.state == LabelState.VOIDED
    assert "on its way" in client.get(f"/parcels/{ELSEWHERE}").text


def test_what_is_on_a_label_of_ours_moves_it_at_once(dock: Program, live: Live) -> None:
    label, order, _rma = sent(live)
    live.stand_in.ups.scans[label.number] = [ups_scan(NOON - HOUR, "I", "OR", "038")]

    found = dock.post(f"/api/v1/orders/{order}/parcels/look-up", headers={"Idempotency-Key": "once"})
    asked = len(live.stand_in.heard)
    live.stand_in.faults.extend([Fault.BROKEN] * 4)
    again = dock.post(f"/api/v1/orders/{order}/parcels/look-up", headers={"Idempotency-Key": "once"})

    [item] = answer_of(found)["items"]
    assert (item["number"], item["is_known"], item["whereabouts"]) == (label.number, True, "in-transit")
    assert label_of(live.engine, label) is LabelState.IN_TRANSIT
    assert again.json == found.json
    assert asked


def test_dhl_is_asked_by_the_rma_too(dock: Program, live: Live) -> None:
    label, order, rma = sent(live, Carrier.DHL)

    found = dock.post(f"/api/v1/orders/{order}/parcels/look-up")

    assert [item["number"] for item in answer_of(found)["items"]] == [label.number]
    [asked] = [heard.query for heard in live.stand_in.heard if "shipmentReference" in heard.query]
    assert (asked["shipmentReference"], asked["shipmentReferenceType"]) == ([rma], ["CU"])


def test_a_carrier_that_is_away_or_unknown_is_said(dock: Program, live: Live) -> None:
    unit = ship(live.engine)[0]
    with writing(live.engine) as session:
        order = session.get_one(DemoOrder, session.get_one(Unit, unit).order_id).number
    nobody = dock.post(f"/api/v1/orders/{order}/parcels/look-up")
    live.enter(Carrier.UPS)
    live.stand_in.faults.extend([Fault.BROKEN] * 4)

    away = dock.post(f"/api/v1/orders/{order}/parcels/look-up")
    unknown = dock.post("/api/v1/orders/D9999999/parcels/look-up")

    assert [(each.status_code, answer_of(each)["code"]) for each in (nobody, away, unknown)] == [
        (409, "no-carrier-to-ask"),
        (409, "look-up-failed"),
        (404, "not-found"),
    ]


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [("a box", 422, "bad-tracking-number"), ("5786694550", 422, "bad-tracking-number")],
)
def test_what_is_no_number_of_the_carrier_is_not_followed(
    dock: Program, live: Live, number: str, status: int, code: str
) -> None:
    unit = ship(live.engine)[0]

    refused = dock.post(f"/api/v1/units/{unit}/tracking-number", json={"number": number})

    assert (refused.status_code, answer_of(refused)["code"]) == (status, code)
    assert not labels_of(live.engine, [unit])


def test_a_number_is_followed_once_and_for_one_device(dock: Program, live: Live) -> None:
    one, other = ship(live.engine)[0], ship(live.engine)[0]
    spaced = f"{ELSEWHERE[:2]} {ELSEWHERE[2:]}"

    first = dock.post(f"/api/v1/units/{one}/tracking-number", json={"number": ELSEWHERE})
    again = dock.post(f"/api/v1/units/{one}/tracking-number", json={"number": spaced})
    taken = dock.post(f"/api/v1/units/{other}/tracking-number", json={"number": ELSEWHERE})

    assert (first.status_code, answer_of(first)["number"], again.json) == (200, ELSEWHERE, first.json)
    assert (taken.status_code, answer_of(taken)["code"]) == (409, "tracking-number-taken")
    assert len(labels_of(live.engine, [one])) == 1


def test_a_number_from_elsewhere_is_never_printed(client: FlaskClient, signed_in: SignIn, live: Live) -> None:
    unit = ship(live.engine)[0]
    signed_in(Role.LOGISTICS)
    with writing(live.engine) as session:
        order = session.get_one(DemoOrder, session.get_one(Unit, unit).order_id).number
    client.post(f"/orders/{order}/parcels", data={"number": ELSEWHERE, "unit": str(unit)})

    page = client.get(f"/labels/{ELSEWHERE}")
    client.post(f"/labels/{ELSEWHERE}/print", data={"paper": "4x6"})

    assert page.status_code == 200
    assert "The carrier gave no picture" in client.get(f"/labels/{ELSEWHERE}").text


def test_a_number_from_elsewhere_gets_its_label_from_ups(dock: Program, live: Live) -> None:
    unit = ship(live.engine)[0]
    dock.post(f"/api/v1/units/{unit}/tracking-number", json={"number": ELSEWHERE})
    nobody = dock.post(f"/api/v1/labels/{ELSEWHERE}/fetch-again")
    live.enter(Carrier.UPS)
    bought_elsewhere(live, "R")

    given = dock.post(f"/api/v1/labels/{ELSEWHERE}/fetch-again")

    [label] = labels_of(live.engine, [unit])
    assert (nobody.status_code, answer_of(nobody)["code"]) == (409, "no-carrier-to-ask")
    assert (given.status_code, label.image_digest is not None) == (200, True)
    assert live.print_them([unit]).count == 1


def test_partners_neither_look_nor_follow(client: FlaskClient, signed_in: SignIn, live: Live) -> None:
    unit = ship(live.engine)[0]
    with writing(live.engine) as session:
        order = session.get_one(DemoOrder, session.get_one(Unit, unit).order_id).number
    signed_in(Role.PARTNER_USER, partner="Northwind Collaboration")

    assert client.get(f"/orders/{order}/parcels").status_code == 403
    assert client.post(f"/orders/{order}/parcels/look-up").status_code == 403
