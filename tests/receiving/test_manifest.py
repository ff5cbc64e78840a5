"""What a station is given to judge by itself."""

import gzip
import json
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from rmatrack.db.customers import Customer
from rmatrack.db.engine import reading, writing
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.receiving import record_scans
from rmatrack.services.scan_manifest import RECENT, manifest, manifest_version
from tests.fixtures.pages import SignIn
from tests.queries import count_queries
from tests.receiving.dock import ONE, TWO
from tests.receiving.shipments import NOW, make_order, scan


def version(engine: Engine, at: datetime = NOW) -> str:
    with reading(engine) as session:
        return manifest_version(session, by=SYSTEM, now=at)


def test_it_holds_what_is_out_and_what_came_back_lately(engine: Engine) -> None:
    with writing(engine) as session:
        rma = make_order(session, "D4100201", [ONE, TWO]).number
        record_scans(session, [scan(ONE, NOW, 1)], by=SYSTEM, now=NOW)

    with reading(engine) as session:
        today = json.loads(manifest(session, by=SYSTEM, now=NOW))
        later = json.loads(manifest(session, by=SYSTEM, now=NOW + RECENT + timedelta(days=2)))

    assert {unit[0]: today["statuses"][unit[3]] for unit in today["units"]} == {ONE: "received", TWO: "shipped"}
    assert today["orders"] == [["D4100201", rma, "Massachusetts Institute of Technology", "2026-07-01"]]
    assert [unit[0] for unit in later["units"]] == [TWO]


def test_its_version_changes_with_it_alone(engine: Engine) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE, TWO])
    before = version(engine)
    assert version(engine, datetime(2026, 11, 22, 23, tzinfo=UTC)) == before

    with writing(engine) as session:
        record_scans(session, [scan(ONE, NOW, 1)], by=SYSTEM, now=NOW)

    assert version(engine) != before


def test_it_takes_as_many_statements_however_many_units(engine: Engine) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [f"FOC2121{place:04}" for place in range(300)])

    with reading(engine) as session, count_queries(engine) as counted:
        manifest(session, by=SYSTEM, now=NOW)

    assert len(counted) <= 5


def test_a_station_that_has_it_gets_it_once(client: FlaskClient, engine: Engine, signed_in: SignIn) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])
    signed_in(Role.LOGISTICS)
    first = client.get("/scan/manifest", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/scan/manifest")

    again = client.get("/scan/manifest", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, first.headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(first.data) == plain.data
    assert (again.status_code, again.data) == (304, b"")


def test_a_station_gets_what_is_new_whatever_another_got(
    client: FlaskClient, engine: Engine, signed_in: SignIn
) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE, TWO])
    signed_in(Role.LOGISTICS)
    first, same = (client.get("/scan/manifest").json for _station in range(2))

    with writing(engine) as session:
        record_scans(session, [scan(ONE, NOW, 1)], by=SYSTEM, now=NOW)
    after = client.get("/scan/manifest").json

    assert first == same
    assert first
    assert [unit[3:] for unit in first["units"]] == [[0, None], [0, None]]
    assert after
    assert [unit[3:] for unit in after["units"]] == [[0, None], [1, int(NOW.timestamp())]]


def test_a_customers_quotes_do_not_break_it(engine: Engine) -> None:
    name = 'Łódź "Nord" \\ Söhne'
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])
        session.execute(update(Customer).values(name=name))

    with reading(engine) as session:
        (order,) = json.loads(manifest(session, by=SYSTEM, now=NOW))["orders"]

    assert order[2] == name


def test_partners_and_support_have_none(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)

    assert client.get("/scan/manifest").status_code == 403
    assert client.get("/scan/worker.js").status_code == 403
