"""The page of scan stations: what waits in each, and giving up on one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.domain.stations import Announcement
from rmatrack.services.receiving import record_scans
from rmatrack.services.scan_stations import announce
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.receiving.shipments import make_order, scan

ONE = "FOC21213GKV"
STATION = str(uuid4())


@pytest.fixture
def rma(engine: Engine) -> str:
    """The number of a return whose only unit is back, and that waits for three scans in `dock-1`."""
    with writing(engine) as session:
        number = make_order(session, "D4100201", [ONE]).number
        said = Announcement(id=STATION, name="dock-1", unsent=3, unsent_since=NOON, unsent_of={number: 3}, box=None)
        announce(session, said, by=SYSTEM, now=NOON)
        record_scans(session, [scan(ONE, NOON - timedelta(hours=1), 1)], by=SYSTEM, now=NOON)
    return number


def test_the_page_tells_what_waits_in_a_station_and_for_whom(client: FlaskClient, signed_in: SignIn, rma: str) -> None:
    signed_in(Role.LOGISTICS)

    page = client.get("/stations").text

    assert "dock-1" in page
    assert rma in page
    assert "Declare it lost" in page


def test_a_station_that_is_given_up_holds_up_no_return(client: FlaskClient, signed_in: SignIn, rma: str) -> None:
    signed_in(Role.LOGISTICS)

    answer = client.post(f"/stations/{STATION}/lost", data={"reason": "fell into the dock"}, follow_redirects=True)

    assert f"dock-1 · {STATION[:4].upper()} is declared lost; nothing waits for it any more." in answer.text
    assert "fell into the dock" in answer.text
    assert rma not in answer.text
    assert "Declare it lost" not in answer.text


def test_nobody_gives_a_station_up_without_a_reason(client: FlaskClient, signed_in: SignIn, rma: str) -> None:
    signed_in(Role.LOGISTICS)

    answer = client.post(f"/stations/{STATION}/lost", data={"reason": " "})

    assert answer.status_code == 422
    assert "<details open>" in answer.text
    assert rma in answer.text


def test_support_sees_stations_and_gives_none_up(client: FlaskClient, signed_in: SignIn, rma: str) -> None:
    signed_in(Role.SUPPORT)

    assert "Declare it lost" not in client.get("/stations").text
    assert client.post(f"/stations/{STATION}/lost", data={"reason": "lost"}).status_code == 403


def test_partners_see_no_stations(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER)

    assert client.get("/stations").status_code in {403, 404}
