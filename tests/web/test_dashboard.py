"""The dashboard tells how it stands, in few questions, and a partner only of its own."""

import re
from datetime import UTC, date, datetime

from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack.domain.people import Role
from tests.fixtures.pages import SignIn
from tests.queries import count_queries
from tests.web.shipments import ship

# The clock says Sunday 22 November 2026; the return window is 14 days.
OVERDUE = date(2026, 11, 1)
DUE_TODAY = date(2026, 11, 8)
DUE_SOON = date(2026, 11, 12)
NOT_DUE = date(2026, 12, 24)
THIS_WEEK = datetime(2026, 11, 17, 9, tzinfo=UTC)
LAST_WEEK = datetime(2026, 11, 13, 9, tzinfo=UTC)


def test_the_five_figures_count_what_their_lists_hold(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, units=3)
    ship(engine, "D4100002", eula_expires_on=DUE_TODAY)
    ship(engine, "D4100003", eula_expires_on=DUE_SOON, units=2)
    ship(engine, "D4100004", eula_expires_on=NOT_DUE)
    ship(engine, "D4100005", eula_expires_on=NOT_DUE, units=4, received_at=THIS_WEEK)
    ship(engine, "D4100006", eula_expires_on=NOT_DUE, received_at=LAST_WEEK)

    page = client.get("/").text

    assert figures(page) == {
        "Overdue": "3",
        "Due in 7 days": "3",
        "Open discrepancies": "0",
        "Out": "7",
        "Received this week": "4",
    }


def test_todays_work_names_what_is_due_today_before_what_is_overdue(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, units=2)
    ship(engine, "D4100002", eula_expires_on=DUE_TODAY)

    page = client.get("/").text

    assert page.index("D4100002: TU Delft") < page.index("D4100001: TU Delft")
    assert "2 devices due 15 Nov, 7 days ago · through Noordzee Networks" in page


def test_without_devices_the_page_says_how_to_begin(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    page = client.get("/").text

    assert "No devices yet" in page
    assert "Import shipments" in page


def test_the_charts_lead_to_their_lists(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.SUPPORT)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, shipped_on=date(2026, 11, 16), units=2)
    ship(engine, "D4100002", eula_expires_on=NOT_DUE, country="US", customer="MIT")

    page = client.get("/charts").text

    assert 'href="/units?state=out&amp;week=2026-W47" aria-label="16 Nov, Shipped: 2"' in page
    assert 'href="/units?state=overdue&amp;age=1-7" aria-label="1–7 days, Overdue: 2"' in page
    assert 'href="/units?state=overdue&amp;carrier=dhl" aria-label="DHL Express, Overdue: 2"' in page
    assert 'href="/units?state=out&amp;country=US" aria-label="United States, Not overdue: 1"' in page


def test_the_time_from_due_to_received_leads_to_its_lists(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=date(2026, 11, 3), received_at=THIS_WEEK)
    ship(engine, "D4100002", eula_expires_on=date(2026, 11, 2), received_at=THIS_WEEK, units=2)
    ship(engine, "D4100003", eula_expires_on=date(2026, 10, 3), received_at=THIS_WEEK, units=3)
    ship(engine, "D4100004", eula_expires_on=NOT_DUE, received_at=THIS_WEEK)

    bars = re.findall(r'href="(/units[?][^"]*late=[^"]*)" aria-label="([^"]*)"', client.get("/charts").text)

    assert [name for _href, name in bars] == [
        "over 7 days early, Received: 1",
        "on the day, Received: 1",
        "1–7 days late, Received: 2",
        "over 30 days late, Received: 3",
    ]
    for href, name in bars:
        listed = client.get(href.replace("&amp;", "&")).text
        assert f'>Received <span class="count">{name[-1]}</span>' in listed


def test_a_partner_sees_its_own_customers_only(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100001", eula_expires_on=DUE_SOON, units=2)
    ship(engine, "D4100002", eula_expires_on=OVERDUE, customer="Mekong University", partner="Contoso Telecom")

    page = client.get("/").text

    assert "TU Delft" in page
    assert "2 devices out" in page
    assert "26 Nov" in page
    assert "in 4 days" in page
    assert "Mekong University" not in page


def test_a_partner_gets_no_charts_of_everybody(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER)

    answer = client.get("/charts")

    assert answer.status_code == 403


def test_the_number_of_questions_does_not_grow_with_the_devices(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    for number in range(12):
        ship(engine, f"D41000{number:02d}", eula_expires_on=OVERDUE, units=2, customer=f"Customer {number}")

    with count_queries(engine) as dashboard:
        client.get("/")
    with count_queries(engine) as charts:
        client.get("/charts")

    assert len(dashboard) <= 8
    assert len(charts) <= 8


def figures(page: str) -> dict[str, str]:
    """Return the numbers on top of a dashboard by their names."""
    found = re.findall(r'figure-name">.*?</svg>(.*?)</span><span class="figure-value">(.*?)</span>', page, re.DOTALL)
    return dict(found)
