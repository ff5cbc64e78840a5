"""Stories of somebody at the dock: a file with a bad row, questions, a shipment by hand."""

import io
import re

from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from rmatrack.db.engine import reading
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from tests.fixtures.pages import SignIn
from tests.imports.files import DATA, ENGLISH, csv_file, loaded, row


def upload(client: FlaskClient, content: bytes, name: str = "july.csv") -> TestResponse:
    return client.post("/imports", data={"file": (io.BytesIO(content), name)})


def confirm(client: FlaskClient, page: TestResponse) -> TestResponse:
    found = re.search(r'name="fingerprint" value="([0-9a-f]+)"', page.text)
    assert found
    return client.post(f"{page.request.path}/load", data={"fingerprint": found[1]}, follow_redirects=True)


def orders_in(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(DemoOrder.number).order_by(DemoOrder.number)))


def test_a_file_with_a_bad_row_is_shown_loaded_and_corrected(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)
    good, bad = row(), row(demo_order="D4100902", serial_number="FOC21213GKA", country="Belgistan")
    mended = bad | {"Country": "BE"}

    shown = client.get(upload(client, csv_file([good, bad])).location)
    done = confirm(client, shown)
    again = client.get(upload(client, csv_file([good, mended])).location)
    finished = confirm(client, again)

    assert "july.csv has something to correct" in shown.text
    assert "Belgistan is not a country. Use its two letters, such as NL or US." in shown.text
    assert "Load 1 order" in shown.text
    assert "1 device is recorded." in done.text
    assert "Load 1 order" in again.text
    assert "july.csv is loaded" in finished.text
    assert orders_in(engine) == ["D4100901", "D4100902"]


def test_nothing_is_written_before_somebody_confirms(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)

    client.get(upload(client, (DATA / "shipments.csv").read_bytes(), "shipments.csv").location)

    assert orders_in(engine) == []


def test_problems_can_be_taken_away_as_a_file(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    location = upload(client, csv_file([row(country="=BE()")])).location

    answer = client.get(f"{location}/problems.csv")

    assert answer.mimetype == "text/csv"
    assert "2,Country,D4100901,unknown-country,\"'=BE() is not a country." in answer.data.decode("utf-8-sig")


def test_questions_are_asked_and_their_answers_kept(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    headers = ["Device tag" if header == "Serial number" else header for header in ENGLISH]
    location = upload(client, csv_file([row(ship_date="03/04/2026")], headers=headers)).location

    asked = client.get(location)
    client.post(f"{location}/answers", data={"column:serial": "Device tag", "dates:Ship date": "day-first"})
    shown = client.get(location)
    confirm(client, shown)

    assert "Questions about july.csv" in asked.text
    assert "Device tag" in asked.text
    with reading(engine) as session:
        assert session.scalar(select(DemoOrder.shipped_on)).isoformat() == "2026-04-03"  # type: ignore[union-attr]
        assert session.scalar(select(Unit.serial)) == "FOC21213GLV"


def test_a_file_that_is_no_table_is_refused_at_its_field(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    answer = upload(client, b"PK\x03\x04", "photo.zip")
    nothing = client.post("/imports", data={})

    assert answer.status_code == 422
    assert "photo.zip cannot be read as CSV or XLSX." in answer.text
    assert nothing.status_code == 422


def test_a_preview_that_no_longer_holds_is_shown_anew(
    client: FlaskClient, signed_in: SignIn, engine: Engine, policy: Policy
) -> None:
    signed_in(Role.LOGISTICS)
    shown = client.get(upload(client, csv_file([row()])).location)
    loaded(engine, csv_file([row(recipient="Somebody else")]), policy)

    answer = confirm(client, shown)

    assert answer.status_code == 409
    assert "Somebody else changed this a moment ago." in answer.text
    assert "What differs from what is recorded" in answer.text


def test_a_corrected_file_shows_its_differences(
    client: FlaskClient, signed_in: SignIn, engine: Engine, policy: Policy
) -> None:
    signed_in(Role.LOGISTICS)
    loaded(engine, csv_file([row()]), policy)

    shown = client.get(upload(client, csv_file([row(city="Luik", eula_expires="2026-09-18")])).location)

    assert "<del>Liège</del>" in shown.text
    assert "<ins>Luik</ins>" in shown.text
    assert "18 Sept" in shown.text


def test_a_large_file_says_that_it_is_being_compared(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    rows = [row(demo_order=f"D42{place:05}", serial_number=f"FOC2121{place:04}") for place in range(1_600)]

    location = upload(client, csv_file(rows)).location
    waiting = client.get(location)
    compared = client.get(f"{location}?compared=yes")

    assert "1,601 lines are read and compared" in waiting.text
    assert "Load 1,600 orders" in compared.text


def test_somebody_elsewhere_may_not_import(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)

    assert client.get("/imports").status_code == 403
    assert client.get("/shipments/new").status_code == 403


FORM = {
    "number": "D4100901",
    "shipped_on": "2026-07-28",
    "partner": "Northwind Collaboration",
    "customer": "TU Delft",
    "org_id": "d4432b32-c77d-460a-b323-d4758f53a676",
    "admin_email": "it-admin@tudelft.example",
    "recipient": "IT Service Desk",
    "phone": "+31 15 278 9111",
    "address_1": "Mekelweg 5",
    "city": "Delft",
    "postal_code": "2628 CD",
    "country": "NL",
    "units-0-model": "CS-DESKPRO-K9",
    "units-0-serial": "FOC21213GLV",
    "units-0-eula_expires_on": "2026-09-11",
    "units-1-model": "",
    "units-1-serial": "",
    "units-2-model": "CS-BAR-T-C-K9",
    "units-2-serial": "FOC21213GKA",
    "units-2-eula_expires_on": "2026-09-11",
}


def test_a_shipment_is_recorded_by_hand(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)

    answer = client.post("/shipments/new", data=FORM)

    assert answer.location == "/orders/D4100901"
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 2


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong_at_the_field(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)

    answer = client.post("/shipments/new", data=FORM | {"city": "", "units-2-eula_expires_on": "2026-02-31"})

    assert answer.status_code == 422
    assert "City is empty. Fill it in." in answer.text
    assert 'href="#units-2-eula_expires_on"' in answer.text
    assert 'value="Mekelweg 5"' in answer.text
    assert orders_in(engine) == []


def test_a_serial_that_is_out_is_refused_at_its_line(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    client.post("/shipments/new", data=FORM)

    answer = client.post("/shipments/new", data=FORM | {"number": "D4100902", "units-0-serial": "FOC21213GKB"})

    assert "FOC21213GKA is still out on D4100901." in answer.text
    assert 'href="#units-2-serial"' in answer.text


def test_more_devices_can_be_asked_for(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    answer = client.post("/shipments/new", data=FORM | {"more": "yes"})

    assert 'name="units-5-serial"' in answer.text
    assert 'value="FOC21213GKA"' in answer.text


def test_a_shipment_form_speaks_dutch(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    client.set_cookie("language", "nl")

    answer = client.get("/imports")

    assert 'lang="nl' in answer.text
