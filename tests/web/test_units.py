"""The list of devices narrows, sorts, pages and exports; a device tells all that happened to it."""

import csv
import io
import re
from datetime import UTC, date, datetime

from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, select, update

from rmatrack.db.engine import reading, writing
from rmatrack.db.labels import Label
from rmatrack.db.orders import Unit
from rmatrack.domain.history import Change
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.history import record
from tests.fixtures.pages import SignIn
from tests.labels.places import SHIPPED
from tests.labels.places import ship as ship_there
from tests.labels.printing import print_them
from tests.queries import count_queries
from tests.web.shipments import ship

# The clock says Sunday 22 November 2026; the return window is 14 days.
OVERDUE = date(2026, 11, 1)
DUE_TODAY = date(2026, 11, 8)
DUE_SOON = date(2026, 11, 12)
NOT_DUE = date(2026, 12, 24)
THIS_WEEK = datetime(2026, 11, 17, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_chips_count_each_list(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, units=3)
    ship(engine, "D4100002", eula_expires_on=DUE_TODAY)
    ship(engine, "D4100003", eula_expires_on=DUE_SOON, units=2)
    ship(engine, "D4100004", eula_expires_on=NOT_DUE, received_at=THIS_WEEK)

    page = client.get("/units").text

    assert chips(page) == {
        "Overdue": "3",
        "Due today": "1",
        "Due in 7 days": "3",
        "All that are out": "6",
        "Received": "1",
    }


def test_each_state_lists_its_own(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE)
    ship(engine, "D4100002", eula_expires_on=DUE_TODAY)
    ship(engine, "D4100003", eula_expires_on=DUE_SOON)
    ship(engine, "D4100004", eula_expires_on=NOT_DUE)
    ship(engine, "D4100005", eula_expires_on=NOT_DUE, received_at=THIS_WEEK)

    listed = {
        state: orders(client.get(f"/units?state={state}").text)
        for state in ("overdue", "due-today", "due-soon", "out", "received")
    }

    assert listed == {
        "overdue": ["D4100001"],
        "due-today": ["D4100002"],
        "due-soon": ["D4100002", "D4100003"],
        "out": ["D4100001", "D4100002", "D4100003", "D4100004"],
        "received": ["D4100005"],
    }


def test_filters_narrow_together(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.SUPPORT)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, country="US", customer="MIT")
    ship(engine, "D4100002", eula_expires_on=OVERDUE, country="NL", customer="Université de Montréal")
    ship(engine, "D4100003", eula_expires_on=OVERDUE, country="BR", customer="USP")

    assert orders(client.get("/units?country=US").text) == ["D4100001"]
    assert orders(client.get("/units?carrier=dhl").text) == ["D4100002"]
    assert orders(client.get("/units?carrier=none").text) == ["D4100003"]
    assert orders(client.get("/units?text=UNIVERSITE+de").text) == ["D4100002"]
    assert orders(client.get("/units?text=d4100003").text) == ["D4100003"]
    assert orders(client.get("/units?country=US&text=montreal").text) == []


def test_bars_of_the_dashboard_lead_to_their_week_and_age(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, shipped_on=date(2026, 10, 5))
    ship(engine, "D4100002", eula_expires_on=date(2026, 9, 1), shipped_on=date(2026, 8, 3))
    ship(engine, "D4100003", eula_expires_on=NOT_DUE, received_at=THIS_WEEK)

    assert orders(client.get("/units?state=overdue&age=1-7").text) == ["D4100001"]
    assert orders(client.get("/units?state=overdue&age=61-").text) == ["D4100002"]
    assert orders(client.get("/units?state=out&week=2026-W41").text) == ["D4100001"]
    assert orders(client.get("/units?state=received&week=this").text) == ["D4100003"]
    assert orders(client.get("/units?state=received&week=2026-W46").text) == []


def test_pages_follow_each_other_there_and_back(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    for number in range(4):
        ship(engine, f"D410000{number}", eula_expires_on=OVERDUE, units=30)

    first = client.get("/units?sort=-order").text
    second = client.get(link(first, "next")).text
    third = client.get(link(second, "next")).text
    again = client.get(link(second, "prev")).text

    assert [len(orders(page)) for page in (first, second, third)] == [50, 50, 20]
    assert orders(first)[0] == "D4100003"
    assert len(set(serials(first) + serials(second) + serials(third))) == 120
    assert serials(again) == serials(first)
    assert 'rel="next"' not in third


def test_a_place_of_another_order_begins_at_the_top(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE)

    assert orders(client.get("/units?after=nonsense").text) == ["D4100001"]
    assert orders(client.get("/units?sort=customer&after=WyIyMDI2LTExLTAxIiwxXQ").text) == ["D4100001"]


def test_a_due_day_unfolds_its_reason_and_the_last_pickup(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.SUPPORT)
    ship(engine, "D4100001", eula_expires_on=DUE_TODAY)

    page = client.get("/units").text

    assert "Due 22 Nov: EULA expired 8 Nov, +14 days" in page
    assert "Last pickup day 20 Nov" in page


def test_an_export_holds_what_the_list_holds(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, units=2, customer="=HYPERLINK(1)")
    ship(engine, "D4100002", eula_expires_on=NOT_DUE)

    answer = client.get("/units/export.csv?state=overdue")

    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert [row["Demo order"] for row in rows] == ["D4100001", "D4100001"]
    assert rows[0]["Customer"] == "'=HYPERLINK(1)"
    assert rows[0]["Return due"] == "2026-11-15"
    assert rows[0]["State"] == "overdue"


def test_a_workbook_has_real_dates(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, customer="=1+1")

    with client.get("/units/export.xlsx") as answer:
        content = answer.data

    rows = CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["Return due"] == date(2026, 11, 15)
    assert row["Customer"] == "=1+1"
    assert row["Days left"] == -7


def test_an_export_speaks_the_readers_language(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    client.set_cookie("language", "nl")
    ship(engine, "D4100001", eula_expires_on=OVERDUE)

    text = client.get("/units/export.csv").data.decode("utf-8-sig")

    assert "Serienummer" in text.splitlines()[0]


def test_a_partner_sees_and_exports_its_own_only(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100001", eula_expires_on=OVERDUE)
    ship(engine, "D4100002", eula_expires_on=OVERDUE, customer="MIT", partner="Contoso Telecom", country="BR")

    page = client.get("/units").text
    exported = client.get("/units/export.csv").text

    assert orders(page) == ["D4100001"]
    assert "Contoso" not in page
    assert "Brazil" not in page
    assert "D4100002" not in exported


def test_anothers_device_is_not_there(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100002", eula_expires_on=OVERDUE, partner="Contoso Telecom")

    theirs = client.get(f"/units/{unit_ids(engine)[0]}")
    nobodys = client.get("/units/987654")

    assert theirs.status_code == nobodys.status_code == 404
    assert main(theirs.text) == main(nobodys.text)


def test_a_device_tells_its_story_over_all_loans(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100001", eula_expires_on=OVERDUE, received_at=THIS_WEEK)
    ship(engine, "D4100002", eula_expires_on=NOT_DUE)
    earlier, later = unit_ids(engine)
    with writing(engine) as session:
        session.execute(update(Unit).values(serial="FOC21213GKV", serial_key="FOC21213GKV"))
        told = Change("unit", "FOC21213GKV", "received", "status", "shipped", "received", unit_id=earlier)
        record(session, [told], by=SYSTEM, now=NOW)

    page = client.get(f"/units/{later}").text

    assert "Other loans of this serial" in page
    assert "D4100001" in page
    assert "Unit received" in page


def test_the_number_of_questions_does_not_grow_with_the_devices(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    ship(engine, "D4100000", eula_expires_on=OVERDUE)
    with count_queries(engine) as few:
        client.get("/units")
    for number in range(1, 20):
        ship(engine, f"D41000{number:02d}", eula_expires_on=OVERDUE, units=3, customer=f"Customer {number}")

    with count_queries(engine) as many:
        client.get("/units")

    assert len(many) == len(few) <= 10


def test_a_device_whose_label_is_old_is_marked(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    old, new = ship_there(engine, 2)
    print_them(engine, [old, new])
    with writing(engine) as session:
        session.execute(update(Label).where(Label.unit_id == old).values(created_at=SHIPPED.replace(month=1)))
        session.execute(update(Unit).values(eula_expires_on=NOT_DUE))

    rows = re.findall(r'<tr class="row-link">.*?</tr>', client.get("/units?state=out").text, re.DOTALL)

    marked = ["old label: check or replace" in row for row in rows]
    assert dict(zip((int(re.findall(r"/units/(\d+)", row)[0]) for row in rows), marked, strict=True)) == {
        old: True,
        new: False,
    }


def test_an_empty_list_says_what_appears_here(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    page = client.get("/units?state=overdue").text

    assert "Nothing in this list" in page


def main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


def chips(page: str) -> dict[str, str]:
    return dict(re.findall(r'class="chip"[^>]*>([^<]+?) <span class="count">([^<]+)</span>', page))


def orders(page: str) -> list[str]:
    return re.findall(r'href="/orders/(D\d+)"', page)


def serials(page: str) -> list[str]:
    return re.findall(r'href="/units/\d+" class="row-main">(\w+)<', page)


def link(page: str, rel: str) -> str:
    match = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    assert match
    return match[1].replace("&amp;", "&")


def unit_ids(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return list(session.scalars(select(Unit.id).order_by(Unit.id)))
