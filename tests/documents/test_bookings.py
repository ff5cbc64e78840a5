"""Booking with Expeditors by mail: once, with its papers, confirmed by a person or by tracking, changed, called off."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.bookings import Booking
from rmatrack.db.engine import reading, writing
from rmatrack.db.labels import labels_numbered
from rmatrack.db.mail import OutboxMail
from rmatrack.db.mail_attachments import Enclosure, enclosures_of
from rmatrack.db.returns import Rma
from rmatrack.domain.bookings import (
    BadFileNumberError,
    BadPickupTimeError,
    BookingState,
    LabelsFirstError,
    NoForwarderError,
    NotBookedError,
)
from rmatrack.domain.errors import ConflictError, RmatrackError
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services import expeditors_booking as service
from rmatrack.services.documents import waybill_of
from rmatrack.services.expeditors_booking import CartonFound, Wish
from rmatrack.services.setup import prepare
from rmatrack.work.tracking import follow_parcels
from tests.api.conftest import program_of
from tests.carriers.stand_in import StandIn
from tests.fixtures.pages import SignIn
from tests.labels.places import NOW, POLICY, ship, units_by_order
from tests.labels.printing import labels_of, print_them
from tests.people import add_person
from tests.tracking.world import MONDAY, account, expeditors_scan, tools

SYDNEY = {
    "Customer": "University of Sydney", "Address 1": "Camperdown Campus", "City": "Sydney", "State": "NSW",
    "Postal code": "2006", "Country": "AU", "Model": "CS-KIT-K9",
}  # fmt: skip
WISH = Wish(
    ready_at=datetime(2026, 11, 24, 22, tzinfo=UTC),
    closes_at=datetime(2026, 11, 24, 23, tzinfo=UTC),
    instructions="Dock at the back.",
)


@pytest.fixture
def order(engine: Engine) -> str:
    """Two cartons in Sydney that have their labels."""
    with writing(engine) as session:
        prepare(session, POLICY)
    ids = ship(engine, 2, SYDNEY)
    print_them(engine, ids)
    return next(number for number, each in units_by_order(engine).items() if ids[0] in each)


def book(engine: Engine, number: str, wish: Wish = WISH, *, now: datetime = NOW) -> None:
    """Do what the page does."""
    with reading(engine) as session:
        drafted = service.draft(session, number, wish, policy=POLICY, by=SYSTEM, now=now)
    pdf = waybill_of(drafted.asked)
    with writing(engine) as session:
        service.request(session, drafted, pdf, policy=POLICY, by=SYSTEM, now=now)


def bookings(engine: Engine) -> list[Booking]:
    with reading(engine) as session:
        return list(session.scalars(select(Booking).order_by(Booking.id)))


def mails(engine: Engine) -> list[OutboxMail]:
    with reading(engine) as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def files(engine: Engine, mail: OutboxMail) -> list[Enclosure]:
    with reading(engine) as session:
        return enclosures_of(session, [mail.id])[mail.id]


def edi(engine: Engine, mail: OutboxMail) -> str:
    return next(file.content.decode("latin-1") for file in files(engine, mail) if file.name.endswith(".edi"))


def test_a_request_goes_to_the_desk_with_a_document_for_people_and_two_for_programs(engine: Engine, order: str) -> None:
    book(engine, order)

    (booking,), (mail,) = bookings(engine), mails(engine)
    assert (booking.state, booking.version, len(booking.cartons)) == ("booking-requested", 1, 2)
    assert mail.to_email == "au-returns@expeditors.example"
    assert [file.media_type for file in files(engine, mail)] == [
        "application/pdf", "application/json", "application/edifact",
    ]  # fmt: skip
    assert "BGM+610+" in edi(engine, mail)
    assert all(f"GIN+BJ+{sscc}'" in edi(engine, mail) for sscc in booking.cartons)


def test_asking_again_changes_the_booking_and_says_so(engine: Engine, order: str) -> None:
    book(engine, order)
    later = Wish(ready_at=WISH.ready_at + timedelta(days=1), closes_at=WISH.closes_at + timedelta(days=1))
    book(engine, order, later)

    (booking,) = bookings(engine)
    assert (booking.version, booking.ready_at) == (2, later.ready_at)
    assert "+5'" in edi(engine, mails(engine)[1]).splitlines()[3]


def test_two_who_ask_at_the_same_moment_ask_once(engine: Engine, order: str) -> None:
    def ask(_: int) -> str | None:
        try:
            book(engine, order)
        except RmatrackError as error:
            return error.code
        return None

    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(ask, range(4)))

    asked = sum(answer is None for answer in answers)
    assert len(bookings(engine)) == 1
    assert len(mails(engine)) == asked == bookings(engine)[0].version


def test_what_was_drawn_and_is_not_true_any_more_is_not_sent(engine: Engine, order: str) -> None:
    with reading(engine) as session:
        drafted = service.draft(session, order, WISH, policy=POLICY, by=SYSTEM, now=NOW)
    book(engine, order)

    with pytest.raises(ConflictError), writing(engine) as session:
        service.request(session, drafted, b"%PDF", policy=POLICY, by=SYSTEM, now=NOW)

    assert len(mails(engine)) == 1


def test_a_file_number_confirms_and_entered_twice_is_noted_once(engine: Engine, order: str) -> None:
    book(engine, order)

    for _ in range(2):
        with writing(engine) as session:
            service.confirm(session, order, " 641 001 2345 ", by=SYSTEM, now=NOW)

    (booking,) = bookings(engine)
    assert (booking.state, booking.file_number) == ("booking-confirmed", "6410012345")


def test_tracking_confirms_too(engine: Engine, order: str) -> None:
    book(engine, order)
    [carton, _other] = bookings(engine)[0].cartons
    with writing(engine) as session:
        [label] = labels_numbered(session, [carton])
        label.source = SourceKind.RANGE.value
        rma = session.get_one(Rma, label.rma_id).number
    with StandIn() as forwarder:
        account(engine, Carrier.EXPEDITORS, forwarder)
        forwarder.expeditors.files["6410012345"] = [rma]
        forwarder.expeditors.scans["6410012345"] = [expeditors_scan(MONDAY, "FRD")]

        follow_parcels(tools(engine, MONDAY))

    assert (bookings(engine)[0].state, bookings(engine)[0].file_number) == (BookingState.CONFIRMED, "6410012345")


def test_what_tracking_finds_confirms_once_and_only_what_it_is_about(engine: Engine, order: str) -> None:
    book(engine, order)
    rma = str(mails(engine)[0].params["about"]).split()[2].rstrip(",")
    found = CartonFound(rma, bookings(engine)[0].cartons[0], "6410012345")

    with writing(engine) as session:
        elsewhere = service.files_found(session, [replace(found, carton="376104250000000000")], now=NOW)
        strange = service.files_found(session, [replace(found, file_number="???")], now=NOW)
        first = service.files_found(session, [found], now=NOW)
        again = service.files_found(session, [found], now=NOW)

    assert (elsewhere, strange, first, again) == (0, 0, 1, 0)


def test_the_file_of_an_earlier_booking_does_not_confirm_the_next(engine: Engine, order: str) -> None:
    book(engine, order)
    rma = str(mails(engine)[0].params["about"]).split()[2].rstrip(",")
    found = CartonFound(rma, bookings(engine)[0].cartons[0], "6410012345")
    with writing(engine) as session:
        service.files_found(session, [found], now=NOW)
        service.cancel(session, order, policy=POLICY, by=SYSTEM, now=NOW)
    book(engine, order)

    with writing(engine) as session:
        confirmed = service.files_found(session, [found], now=NOW)

    assert confirmed == 0
    assert bookings(engine)[-1].state == BookingState.REQUESTED


@pytest.mark.parametrize("number", ["12", "1234567890123", "64-10", "ÄÖÜ"])
def test_what_is_no_file_number_is_refused(engine: Engine, order: str, number: str) -> None:
    book(engine, order)

    with pytest.raises(BadFileNumberError), writing(engine) as session:
        service.confirm(session, order, number, by=SYSTEM, now=NOW)


def test_our_account_stands_on_the_booking_and_the_branch_of_the_state_is_asked(engine: Engine, order: str) -> None:
    with StandIn() as forwarder:
        account(engine, Carrier.EXPEDITORS, forwarder)
    (contact,) = (each for each in POLICY.contacts if each.carrier == "expeditors" and each.countries == {"AU"})
    branch = replace(contact, states=frozenset({"NSW"}), email="sydney@expeditors.example")
    perth = replace(contact, states=frozenset({"WA"}), email="perth@expeditors.example")
    policy = replace(POLICY, contacts=(*POLICY.contacts, branch, perth))

    with reading(engine) as session:
        asked = service.draft(session, order, WISH, policy=policy, by=SYSTEM, now=NOW)

    assert asked.desk == "sydney@expeditors.example"
    assert asked.asked.account == "1061414"


def test_a_cancelled_booking_is_told_to_the_desk_and_can_be_asked_anew(engine: Engine, order: str) -> None:
    book(engine, order)
    with writing(engine) as session:
        service.cancel(session, order, policy=POLICY, by=SYSTEM, now=NOW)
    with pytest.raises(NotBookedError), writing(engine) as session:
        service.cancel(session, order, policy=POLICY, by=SYSTEM, now=NOW)
    book(engine, order)

    assert [each.state for each in bookings(engine)] == ["booking-cancelled", "booking-requested"]
    cancelled, anew = mails(engine)[1:]
    assert "CANCELLED" in cancelled.params["about"]
    assert "+1'" in edi(engine, cancelled).splitlines()[3]
    assert "+9'" in edi(engine, anew).splitlines()[3]


@pytest.mark.parametrize(
    "wish",
    [
        Wish(ready_at=NOW - timedelta(hours=1), closes_at=NOW + timedelta(hours=1)),
        Wish(ready_at=NOW + timedelta(hours=2), closes_at=NOW + timedelta(hours=1)),
        Wish(ready_at=NOW + timedelta(days=90), closes_at=NOW + timedelta(days=90, hours=1)),
    ],
)
def test_a_time_that_cannot_be_is_refused(engine: Engine, order: str, wish: Wish) -> None:
    with pytest.raises(BadPickupTimeError):
        book(engine, order, wish)


def test_cartons_without_labels_are_named(engine: Engine) -> None:
    ship(engine, 1, SYDNEY)
    (number,) = units_by_order(engine)

    with pytest.raises(LabelsFirstError, match="FOC2122"):
        book(engine, number)


def test_other_carriers_are_not_booked_by_mail(engine: Engine) -> None:
    ship(engine)
    (number,) = units_by_order(engine)

    with pytest.raises(NoForwarderError):
        book(engine, number)


def test_logistics_books_confirms_and_cancels_on_the_page(
    engine: Engine, order: str, client: FlaskClient, signed_in: SignIn
) -> None:
    signed_in(Role.LOGISTICS)
    url = f"/orders/{order}/booking"
    asked = client.post(url, data={"ready_at": "2026-11-25", "begins": "09:00", "ends": "16:00"}, follow_redirects=True)
    wrong = client.post(f"{url}/file-number", data={"file_number": "no"})
    confirmed = client.post(f"{url}/file-number", data={"file_number": "6410012345"}, follow_redirects=True)
    document = client.get(f"/orders/{order}/waybill.pdf")
    cancelled = client.post(f"{url}/cancel", follow_redirects=True)

    assert "booking requested" in asked.text.casefold()
    assert wrong.status_code == 422
    assert "no is not a file number" in wrong.text
    assert "6410012345" in confirmed.text
    assert document.data.startswith(b"%PDF")
    assert "The booking is cancelled." in cancelled.text
    assert f"/labels/{labels_of(engine, units_by_order(engine)[order])[0].number}" in asked.text


def test_a_program_books_under_an_idempotency_key_once(engine: Engine, order: str, app: APIFlask) -> None:
    logistics = program_of(app, engine, add_person(engine, Role.LOGISTICS))
    body = {"ready_at": "2026-11-25T09:00:00+11:00", "closes_at": "2026-11-25T16:00:00+11:00"}
    url, key = f"/api/v1/orders/{order}/bookings", {"Idempotency-Key": "one"}

    answers = [logistics.post(url, json=body, headers=key).status_code for _ in range(2)]

    assert answers == [201, 201]
    assert len(mails(engine)) == 1
