"""A visit is booked once, whatever happens on the line, and nothing waits without showing it (SPEC C-11)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from carriers.shipment import Carrier
from rmatrack.db.engine import reading, writing
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.pickups import PickupVisit, visit_with_id
from rmatrack.domain.errors import ConflictError, RmatrackError
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.pickups import PickupState, Window
from rmatrack.services.pickup_calls import begin_call
from rmatrack.services.pickups import Asked, book, cancel, move, offer, settle
from rmatrack.work.pickups import call_carriers
from tests.carriers.stand_in import StandIn
from tests.carriers.stand_in.faults import Fault
from tests.labels.places import POLICY, ship
from tests.tracking.world import MONDAY, account, tools

MUNICH = {
    "Customer": "Kunde GmbH", "Recipient": "Jo Probe", "Phone": "+49 89 5550", "Address 1": "Hauptstraße 1",
    "City": "München", "State": "", "Postal code": "80804", "Country": "DE",
}  # fmt: skip
WEDNESDAY = Window(date(2026, 11, 25), time(10), time(16))
THURSDAY = Window(date(2026, 11, 26), time(10), time(15))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def carrier() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


def order_of(engine: Engine, unit_id: int) -> str:
    with reading(engine) as session:
        return session.get_one(DemoOrder, session.get_one(Unit, unit_id).order_id).number


def want(
    engine: Engine,
    units: list[int],
    window: Window = WEDNESDAY,
    *,
    now: datetime = MONDAY,
    mail_to: str = "jo@kunde.example",
) -> int:
    with writing(engine) as session:
        asked = Asked(unit_ids=units, window=window, mail_to=mail_to, mail_name="Jo", language="nl")
        return book(session, order_of(engine, units[0]), asked, policy=POLICY, by=SYSTEM, now=now).id


def visit(engine: Engine, pickup_id: int) -> PickupVisit:
    with reading(engine) as session:
        found = visit_with_id(session, pickup_id, seen_by=SYSTEM)
    assert found
    return found


def state_of(engine: Engine, pickup_id: int) -> str:
    return visit(engine, pickup_id).state


def mails(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(OutboxMail.kind).order_by(OutboxMail.id)))


def call(engine: Engine, now: datetime = MONDAY) -> int:
    return call_carriers(tools(engine, now))


@pytest.fixture
def dhl(engine: Engine, carrier: StandIn) -> StandIn:
    account(engine, Carrier.DHL, carrier)
    return carrier


def test_several_boxes_of_one_address_are_fetched_at_once(engine: Engine, dhl: StandIn) -> None:
    units = ship(engine, 2, MUNICH)

    booked = want(engine, units)
    call(engine)

    found = visit(engine, booked)
    assert (found.state, found.number) == ("booked", "PRG000000000000")
    (asked,) = dhl.dhl.pickups.values()
    assert len(asked["shipmentDetails"][0]["packages"]) == 2
    assert asked["plannedPickupDateAndTime"] == "2026-11-25T10:00:00 GMT+01:00"
    assert mails(engine) == ["pickup-booked"]


def test_boxes_of_another_order_at_the_same_address_are_offered_too(engine: Engine) -> None:
    first, other = ship(engine, 1, MUNICH), ship(engine, 1, MUNICH)
    elsewhere = ship(engine, 1, MUNICH | {"Address 1": "Nebenstraße 2"})

    with reading(engine) as session:
        found = offer(session, order_of(engine, first[0]), policy=POLICY, by=SYSTEM, now=MONDAY)

    assert {box.unit_id for box in found.boxes} == {first[0], other[0]}
    assert elsewhere[0] not in {box.unit_id for box in found.boxes}
    assert [window.day.isoformat() for window in found.windows][:2] == ["2026-11-24", "2026-11-25"]


def test_holidays_of_the_country_are_not_proposed(engine: Engine) -> None:
    (unit,) = ship(engine, 1)

    with reading(engine) as session:
        found = offer(session, order_of(engine, unit), policy=POLICY, by=SYSTEM, now=MONDAY)

    thanksgiving = date(2026, 11, 26)
    assert thanksgiving not in {window.day for window in found.windows}


def test_ups_moves_by_calling_off_and_booking_anew(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.UPS, carrier)
    booked = want(engine, ship(engine), Window(date(2026, 11, 25), time(9), time(17)))
    call(engine)
    with writing(engine) as session:
        friday = Window(date(2026, 11, 27), time(9), time(15))
        move(session, booked, friday, policy=POLICY, by=SYSTEM, now=MONDAY)
    between = visit(engine, booked)

    call(engine)

    asked = [(heard.method, heard.path.rsplit("/", 1)[-1]) for heard in carrier.heard if "pickup" in heard.path]
    assert asked == [("POST", "pickup"), ("DELETE", "02"), ("POST", "pickup")]
    assert (between.day.day, between.wish, visit(engine, booked).day.day) == (25, "move", 27)
    assert mails(engine) == ["pickup-booked", "pickup-booked"]


def test_dhl_is_told_the_new_time(engine: Engine, dhl: StandIn) -> None:
    booked = want(engine, ship(engine, 1, MUNICH))
    call(engine)
    with writing(engine) as session:
        move(session, booked, THURSDAY, policy=POLICY, by=SYSTEM, now=MONDAY)

    call(engine)

    assert [heard.method for heard in dhl.heard] == ["POST", "PATCH"]
    assert visit(engine, booked).day == THURSDAY.day


def test_a_visit_is_called_off_with_the_carrier_and_its_boxes_are_free(engine: Engine, dhl: StandIn) -> None:
    units = ship(engine, 1, MUNICH)
    booked = want(engine, units)
    call(engine)
    with writing(engine) as session:
        cancel(session, booked, why="They moved", by=SYSTEM, now=MONDAY)

    call(engine)

    assert state_of(engine, booked) == "cancelled"
    assert not dhl.dhl.pickups
    assert mails(engine) == ["pickup-booked", "pickup-called-off"]
    assert want(engine, units) != booked


def test_one_box_is_fetched_once(engine: Engine) -> None:
    units = ship(engine, 1, MUNICH)
    want(engine, units)

    with pytest.raises(RmatrackError) as refused:
        want(engine, units)

    assert refused.value.code == "box-already-booked"


def test_two_people_who_book_one_box_at_once_get_one_visit(engine: Engine) -> None:
    units = ship(engine, 1, MUNICH)
    number, barrier, lost = order_of(engine, units[0]), Barrier(2), list[str]()

    def person() -> None:
        barrier.wait()
        try:
            with writing(engine) as session:
                asked = Asked(unit_ids=units, window=WEDNESDAY)
                book(session, number, asked, policy=POLICY, by=SYSTEM, now=MONDAY)
        except (RmatrackError, ConflictError) as error:
            lost.append(error.code)

    people = [Thread(target=person) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()

    assert len(lost) == 1
    assert lost[0] in {"box-already-booked", "conflict"}
    with reading(engine) as session:
        assert session.scalar(select(func.count(PickupVisit.id))) == 1


def test_a_carrier_that_is_down_leaves_it_waiting_until_it_answers(engine: Engine, dhl: StandIn) -> None:
    booked = want(engine, ship(engine, 1, MUNICH))
    dhl.faults.append(Fault.BUSY)

    call(engine)
    waiting = visit(engine, booked)
    call(engine, MONDAY + 20 * MINUTE)

    assert (waiting.state, waiting.wish, waiting.failures) == ("wanted", "book", 1)
    assert waiting.why
    assert state_of(engine, booked) == "booked"
    assert len(dhl.dhl.pickups) == 1


def test_a_lost_answer_of_dhl_is_cleared_up_by_a_person_and_not_booked_twice(engine: Engine, dhl: StandIn) -> None:
    booked = want(engine, ship(engine, 1, MUNICH))
    dhl.faults.append(Fault.LOST)
    call(engine)
    for minutes in (1, 60, 600):
        call(engine, MONDAY + minutes * MINUTE)
    unclear = state_of(engine, booked)

    with writing(engine) as session:
        settle(session, booked, booked=True, number="PRG000000000000", by=SYSTEM, now=MONDAY)

    assert unclear == "unclear"
    assert len(dhl.dhl.pickups) == 1
    assert state_of(engine, booked) == "booked"
    assert mails(engine) == ["pickup-booked"]


def test_what_dhl_knows_nothing_of_is_booked_anew(engine: Engine, dhl: StandIn) -> None:
    booked = want(engine, ship(engine, 1, MUNICH))
    dhl.faults.append(Fault.BROKEN)
    call(engine)

    with writing(engine) as session:
        settle(session, booked, booked=False, number="", by=SYSTEM, now=MONDAY)
    call(engine, MONDAY + 60 * MINUTE)

    assert (state_of(engine, booked), len(dhl.dhl.pickups)) == ("booked", 1)


def test_a_lost_answer_of_ups_is_asked_again_and_ups_knows_the_address(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.UPS, carrier)
    booked = want(engine, ship(engine), Window(date(2026, 11, 25), time(9), time(17)))
    carrier.faults.extend([Fault.NONE, Fault.LOST])

    call(engine)
    call(engine, MONDAY + 20 * MINUTE)

    assert (state_of(engine, booked), len(carrier.ups.pickups)) == ("booked", 1)


def test_two_visits_that_ups_makes_one_are_called_off_apart(engine: Engine, carrier: StandIn) -> None:
    account(engine, Carrier.UPS, carrier)
    window = Window(date(2026, 11, 25), time(9), time(17))
    first, second = want(engine, ship(engine), window), want(engine, ship(engine), window)
    call(engine)
    with writing(engine) as session:
        cancel(session, first, why="", by=SYSTEM, now=MONDAY)

    call(engine)

    assert visit(engine, first).number == visit(engine, second).number
    assert (state_of(engine, first), state_of(engine, second)) == ("cancelled", "booked")
    assert not [heard for heard in carrier.heard if heard.method == "DELETE"]


def test_a_worker_that_died_while_it_called_dhl_leaves_it_to_a_person(engine: Engine, dhl: StandIn) -> None:
    booked = want(engine, ship(engine, 1, MUNICH))
    with writing(engine) as session:
        assert begin_call(session, policy=POLICY, now=MONDAY)

    call(engine, MONDAY + 11 * MINUTE)

    assert state_of(engine, booked) == "unclear"
    assert not dhl.dhl.pickups


def test_several_workers_book_a_visit_once(engine: Engine, dhl: StandIn) -> None:
    for _ in range(4):
        want(engine, ship(engine, 1, MUNICH))
    barrier = Barrier(3)

    def work() -> None:
        barrier.wait()
        call(engine)

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(dhl.dhl.pickups) == 4
    with reading(engine) as session:
        assert set(session.scalars(select(PickupVisit.state))) == {"booked"}


def test_without_a_line_a_person_phones_and_says_what_came_of_it(engine: Engine) -> None:
    booked = want(engine, ship(engine, 1, MUNICH))
    to_phone = state_of(engine, booked)

    with writing(engine) as session:
        settle(session, booked, booked=True, number="", by=SYSTEM, now=MONDAY)

    assert (to_phone, state_of(engine, booked)) == ("to-phone", "booked")
    assert mails(engine) == ["pickup-booked"]


def test_moving_what_was_phoned_is_to_be_phoned_again(engine: Engine) -> None:
    booked = want(engine, ship(engine, 1, MUNICH))
    with writing(engine) as session:
        settle(session, booked, booked=True, number="", by=SYSTEM, now=MONDAY)

    with writing(engine) as session:
        move(session, booked, THURSDAY, policy=POLICY, by=SYSTEM, now=MONDAY)

    assert (state_of(engine, booked), visit(engine, booked).day) == ("to-phone", THURSDAY.day)


def test_a_visit_that_does_not_stand_is_not_changed(engine: Engine) -> None:
    booked = want(engine, ship(engine, 1, MUNICH))
    with writing(engine) as session:
        cancel(session, booked, why="", by=SYSTEM, now=MONDAY)

    deeds: list[Callable[[Session], object]] = [
        lambda session: cancel(session, booked, why="", by=SYSTEM, now=MONDAY),
        lambda session: move(session, booked, THURSDAY, policy=POLICY, by=SYSTEM, now=MONDAY),
        lambda session: settle(session, booked, booked=True, number="", by=SYSTEM, now=MONDAY),
    ]
    codes = []
    for deed in deeds:
        with pytest.raises(RmatrackError) as refused, writing(engine) as session:
            deed(session)
        codes.append(refused.value.code)

    assert codes == ["pickup-not-changeable"] * 3
    assert mails(engine) == []


@pytest.mark.parametrize(
    ("window", "code"),
    [
        (Window(date(2026, 11, 20), time(10), time(16)), "bad-pickup-day"),
        (Window(date(2026, 11, 28), time(10), time(16)), "bad-pickup-day"),
        (Window(date(2027, 1, 14), time(10), time(16)), "bad-pickup-day"),
        (Window(date(2026, 11, 25), time(6), time(16)), "outside-pickup-hours"),
        (Window(date(2026, 11, 25), time(15), time(16)), "window-too-short"),
        (Window(date(2026, 11, 23), time(12), time(16)), None),
    ],
)
def test_a_window_is_one_in_which_somebody_comes(engine: Engine, window: Window, code: str | None) -> None:
    units = ship(engine, 1, MUNICH)

    try:
        want(engine, units, window)
        found = None
    except RmatrackError as refused:
        found = refused.code

    assert found == code


def test_after_the_cut_off_the_same_day_is_too_late(engine: Engine) -> None:
    units = ship(engine, 1, MUNICH)

    with pytest.raises(RmatrackError) as refused:
        want(engine, units, Window(date(2026, 11, 23), time(13), time(16)), now=MONDAY + timedelta(hours=2))

    assert "until 11:00" in str(refused.value)


def test_the_states_are_all_that_there_are() -> None:
    assert {state.value for state in PickupState} == {
        "wanted", "to-phone", "unclear", "booked", "mailed", "refused", "cancelled",
    }  # fmt: skip
