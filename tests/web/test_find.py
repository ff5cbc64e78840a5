"""The one box leads to what was meant, and says why."""

from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.inspections import WipeCertificate
from rmatrack.db.orders import Unit
from rmatrack.domain.inspection import certificate_number
from rmatrack.domain.people import Role
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.web.shipments import ship

NOT_DUE = date(2026, 12, 24)


def test_a_serial_opens_its_order_and_says_why(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.SUPPORT)
    ship(engine, "D4100001", eula_expires_on=NOT_DUE)
    serial = a_serial(engine)

    page = client.get(f"/find?q={serial.lower()}", follow_redirects=True)

    assert page.request.path == "/orders/D4100001"
    assert f"Found by serial number: {serial}" in page.text


def test_a_wipe_certificate_s_number_opens_the_certificate(
    client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.SUPPORT)
    ship(engine, "D4100001", eula_expires_on=NOT_DUE)
    number = certified(engine)

    page = client.get(f"/find?q={number.lower()}", follow_redirects=True)
    mail = client.post("/find", data={"text": f"Is {number}\nthe one of D4100001?"}).text

    assert page.request.path == f"/wipes/{number}"
    assert f'href="/wipes/{number}"' in mail


def test_a_pasted_mail_finds_every_order_in_it(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.SUPPORT)
    ship(engine, "D4100001", eula_expires_on=NOT_DUE)
    ship(engine, "D4100002", eula_expires_on=NOT_DUE, customer="MIT")
    mail = "Dear all,\n\nwe return D4100001, and also d-4100002.\nWhat about D4199999?\n\nRegards"

    page = client.post("/find", data={"text": mail}).text

    assert "2 results" in page
    assert "/orders/D4100001?" in page
    assert "/orders/D4100002?" in page
    assert "Led nowhere" in page
    assert "D4199999" in page


def test_nothing_found_says_what_can_be_searched(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)

    page = client.get("/find?q=FOC99999999").text

    assert "Nothing found" in page
    assert "You can search by demo order number" in page


def test_an_empty_box_offers_room_for_a_mail(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)

    page = client.get("/find").text

    assert "Paste a whole mail" in page


def test_a_partner_finds_nothing_of_anothers(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.PARTNER_USER)
    ship(engine, "D4100001", eula_expires_on=NOT_DUE, customer="MIT", partner="Contoso Telecom")

    for typed in ("D4100001", a_serial(engine), "MIT"):
        page = client.get(f"/find?q={typed}").text

        assert "Nothing found" in page
        assert "/orders/D4100001" not in page


def a_serial(engine: Engine) -> str:
    with reading(engine) as session:
        return session.scalars(select(Unit.serial)).first() or ""


def certified(engine: Engine) -> str:
    """Certify that a unit was wiped, and return the certificate's number."""
    number = certificate_number(0)
    with writing(engine) as session:
        unit_id = session.scalars(select(Unit.id)).one()
        moments = {"wiped_at": NOON, "certified_at": NOON}
        names = {"operator": "Lotte Dok", "certified_by": "Lotte Dok"}
        session.add(WipeCertificate(number=number, unit_id=unit_id, method="erased", **names, **moments))
    return number
