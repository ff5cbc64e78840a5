"""What a carrier says and what we know should agree; where not, the dock sees it until it does (C-6, C-11)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from carriers.parcel_states import ParcelState
from rmatrack.db.engine import reading, writing
from rmatrack.db.flags import FlagsWanted
from rmatrack.db.labels import Label
from rmatrack.db.orders import Unit
from rmatrack.db.tracking import Track
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.domain.tracking import FlagKind
from rmatrack.services.flags import lay_aside, parcels_to_look_at, take_up
from tests.fixtures.pages import SignIn
from tests.labels.places import POLICY, ship
from tests.queries import count_queries
from tests.tracking.world import MONDAY, event, label, tell

S = ParcelState
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""A Sunday: two working days before it is the Thursday."""


def at(engine: Engine, one: Label, day: str, *states: ParcelState) -> None:
    """The carrier reports *states* from the morning of *day* on."""
    start = datetime.fromisoformat(f"2026-11-{day}T08:00:00+00:00")
    hours = (start - MONDAY) / timedelta(hours=1)
    tell(engine, one, [event(one.number, hours + n, state) for n, state in enumerate(states)], now=NOW)


def receive(engine: Engine, one: Label, day: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-{day}T08:00:00+00:00")
    with writing(engine) as session:
        unit = session.get_one(Unit, one.unit_id)
        unit.status, unit.received_at, unit.settled_at = "received", moment, moment


def flags(engine: Engine, now: datetime = NOW, **wanted: Any) -> list[tuple[str, FlagKind]]:
    with reading(engine) as session:
        rows = parcels_to_look_at(session, FlagsWanted(**wanted), page=1, policy=POLICY, seen_by=SYSTEM, now=now)
    return [(row.number, FlagKind(row.kind)) for row in rows]


def test_a_parcel_on_its_way_is_quiet(engine: Engine) -> None:
    one = label(engine)
    at(engine, one, "20", S.IN_TRANSIT)

    assert flags(engine) == []


def test_a_replaced_label_that_travels_is_seen_until_its_box_is_here(engine: Engine) -> None:
    one = label(engine, state=LabelState.SUPERSEDED)
    at(engine, one, "20", S.IN_TRANSIT)
    seen = flags(engine)

    receive(engine, one, "21")

    assert seen == [(one.number, FlagKind.DEAD_LABEL_MOVES)]
    assert flags(engine) == []


def test_a_voided_label_that_travels_is_seen(engine: Engine) -> None:
    one = label(engine, state=LabelState.VOIDED)
    at(engine, one, "20", S.IN_TRANSIT)

    assert flags(engine) == [(one.number, FlagKind.DEAD_LABEL_MOVES)]


def test_a_label_that_somebody_voided_in_another_tool_is_seen_and_not_printed_again(engine: Engine) -> None:
    one = label(engine)
    at(engine, one, "20", S.ANNOUNCED, S.VOIDED)

    with reading(engine) as session:
        assert session.get_one(Label, one.id).state == LabelState.VOIDED
    assert flags(engine) == [(one.number, FlagKind.VOIDED_ELSEWHERE)]


def test_a_label_that_we_had_replaced_may_be_voided(engine: Engine) -> None:
    one = label(engine, state=LabelState.VOID_REQUESTED)
    at(engine, one, "20", S.VOIDED)

    assert flags(engine) == []


@pytest.mark.parametrize(("day", "seen"), [("18", True), ("19", True), ("20", False)])
def test_a_box_is_scanned_within_two_working_days_of_its_delivery(engine: Engine, day: str, seen: bool) -> None:
    one = label(engine)
    at(engine, one, day, S.IN_TRANSIT, S.DELIVERED)

    assert flags(engine) == ([(one.number, FlagKind.NOT_SCANNED)] if seen else [])


def test_a_scan_closes_it_by_itself(engine: Engine) -> None:
    one = label(engine)
    at(engine, one, "16", S.IN_TRANSIT, S.DELIVERED)

    receive(engine, one, "20")

    assert flags(engine) == []


def test_a_device_that_is_here_while_its_parcel_travels_is_seen_after_three_working_days(engine: Engine) -> None:
    late, fresh = (label(engine, unit_id=unit) for unit in ship(engine, 2))
    for one, day in ((late, "17"), (fresh, "20")):
        at(engine, one, "16", S.IN_TRANSIT)
        receive(engine, one, day)
    seen = flags(engine)

    at(engine, late, "21", S.DELIVERED)

    assert seen == [(late.number, FlagKind.NOT_DELIVERED)]
    assert flags(engine) == []


def test_what_goes_back_or_is_lost_or_stands_still_is_seen(engine: Engine) -> None:
    back, lost, still, waits = (label(engine, unit_id=unit) for unit in ship(engine, 4))
    at(engine, back, "10", S.IN_TRANSIT, S.RETURNING)
    at(engine, lost, "11", S.IN_TRANSIT, S.LOST)
    at(engine, still, "12", S.IN_TRANSIT, S.CUSTOMS)
    at(engine, waits, "20", S.IN_TRANSIT, S.CUSTOMS)

    assert flags(engine) == [
        (back.number, FlagKind.GOES_BACK),
        (lost.number, FlagKind.LOST),
        (still.number, FlagKind.HELD_UP),
    ]


def test_a_number_that_the_carrier_refuses_is_seen(engine: Engine) -> None:
    one = label(engine)
    at(engine, one, "20", S.ANNOUNCED)
    with writing(engine) as session:
        session.get_one(Track, one.id).problem = "[]"

    assert flags(engine) == [(one.number, FlagKind.NOT_ASKED)]


def test_what_somebody_has_looked_at_is_laid_aside_and_can_be_taken_up(engine: Engine) -> None:
    one, kind = label(engine), FlagKind.NOT_SCANNED
    at(engine, one, "16", S.IN_TRANSIT, S.DELIVERED)
    with writing(engine) as session:
        lay_aside(session, one.id, kind, note="In cage 4", policy=POLICY, by=SYSTEM, now=NOW)
    laid = (flags(engine), flags(engine, aside=True))

    with writing(engine) as session:
        take_up(session, one.id, kind, policy=POLICY, by=SYSTEM, now=NOW)

    assert laid == ([], [(one.number, kind)])
    assert flags(engine) == [(one.number, kind)]


def test_nothing_is_laid_aside_twice_or_without_a_word_or_where_nothing_is(engine: Engine) -> None:
    one, kind = label(engine), FlagKind.NOT_SCANNED
    at(engine, one, "16", S.IN_TRANSIT, S.DELIVERED)
    codes = []
    for note, asked in ((" ", kind), ("x", FlagKind.LOST), ("x", kind), ("x", kind)):
        try:
            with writing(engine) as session:
                lay_aside(session, one.id, asked, note=note, policy=POLICY, by=SYSTEM, now=NOW)
        except RmatrackError as refused:
            codes.append(refused.code)

    assert codes == ["no-note", "not-found", "flag-laid-aside"]


def test_the_list_takes_as_few_questions_for_many_as_for_one(engine: Engine) -> None:
    counts = []
    for size in (1, 12):
        for unit in ship(engine, size):
            at(engine, label(engine, unit_id=unit), "16", S.IN_TRANSIT, S.DELIVERED)
        with count_queries(engine) as asked:
            flags(engine)
        counts.append(len(asked))

    assert counts[0] == counts[1] == 2


def test_the_dock_sees_narrows_and_exports_the_list(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    one, other = (label(engine, unit_id=unit) for unit in ship(engine, 2))
    at(engine, one, "16", S.IN_TRANSIT, S.DELIVERED)
    at(engine, other, "16", S.IN_TRANSIT, S.LOST)

    page = client.get("/parcels?kind=lost")
    file = client.get("/parcels/export.csv?kind=lost")

    assert other.number in page.text
    assert one.number not in page.text
    assert other.number in file.text
    assert one.number not in file.text


def test_a_person_records_and_lays_aside_on_the_parcels_page(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    one = label(engine)
    at(engine, one, "16", S.IN_TRANSIT, S.LOST)

    recorded = client.post(
        f"/parcels/{one.number}/reports",
        data={"state": "delivered", "at": "2026-11-18T10:00", "evidence": "The driver's sheet"},
    )
    aside = client.post(f"/parcels/{one.number}/aside", data={"kind": "delivered-not-scanned", "note": "In cage 4"})

    assert (recorded.status_code, aside.status_code) == (302, 302)
    shown = client.get(f"/parcels/{one.number}").text
    assert "The driver&#39;s sheet" in shown
    assert "Logistics" in shown
    assert flags(engine, aside=True) == [(one.number, FlagKind.NOT_SCANNED)]


def test_a_form_without_evidence_keeps_what_was_typed(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    one = label(engine)

    page = client.post(
        f"/parcels/{one.number}/reports", data={"state": "lost", "at": "2026-11-18T10:00", "evidence": ""}
    )

    assert page.status_code == 422
    assert "Say how you know" in page.text
    assert '<option selected value="lost">' in page.text


def test_a_partner_sees_where_its_own_parcel_is_and_no_names(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.PARTNER_USER, partner="Northwind Collaboration")
    one = label(engine)
    at(engine, one, "20", S.IN_TRANSIT)

    page = client.get(f"/parcels/{one.number}")

    assert page.status_code == 200
    assert "on its way" in page.text
    assert "Record where it is" not in page.text
    assert client.get("/parcels").status_code == 403


def test_another_partners_parcel_is_not_there(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER, partner="Somebody Else")
    one = label(engine)

    assert client.get(f"/parcels/{one.number}").status_code == 404
    assert client.get("/parcels/1Z000").status_code == 404
