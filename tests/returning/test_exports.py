"""Lists as files: they hold what the page shows, narrowed as the page is, and nothing of others (SPEC X-1, X-6)."""

import csv
import io
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.receiving import record_scans
from rmatrack.web.exports import XLSX
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.receiving.shipments import scan
from tests.web.shipments import ship

DUE = date(2026, 11, 1)


def lines(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_file_of_orders_is_the_list_on_the_page(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=DUE, units=2)
    ship(engine, "D4100002", eula_expires_on=DUE, customer="Politechnika Łódzka", country="PL")

    every = lines(client, "/orders/export.csv?state=all")
    polish = lines(client, "/orders/export.csv?state=all&country=PL")
    page = client.get("/orders?state=all&country=PL").text

    assert [row["Demo order"] for row in every] == ["D4100002", "D4100001"]
    assert every[1]["Devices"] == "2"
    assert every[1]["Return due"] == "2026-11-15"
    assert [row["Customer"] for row in polish] == ["Politechnika Łódzka"]
    assert "/orders/export.csv?state=all&amp;country=PL" in page


def test_a_partner_s_file_has_its_own_orders_only(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100001", eula_expires_on=DUE)
    ship(engine, "D4100002", eula_expires_on=DUE, customer="Contoso Retail", partner="Contoso Telecom")

    rows = lines(client, "/orders/export.csv?state=all")

    assert [row["Demo order"] for row in rows] == ["D4100001"]


def test_the_file_of_discrepancies_is_the_list_on_the_page(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    with writing(engine) as session:
        record_scans(session, [scan("FOC2121ZZZZ", NOON, 1)], by=SYSTEM, now=NOON)

    rows = lines(client, "/discrepancies/export.csv")
    closed = lines(client, "/discrepancies/export.csv?state=closed")
    page = client.get("/discrepancies?type=unknown-serial").text

    assert [row["Scanned"] for row in rows] == ["FOC2121ZZZZ"]
    assert closed == []
    assert "/discrepancies/export.csv?type=unknown-serial" in page


def test_a_file_speaks_the_reader_s_language(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=DUE)

    answer = client.get("/orders/export.csv?state=all", headers={"Accept-Language": "nl-NL"})

    assert "Uiterste retourdatum" in answer.data.decode("utf-8-sig")


@pytest.mark.parametrize("address", ["/orders", "/discrepancies", "/labels/requests"])
def test_each_list_is_a_workbook_too(client: FlaskClient, signed_in: SignIn, engine: Engine, address: str) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=DUE)

    answer = client.get(f"{address}/export.xlsx", buffered=True)

    assert answer.mimetype == XLSX
    assert answer.data.startswith(b"PK")
