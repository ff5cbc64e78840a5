"""Where a forwarder's desk is asked by mail, having a return fetched is one deed: its booking is its visit (C-11)."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.bookings import Booking
from rmatrack.db.engine import reading, writing
from rmatrack.db.mail import OutboxMail
from rmatrack.db.pickups import PickupBox, PickupVisit
from rmatrack.domain.bookings import BookingState
from rmatrack.domain.people import Role
from rmatrack.domain.pickups import PickupState
from rmatrack.services.setup import prepare
from tests.api.conftest import program_of
from tests.documents.test_bookings import SYDNEY
from tests.documents.test_bookings import book as book_on_its_page
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.labels.places import POLICY, ship
from tests.labels.printing import print_them
from tests.people import add_person
from tests.pickups.test_calls import order_of

WINDOW = {"ready_at": "09:00", "closes_at": "15:00"}
FORM = {"when": "2026-12-01", **WINDOW, "language": "en", "mail_to": "it@sydney.example"}


@pytest.fixture
def units(engine: Engine) -> list[int]:
    """Two cartons in Sydney that have their labels."""
    with writing(engine) as session:
        prepare(session, POLICY)
    ids = ship(engine, 2, SYDNEY)
    print_them(engine, ids)
    return ids


def visits(engine: Engine) -> list[PickupVisit]:
    with reading(engine) as session:
        return list(session.scalars(select(PickupVisit).order_by(PickupVisit.id)))


def bookings(engine: Engine) -> list[Booking]:
    with reading(engine) as session:
        return list(session.scalars(select(Booking).order_by(Booking.id)))


def mails(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [(mail.kind, mail.to_email) for mail in session.scalars(select(OutboxMail).order_by(OutboxMail.id))]


def held(engine: Engine) -> set[int]:
    with reading(engine) as session:
        return set(session.scalars(select(PickupBox.unit_id).where(PickupBox.held)))


def ask(client: FlaskClient, engine: Engine, units: list[int]) -> tuple[str, str]:
    """Have the return fetched as the order page offers it; return the order and the address of the visit."""
    number = order_of(engine, units[0])
    asked = client.post(f"/pickups/new?order={number}", data=FORM | {"units": [str(unit) for unit in units]})
    assert asked.status_code == 302, asked.text
    return number, asked.headers["Location"]


def test_one_deed_asks_the_desk_and_lists_the_pickup(
    client: FlaskClient, signed_in: SignIn, engine: Engine, units: list[int]
) -> None:
    signed_in(Role.LOGISTICS)
    offered = client.get(f"/pickups/new?order={order_of(engine, units[0])}").text

    _number, page = ask(client, engine, units)
    shown = client.get(page).text

    [visit], [booking] = visits(engine), bookings(engine)
    assert "its desk at au-returns@expeditors.example gets the request" in offered
    assert (visit.state, visit.booking_id, held(engine)) == (PickupState.MAILED, booking.id, set(units))
    assert mails(engine) == [("booking-request", "au-returns@expeditors.example")]
    assert "Expeditors was asked by mail and has not answered yet." in shown
    assert "Move it" not in shown
    assert "asked by mail" in client.get("/pickups").text


def test_the_file_number_books_the_pickup_and_tells_the_customer_once(
    client: FlaskClient, signed_in: SignIn, engine: Engine, units: list[int]
) -> None:
    signed_in(Role.LOGISTICS)
    number, _page = ask(client, engine, units)

    for _ in range(2):
        client.post(f"/orders/{number}/booking/file-number", data={"file_number": "6410012345"})

    [visit] = visits(engine)
    assert (visit.state, visit.number) == (PickupState.BOOKED, "6410012345")
    assert mails(engine)[1:] == [("pickup-booked", "it@sydney.example")]


def test_calling_the_pickup_off_calls_the_booking_off(
    client: FlaskClient, signed_in: SignIn, engine: Engine, units: list[int]
) -> None:
    signed_in(Role.LOGISTICS)
    number, page = ask(client, engine, units)
    client.post(f"/orders/{number}/booking/file-number", data={"file_number": "6410012345"})

    client.post(f"{page}/cancel", data={"why": "They moved"})

    assert (visits(engine)[0].state, bookings(engine)[0].state) == (PickupState.CANCELLED, BookingState.CANCELLED)
    assert not held(engine)
    assert sorted(kind for kind, _to in mails(engine)[2:]) == ["booking-request", "pickup-called-off"]


def test_calling_the_booking_off_calls_the_pickup_off(
    client: FlaskClient, signed_in: SignIn, engine: Engine, units: list[int]
) -> None:
    signed_in(Role.LOGISTICS)
    number, _page = ask(client, engine, units)

    client.post(f"/orders/{number}/booking/cancel")

    assert visits(engine)[0].state == PickupState.CANCELLED


def test_a_booking_made_and_changed_on_its_own_page_is_one_pickup_too(
    client: FlaskClient, signed_in: SignIn, engine: Engine, units: list[int]
) -> None:
    signed_in(Role.LOGISTICS)
    number = order_of(engine, units[0])
    book_on_its_page(engine, number, now=NOON)

    client.post(
        f"/orders/{number}/booking",
        data={"ready_at": "2026-12-02", "begins": "10:00", "ends": "14:00", "instructions": "Ring"},
    )

    [visit] = visits(engine)
    assert (visit.day.isoformat(), f"{visit.ready_at:%H:%M}", visit.instructions) == ("2026-12-02", "10:00", "Ring")
    assert visit.state == PickupState.MAILED


def test_a_return_is_fetched_as_a_whole(
    client: FlaskClient, signed_in: SignIn, engine: Engine, units: list[int]
) -> None:
    signed_in(Role.LOGISTICS)
    number = order_of(engine, units[0])

    page = client.post(f"/pickups/new?order={number}", data=FORM | {"units": [str(units[0])]})

    assert page.status_code == 422
    assert "fetches a return as a whole" in page.text
    assert not bookings(engine)


def test_programs_ask_the_desk_once_under_one_key(app: APIFlask, engine: Engine, units: list[int]) -> None:
    dock = program_of(app, engine, add_person(engine, Role.LOGISTICS))
    body: dict[str, Any] = {"order": order_of(engine, units[0]), "unit_ids": units, "day": "2026-12-01", **WINDOW}
    offered = dock.get(f"/api/v1/pickups/offer?order={body['order']}").get_json(force=True)

    first = dock.post("/api/v1/pickups", json=body, headers={"Idempotency-Key": "once"})
    again = dock.post("/api/v1/pickups", json=body, headers={"Idempotency-Key": "once"})
    twice = dock.post("/api/v1/pickups", json=body)
    pickup = first.get_json(force=True)
    moved = dock.post(f"/api/v1/pickups/{pickup['id']}/move", json={"day": "2026-12-02", **WINDOW})
    called_off = dock.post(f"/api/v1/pickups/{pickup['id']}/cancel", json={})

    assert offered["desk"] == "au-returns@expeditors.example"
    assert (first.status_code, pickup["state"], again.json) == (201, "mailed", first.json)
    assert (twice.status_code, twice.get_json(force=True)["code"]) == (409, "box-already-booked")
    assert (moved.status_code, moved.get_json(force=True)["code"]) == (409, "pickup-by-mail")
    assert called_off.get_json(force=True)["state"] == "cancelled"
