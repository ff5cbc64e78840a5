"""The bench in a browser without a window: the queue, one device, several, photos, and who may not."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading
from rmatrack.db.inspections import Inspection, UnitPhoto, WipeCertificate
from rmatrack.domain.people import Role
from tests.fixtures.pages import SignIn
from tests.inspection.bench import ONE, ROOM, TWO, photo_file, receive

USED = {"condition": "used", "disposition": "restock", "seen": "0"}


@pytest.fixture
def units(engine: Engine, signed_in: SignIn) -> dict[str, int]:
    """Two phones that are received; somebody of logistics is signed in."""
    signed_in(Role.LOGISTICS)
    return receive(engine, [ONE, TWO])


def test_what_came_in_waits_the_longest_here_first(client: FlaskClient, units: dict[str, int]) -> None:
    page = client.get("/inspection").text

    assert page.index(ONE) < page.index(TWO)
    assert "Everything that came in was looked at" not in page


def test_a_scan_leads_to_the_device(client: FlaskClient, units: dict[str, int]) -> None:
    found = client.get("/inspection/find", query_string={"serial": f" {ONE.lower()} "})
    strange = client.get("/inspection/find?serial=FOC99999999", follow_redirects=True)

    assert found.location == f"/inspection/{units[ONE]}"
    assert "We never shipped FOC99999999." in strange.text


def test_a_verdict_takes_the_device_off_the_queue(client: FlaskClient, units: dict[str, int]) -> None:
    answer = client.post(f"/inspection/{units[ONE]}", data=USED, follow_redirects=True)

    assert f"{ONE} is inspected: back into stock." in answer.text
    assert f"/inspection/{units[ONE]}" not in answer.text
    assert ONE in client.get("/inspection?state=done&disposition=restock").text


def test_what_is_damaged_does_not_go_back_into_stock(client: FlaskClient, units: dict[str, int]) -> None:
    answer = client.post(f"/inspection/{units[ONE]}", data=USED | {"condition": "damaged", "notes": "a crack"})

    assert answer.status_code == 409
    assert "cannot go back into stock. Choose repair, scrap or charge." in answer.text
    assert "a crack" in answer.text


def test_a_verdict_changes_with_a_reason_and_the_earlier_stays(client: FlaskClient, units: dict[str, int]) -> None:
    client.post(f"/inspection/{units[ONE]}", data=USED)
    changed = USED | {"condition": "damaged", "disposition": "repair", "seen": "1"}

    silent = client.post(f"/inspection/{units[ONE]}", data=changed)
    client.post(f"/inspection/{units[ONE]}", data=changed | {"reason": "the cord is torn"})

    page = client.get(f"/inspection/{units[ONE]}").text
    assert silent.status_code == 422
    assert "Say in a few words why the verdict changes." in silent.text
    assert page.index("“the cord is torn”") < page.rindex("back into stock")


def test_a_verdict_on_an_old_page_is_a_conflict(client: FlaskClient, units: dict[str, int]) -> None:
    client.post(f"/inspection/{units[ONE]}", data=USED)

    late = client.post(f"/inspection/{units[ONE]}", data=USED | {"disposition": "repair", "reason": "late"})

    assert late.status_code == 409
    assert "Somebody else changed this a moment ago." in late.text


def test_wiping_is_certified_with_the_verdict_or_not_at_all(
    client: FlaskClient, engine: Engine, signed_in: SignIn
) -> None:
    signed_in(Role.LOGISTICS)
    unit = receive(engine, [ONE], model=ROOM)[ONE]
    wiped = {"wipe_method": "factory-reset", "operator": "Dana Dock", "wiped_at": "2026-11-22T11:30"}

    unwiped = client.post(f"/inspection/{unit}", data=USED)
    refused = client.post(f"/inspection/{unit}", data=USED | wiped | {"condition": "broken"})
    with reading(engine) as session:
        none = session.scalars(select(WipeCertificate)).all()
    client.post(f"/inspection/{unit}", data=USED | wiped)

    assert "is not certified as wiped" in unwiped.text
    assert (refused.status_code, none) == (409, [])
    with reading(engine) as session:
        certificate = session.scalars(select(WipeCertificate)).one()
        assert session.scalars(select(Inspection.disposition)).all() == ["restock"]
    assert certificate.number in client.get(f"/inspection/{unit}").text


def test_several_that_are_alike_get_one_verdict(client: FlaskClient, engine: Engine, units: dict[str, int]) -> None:
    chosen = {"unit": [str(unit) for unit in units.values()]}

    asked = client.get("/inspection/together", query_string=chosen)
    client.post("/inspection/together", data=USED | chosen)

    assert "2 devices, with nothing missing." in asked.text
    with reading(engine) as session:
        assert set(session.scalars(select(Inspection.unit_id))) == set(units.values())


def test_photos_are_kept_even_where_the_verdict_is_refused(
    client: FlaskClient, engine: Engine, units: dict[str, int]
) -> None:
    files = [(BytesIO(photo_file()), "front.jpg"), (BytesIO(photo_file(size=(300, 300))), "back.jpg")]

    answer = client.post(f"/inspection/{units[ONE]}", data=USED | {"condition": "broken", "photos": files})

    assert answer.status_code == 409
    with reading(engine) as session:
        photo, _other = session.scalars(select(UnitPhoto.id).order_by(UnitPhoto.id))
    large, small = client.get(f"/inspection/photos/{photo}.jpg"), client.get(f"/inspection/photos/{photo}.jpg?small=1")
    assert (large.status_code, large.mimetype, small.mimetype) == (200, "image/jpeg", "image/jpeg")
    assert f"/inspection/photos/{photo}.jpg" in answer.text


def test_what_is_no_photo_is_refused_by_name(client: FlaskClient, units: dict[str, int]) -> None:
    answer = client.post(f"/inspection/{units[ONE]}", data=USED | {"photos": [(BytesIO(b"%PDF-1.4"), "scan.pdf")]})

    assert answer.status_code == 422
    assert "scan.pdf is not a photo that we can read." in answer.text


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.TRIALS_TEAM])
def test_others_inside_look_and_do_not_decide(
    client: FlaskClient, units: dict[str, int], signed_in: SignIn, role: Role
) -> None:
    signed_in(role)

    page = client.get(f"/inspection/{units[ONE]}")

    assert (client.get("/inspection").status_code, page.status_code) == (200, 200)
    assert "Keep the verdict" not in page.text
    assert client.post(f"/inspection/{units[ONE]}", data=USED).status_code == 403
    assert client.post("/inspection/together", data=USED | {"unit": str(units[ONE])}).status_code == 403


def test_a_partner_sees_photos_of_its_own_devices_only(
    client: FlaskClient, units: dict[str, int], signed_in: SignIn
) -> None:
    client.post(f"/inspection/{units[ONE]}", data={"photos": [(BytesIO(photo_file()), "front.jpg")]})

    signed_in(Role.PARTNER_USER, partner="Northwind", email="own@example.com")
    own = client.get("/inspection/photos/1.jpg").status_code
    signed_in(Role.PARTNER_USER, partner="Somebody Else", email="else@example.com")
    others = client.get("/inspection/photos/1.jpg")
    nothing = client.get("/inspection/photos/99.jpg")

    assert own == 200
    assert (others.status_code, nothing.status_code) == (404, 404)
    assert others.text.replace("/photos/1.jpg", "") == nothing.text.replace("/photos/99.jpg", "")


def test_lists_are_files_too(client: FlaskClient, units: dict[str, int]) -> None:
    client.post(f"/inspection/{units[ONE]}", data=USED)

    assert TWO in client.get("/inspection/export.csv").text
    assert "back into stock" in client.get("/inspection/export.csv?state=done").text
    with client.get("/inspection/export.xlsx?state=done") as workbook:
        assert workbook.status_code == 200
