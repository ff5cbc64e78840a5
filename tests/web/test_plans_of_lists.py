"""However many units there are, no list of the desks reads a whole table: SQLite tells how it would go about each."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rmatrack.db import flags
from rmatrack.db.dashboard import received_late, shipped_between
from rmatrack.db.due_days import last_changes
from rmatrack.db.engine import make_engine, reading
from rmatrack.db.extension_questions import requests_in_state
from rmatrack.db.history import EventFilter, events_matching
from rmatrack.db.imports import newest_import_files
from rmatrack.db.label_lists import countries_to_print, labels_held, labels_to_check, orders_to_print
from rmatrack.db.migrate import upgrade
from rmatrack.db.notifications import notifications_of
from rmatrack.db.parcel_questions import parcels_waiting
from rmatrack.db.partner_home import counts_travelling, first_units_due
from rmatrack.db.people import partners_page
from rmatrack.db.pickups import visits_of_order
from rmatrack.db.shifts import latest_scans
from rmatrack.domain.extensions import ExtensionState
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Actor, PartnerId, PersonId, Role
from rmatrack.services import charge_proposals, due_days, ladder, sweep
from rmatrack.services.policy import load
from tests.fixtures.app import NOON
from tests.plans import indexes_used, tables_read_whole
from tests.queries import count_queries

GROWING = {
    *("charge", "customer", "demo_order", "discrepancy", "event", "extension_request", "import_file", "label"),
    *("notification", "outbox_mail", "parcel_request", "partner", "pickup", "rma", "scan", "track", "unit"),
}
LONG_AGO, TODAY = NOON - timedelta(days=60), NOON.date()
PATIENCE = flags.Patience(not_scanned={"": NOON}, not_delivered={"": NOON}, held_up={"": NOON}, now=NOON)
WANTED = flags.FlagsWanted()
POLICY = load(None)
PARTNER = Actor(PersonId(1), "Kim", Role.PARTNER_USER, PartnerId(1), PERMISSIONS[Role.PARTNER_USER])

Ask = Callable[[Session], object]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('plans') / 'empty.sqlite3'}")
    upgrade(engine)
    yield engine
    engine.dispose()


LISTS: dict[str, tuple[Ask, str]] = {
    "orders to print": (
        lambda session: orders_to_print(session, country=None, seen_by=SYSTEM, limit=9),
        "ix_unit_order_id_out",
    ),
    "labels to print by country": (
        lambda session: countries_to_print(session, seen_by=SYSTEM),
        "ix_label_unit_id_state",
    ),
    "labels to check": (
        lambda session: labels_to_check(session, issued_before=LONG_AGO, expires_after=TODAY, seen_by=SYSTEM, limit=9),
        "ix_label_state_created_at",
    ),
    "labels held back": (lambda session: labels_held(session, seen_by=SYSTEM, limit=9), "ix_label_state_created_at"),
    "parcels to look at": (
        lambda session: flags.flags_page(session, WANTED, PATIENCE, page=1, seen_by=SYSTEM),
        "ix_track_heard_of",
    ),
    "parcels to look at, counted": (
        lambda session: flags.count_flags(session, PATIENCE, seen_by=SYSTEM),
        "ix_track_heard_of",
    ),
    "parcels to look at, with their numbers": (
        lambda session: flags.flags_page_counted(session, WANTED, PATIENCE, page=1, seen_by=SYSTEM),
        "ix_track_heard_of",
    ),
    "devices to ship": (
        lambda session: parcels_waiting(session, after=9, seen_by=SYSTEM, limit=9),
        "ix_parcel_request_state",
    ),
    "extensions": (
        lambda session: requests_in_state(session, ExtensionState.REQUESTED, after=9, seen_by=SYSTEM, limit=9),
        "ix_extension_request_state",
    ),
    "notifications": (lambda session: notifications_of(session, 1, limit=9), "ix_notification_person_at"),
    "a station's scans": (
        lambda session: latest_scans(session, "dock-1", LONG_AGO, limit=9),
        "ix_scan_station_scanned_at",
    ),
    "the history of one subject": (
        lambda session: events_matching(session, EventFilter(subject="unit"), before=9, limit=9),
        "ix_event_subject_id",
    ),
    "the history of one thing": (
        lambda session: events_matching(session, EventFilter(subject="unit", key="FOC1"), before=None, limit=9),
        "ix_event_subject_subject_key",
    ),
    "an order's pickups": (lambda session: visits_of_order(session, 1, seen_by=SYSTEM), "ix_unit_order_id"),
    "days of the calendar": (
        lambda session: due_days.due_days(
            session, TODAY, TODAY + timedelta(days=41), seen_by=SYSTEM, policy=POLICY, now=NOON
        ),
        "ix_unit_eula_expires_on_order_id_out",
    ),
    "a calendar's feed": (
        lambda session: due_days.fed_returns(session, seen_by=SYSTEM, policy=POLICY, now=NOON),
        "ix_unit_eula_expires_on_out",
    ),
    "how late what came back was": (
        lambda session: received_late(session, [(None, 0)], since=LONG_AGO, window_days=15, seen_by=SYSTEM),
        "ix_unit_received_at",
    ),
    "what left by week": (
        lambda session: shipped_between(session, [LONG_AGO.date(), TODAY], seen_by=SYSTEM),
        "ix_demo_order_shipped_on",
    ),
    "a partner's customers with devices under way": (
        lambda session: counts_travelling(session, [1, 2], seen_by=PARTNER),
        "ix_demo_order_customer_id",
    ),
    "the first device due of a partner's customers": (
        lambda session: first_units_due(session, [1, 2], seen_by=PARTNER),
        "ix_demo_order_customer_id",
    ),
    "uploaded files": (lambda session: newest_import_files(session, before=9, limit=9), ""),
    "partners": (lambda session: partners_page(session, after=("a", 1), limit=9), ""),
    "people to remind": (lambda session: sweep.people_to_remind(session, policy=POLICY, now=NOON), ""),
    "people to tell of units": (lambda session: ladder.people_to_tell(session, policy=POLICY, now=NOON), ""),
    "units to charge": (
        lambda session: charge_proposals.units_beyond_the_ladder(session, policy=POLICY, now=NOON),
        "",
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_goes_by_its_index(engine: Engine, name: str) -> None:
    ask, index = LISTS[name]
    with reading(engine) as session, count_queries(engine) as asked:
        ask(session)

    used = {used for sql in asked for used in indexes_used(engine, sql)}

    assert asked
    assert index in used or not index
    assert not {table for sql in asked for table in tables_read_whole(engine, sql)} & GROWING


def test_the_dates_of_a_feeds_orders_are_not_looked_for_among_all_events(engine: Engine) -> None:
    with reading(engine) as session, count_queries(engine) as asked:
        last_changes(session, [1, 2])

    assert {used for sql in asked for used in indexes_used(engine, sql)} == {"ix_event_order_id"}
