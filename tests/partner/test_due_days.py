"""Due days as a calendar: a month on a page, and a feed that tells its owner what its owner may see, and no more."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.feeds import CalendarFeed
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.eula import change_eula_expiry
from rmatrack.services.feeds import MOST_FETCHES
from rmatrack.services.people import set_active
from tests.api.conftest import program_of
from tests.fixtures.app import NOON, Clock
from tests.fixtures.pages import SignIn
from tests.people import add_person
from tests.queries import count_queries
from tests.web.shipments import ship

# The clock says Sunday 22 November 2026; the return window is 14 days.
DUE_28_NOVEMBER = date(2026, 11, 14)
DUE_OVERDUE = date(2026, 11, 1)
THIS_WEEK = datetime(2026, 11, 17, 9, tzinfo=UTC)


@pytest.fixture
def feed(client: FlaskClient, signed_in: SignIn, engine: Engine) -> str:
    """The secret address of a partner user, as a path; two devices of that partner are due on 28 November."""
    ship(engine, "D4100208", eula_expires_on=DUE_28_NOVEMBER, units=2)
    signed_in(Role.PARTNER_USER)
    return address_on(client.post("/calendar/feed").text)


def address_on(page: str) -> str:
    found = re.search(r'data-copy="http[^"]*(/calendar/[^"]+\.ics)"', page)
    assert found
    return found[1]


def events(client: FlaskClient, feed: str) -> list[Any]:
    return list(Calendar.from_ical(client.get(feed).data).walk("VEVENT"))


def test_a_month_shows_each_order_on_its_due_day(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100208", eula_expires_on=DUE_28_NOVEMBER, units=2)
    ship(engine, "D4100209", eula_expires_on=DUE_OVERDUE, customer="Mekong", partner="Contoso Telecom")
    ship(engine, "D4100210", eula_expires_on=DUE_28_NOVEMBER, received_at=THIS_WEEK)

    page = client.get("/calendar?month=2026-11").text
    next_month = client.get("/calendar?month=2027-01").text

    assert "2 devices are due back this month." in page
    cell = page[page.index('datetime="2026-11-28"') :]
    assert "/orders/D4100208" in cell[: cell.index("</td>")]
    assert "Mekong" not in page
    assert "D4100210" not in page
    assert "Nothing is due" in next_month


def test_a_full_day_says_how_many_more_there_are(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    for number in range(9):
        ship(engine, f"D410020{number}", eula_expires_on=DUE_28_NOVEMBER, customer=f"Customer {number}")

    month = client.get("/calendar?month=2026-11").text
    day = client.get("/calendar/2026-11-28").text

    assert "and 3 more" in month
    assert "9 orders" in day
    assert all(f"D410020{number}" in day for number in range(9))


@pytest.mark.parametrize("address", ["?month=", "?month=2026-13", "?month=99999-01", "?month=a-b", "?month=٢٠٢٦-١١"])
def test_an_address_without_a_month_shows_this_one(client: FlaskClient, signed_in: SignIn, address: str) -> None:
    signed_in(Role.PARTNER_USER)

    assert "Due in November 2026" in client.get(f"/calendar{address}").text


def test_a_day_that_does_not_exist_is_nothing(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER)

    assert client.get("/calendar/2026-02-30").status_code == 404


def test_the_number_of_questions_does_not_grow(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    for number in range(20):
        ship(engine, f"D41002{number:02}", eula_expires_on=date(2026, 11, 1 + number), customer=f"Customer {number}")
    feed = address_on(client.post("/calendar/feed").text)

    with count_queries(engine) as month:
        client.get("/calendar?month=2026-11")
    with count_queries(engine) as fed:
        client.get(feed)

    assert len(month) <= 4
    assert len(fed) <= 5


def test_a_stranger_s_calendar_program_reads_the_feed(app: APIFlask, client: FlaskClient, feed: str) -> None:
    stranger = app.test_client()

    answer = stranger.get(feed)
    [event] = events(stranger, feed)

    assert answer.content_type == "text/calendar; charset=utf-8"
    assert event["SUMMARY"] == "Return due: 2 devices, TU Delft (D4100208)"
    assert event.decoded("DTSTART") == date(2026, 11, 28)
    assert "Due 28 Nov: EULA expired 14 Nov, +14 days" in event["DESCRIPTION"]
    assert "Last working day for a pickup: 27 Nov." in event["DESCRIPTION"]
    assert event["URL"].endswith("/orders/D4100208")


def test_it_speaks_its_owner_s_language(app: APIFlask, client: FlaskClient, feed: str) -> None:
    client.post("/preferences/language", data={"language": "nl"})

    [event] = events(app.test_client(), feed)

    assert event["SUMMARY"] == "Uiterste retourdatum: 2 apparaten, TU Delft (D4100208)"


def test_nothing_new_is_said_in_few_words(client: FlaskClient, feed: str) -> None:
    first = client.get(feed)

    again = client.get(feed, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_a_due_day_that_moves_keeps_its_entry(client: FlaskClient, engine: Engine, feed: str) -> None:
    [before] = events(client, feed)
    with writing(engine) as session:
        units = session.scalars(select(Unit.id)).all()
        change_eula_expiry(session, "D4100208", units, date(2026, 12, 1), reason="misread", by=SYSTEM, now=NOON)

    [after] = events(client, feed)

    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART") == date(2026, 12, 15)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("LAST-MODIFIED") == NOON


def test_what_came_back_is_cancelled_and_later_gone(
    client: FlaskClient, engine: Engine, feed: str, clock: Clock
) -> None:
    with writing(engine) as session:
        for unit in session.scalars(select(Unit)):
            unit.status, unit.received_at, unit.settled_at = "received", NOON, NOON

    [event] = events(client, feed)
    clock.advance(days=31)

    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == "Returned: TU Delft (D4100208)"
    assert events(client, feed) == []


def test_another_partner_s_feed_holds_none_of_it(
    app: APIFlask, client: FlaskClient, engine: Engine, signed_in: SignIn, feed: str
) -> None:
    signed_in(Role.PARTNER_USER, partner="Contoso Telecom", email="ada@contoso.example")
    theirs = address_on(client.post("/calendar/feed").text)

    assert events(app.test_client(), theirs) == []


def test_it_opens_nothing_else(app: APIFlask, feed: str) -> None:
    stranger = app.test_client()
    secret = feed.removeprefix("/calendar/").removesuffix(".ics")
    stranger.get(feed)

    assert stranger.get("/orders/D4100208").status_code == 302
    assert stranger.get("/api/v1/orders", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_only_a_digest_of_it_is_kept(client: FlaskClient, engine: Engine, feed: str) -> None:
    secret = feed.removeprefix("/calendar/").removesuffix(".ics")

    with reading(engine) as session:
        kept = session.scalars(select(CalendarFeed)).one()

    assert secret not in {kept.secret_digest, client.get("/calendar/feed").text}
    assert secret not in client.get("/calendar/feed").text


def test_an_address_that_holds_no_more_is_like_one_that_never_did(
    app: APIFlask, client: FlaskClient, feed: str
) -> None:
    stranger = app.test_client()
    renewed = address_on(client.post("/calendar/feed").text)

    gone, never = stranger.get(feed), stranger.get("/calendar/nobodys.ics")
    assert stranger.get(renewed).status_code == 200
    client.post("/calendar/feed/close")
    closed = stranger.get(renewed)

    assert gone.status_code == never.status_code == closed.status_code == 404
    assert words(gone.text) == words(never.text) == words(closed.text)


def words(page: str) -> str:
    return re.sub(r'content="[^"]*"|value="[^"]*"', "", page)


def test_who_may_not_sign_in_reads_no_calendar_and_does_not_later(
    app: APIFlask, client: FlaskClient, engine: Engine, feed: str
) -> None:
    with reading(engine) as session:
        person_id = session.scalars(select(CalendarFeed.person_id)).one()
    for active in (False, True):
        with writing(engine) as session:
            set_active(session, person_id, active, by=SYSTEM, now=NOON)

        assert app.test_client().get(feed).status_code == 404


def test_a_program_that_asks_without_pause_is_told_to_wait(
    app: APIFlask, feed: str, clock: Clock, engine: Engine
) -> None:
    stranger = app.test_client()
    with writing(engine) as session:
        kept = session.scalars(select(CalendarFeed)).one()
        kept.fetches, kept.counted_from = MOST_FETCHES - 1, NOON

    last, over = stranger.get(feed), stranger.get(feed)
    clock.advance(hours=1)

    assert (last.status_code, over.status_code) == (200, 429)
    assert stranger.get(feed).status_code == 200


def test_programs_make_and_close_it_too(app: APIFlask, engine: Engine) -> None:
    ship(engine, "D4100208", eula_expires_on=DUE_28_NOVEMBER, units=2)
    program = program_of(app, engine, add_person(engine, Role.PARTNER_USER))

    made: Any = program.post("/api/v1/calendar-feed").json
    days: Any = program.get("/api/v1/due-days?first=2026-11-01&days=30").json
    fetched = app.test_client().get(made["address"].partition("8000")[2])
    closed: Any = program.delete("/api/v1/calendar-feed").json

    assert [(day["on"], day["devices"], day["shown"][0]["number"]) for day in days["items"]] == [
        ("2026-11-28", 2, "D4100208")
    ]
    assert fetched.status_code == 200
    assert closed["is_open"] is False


def test_devices_with_two_due_days_stand_on_both(client: FlaskClient, engine: Engine, feed: str) -> None:
    with writing(engine) as session:
        order = session.scalars(select(DemoOrder)).one()
        late = session.scalars(select(Unit).where(Unit.order_id == order.id).order_by(Unit.id.desc())).first()
        assert late
        late.eula_expires_on = date(2026, 12, 1)

    first, second = events(client, feed)

    assert (first.decoded("DTSTART"), second.decoded("DTSTART")) == (date(2026, 11, 28), date(2026, 12, 15))
    assert first["UID"] != second["UID"]
