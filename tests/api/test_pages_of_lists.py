"""No list of the API stops short: each says where it goes on, and the pages together hold everything once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import Engine, Table, insert, select

from rmatrack.db.base import Base
from rmatrack.db.engine import writing
from rmatrack.db.orders import DemoOrder
from rmatrack.db.people import Person
from rmatrack.domain.people import Role
from rmatrack.services import notifications, parcels, partners
from rmatrack.web.api import extensions, imports, pickups, scans
from tests.api.conftest import MakeProgram, Program
from tests.fixtures.app import NOON
from tests.receiving.shipments import make_order

DIGEST = "0" * 64


@pytest.fixture
def order(engine: Engine) -> DemoOrder:
    with writing(engine) as session:
        make_order(session, "D4100201", ["FOC2133N7QX"])
        return session.scalars(select(DemoOrder)).one()


def test_extensions_go_on(program: MakeProgram, engine: Engine, order: DemoOrder) -> None:
    asked = {"order_id": order.id, "partner_id": order.partner_id, "to_on": date(2026, 12, 24), "reason": "Late"}
    told = {**asked, "state": "refused", "requested_at": NOON, "version": 1}
    keep(engine, "extension_request", [told] * (extensions.PAGE + 1))

    ids = walked(program(Role.TRIALS_TEAM), "extensions", "id", state="refused")

    assert ids == [*range(1, extensions.PAGE + 2)]


def test_devices_to_be_shipped_go_on(program: MakeProgram, engine: Engine, order: DemoOrder) -> None:
    to = {"recipient": "IT", "phone": "1", "ship_to_name": "x", "address_1": "1", "address_2": "", "address_3": ""}
    place = {"city": "Austin", "country_state": "TX", "postal_code": "78705", "country": "US", "version": 1}
    of = {"partner_id": order.partner_id, "customer_id": order.customer_id, "expires_on": date(2027, 1, 1)}
    keep(engine, "trial", [{**of, "id": 1, "status": "active", "door": "recorded", "created_at": NOON, "version": 1}])
    asked = {"trial_id": 1, "partner_id": order.partner_id, "state": "requested", "requested_at": NOON}
    keep(engine, "parcel_request", [{**to, **place, **asked}] * (parcels.PAGE + 1))

    ids = walked(program(Role.LOGISTICS), "device-requests", "id")

    assert ids == [*range(1, parcels.PAGE + 2)]


def test_partners_go_on_by_name(program: MakeProgram, engine: Engine) -> None:
    names = [f"Northwind {number:02}" for number in range(partners.PAGE + 1)]
    other = {"certified": True, "tier": 1, "created_at": NOON}
    keep(engine, "partner", [{"name": name, "name_key": name.lower(), **other} for name in reversed(names)])

    found = walked(program(Role.SUPPORT), "partners", "name", text="NORTHWIND")

    assert found == names


def test_pickups_go_on(program: MakeProgram, engine: Engine, order: DemoOrder) -> None:
    booked = {"order_id": order.id, "carrier": "ups", "state": "booked", "ready_at": time(9), "closes_at": time(17)}
    words = {"zone": "UTC", "instructions": "", "number": "", "mail_to": "", "mail_name": "", "language": "en"}
    days = [date(2026, 12, 1) + timedelta(days=number // 2) for number in range(pickups.PAGE + 1)]
    told = {**booked, **words, "asked_by": "Sam", "created_at": NOON, "failures": 0, "version": 1}
    keep(engine, "pickup", [{**told, "day": day} for day in days])

    ids = walked(program(Role.LOGISTICS), "pickups", "id")

    assert ids == [*range(1, pickups.PAGE + 2)]


def test_scans_go_on_through_a_moment_that_many_share(program: MakeProgram, engine: Engine) -> None:
    made = [str(UUID(int=number)) for number in range(1, scans.SHOWN + 2)]
    other = {"station": "dock-1", "raw": "FOC2133N7QX", "serial_key": "FOC2133N7QX", "recorded_at": NOON}
    rows = [
        {"id": id_, "scanned_at": NOON - timedelta(minutes=n // 300), "outcome": "never_shipped", "answer": {}, **other}
        for n, id_ in enumerate(made)
    ]
    keep(engine, "scan", rows)

    ids = walked(program(Role.LOGISTICS), "scans", "id", station="dock-1", since=past(NOON))

    assert ids == [*reversed(made[:300]), *reversed(made[300:])]


def test_uploaded_files_go_on(program: MakeProgram, engine: Engine) -> None:
    blob = {"digest": DIGEST, "media_type": "text/csv", "size": 1, "content": b"x", "created_at": NOON}
    keep(engine, "blob", [blob])
    file = {"name": "a.csv", "blob_digest": DIGEST, "mapping": {}, "uploaded_at": NOON, "version": 1}
    keep(engine, "import_file", [file] * (imports.FILES_SHOWN + 1))

    ids = walked(program(Role.LOGISTICS), "imports", "id")

    assert ids == [*range(imports.FILES_SHOWN + 1, 0, -1)]


def test_notifications_go_on_and_are_ones_own(program: MakeProgram, engine: Engine) -> None:
    mine, yours = program(Role.LOGISTICS), program(Role.SUPPORT)
    with writing(engine) as session:
        people = {person.role: person.id for person in session.scalars(select(Person))}
    told = {"sentence": '["Hello", {}]', "tone": "", "href": "/", "at": NOON}
    many = range(notifications.SHOWN + 1)
    keep(engine, "notification", [{**told, "person_id": people["logistics"], "about": f"{n}"} for n in many])

    ids = walked(mine, "notifications", "id")

    assert ids == [*range(notifications.SHOWN + 1, 0, -1)]
    assert walked(yours, "notifications", "id", after=str(ids[0])) == []


def keep(engine: Engine, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    found: Table = Base.metadata.tables[table]
    with writing(engine) as session:
        session.execute(insert(found), list(rows))


def walked(program: Program, path: str, name: str, **asked: str) -> list[Any]:
    """The field *name* of every item on all pages, of which there are two where there is anything."""
    found: list[Any] = []
    pages = 0
    while True:
        answer: Any = program.get(f"/api/v1/{path}?{urlencode(asked)}").json
        found += [item[name] for item in answer["items"]]
        pages += 1
        if answer["next"] is None:
            break
        asked["after"] = answer["next"]
    assert pages == (2 if found else 1)
    return found


def past(moment: datetime) -> str:
    return (moment - timedelta(days=1)).isoformat()
