"""Thermal printers, the print log, labels that were replaced, and labels that grow old."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack import clock as system_clock
from rmatrack.db.engine import reading, writing
from rmatrack.db.label_batches import LabelBatch
from rmatrack.db.labels import Label, prints_of
from rmatrack.db.orders import Unit
from rmatrack.domain.labels import LabelState, needs_check
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.label_replacing import replace_label
from rmatrack.work.drawing import draw_batch
from rmatrack.work.tools import Tools
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.labels.places import POLICY, ship, units_by_order
from tests.labels.printing import labels_of, print_them

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def dock(signed_in: SignIn) -> None:
    """Somebody of logistics is signed in."""
    signed_in(Role.LOGISTICS)


def printed(engine: Engine) -> Label:
    """A label that was printed once."""
    units = ship(engine)
    print_them(engine, units)
    return labels_of(engine, units)[-1]


def make_old(engine: Engine, label: Label, *, days: int = 90, expires_in: int = 200) -> None:
    with writing(engine) as session:
        session.get_one(Label, label.id).created_at = NOON - timedelta(days=days)
        session.get_one(Unit, label.unit_id).eula_expires_on = TODAY + timedelta(days=expires_in)


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_label_is_given_to_a_thermal_printer_and_logged_with_its_dots(
    engine: Engine, client: FlaskClient, dpi: int
) -> None:
    label = printed(engine)

    file = client.post(f"/labels/{label.number}/print", data={"paper": "a4", "printer": str(dpi), "copies": "2"})

    assert file.mimetype == "application/zpl"
    assert file.data.startswith(b"^XA^PW")
    assert file.data.count(b"^XA") == 1
    assert b"^PQ2^XZ" in file.data
    with reading(engine) as session:
        newest, _first = prints_of(session, label.id)
    assert (newest.paper, newest.dpi, newest.copies) == ("4x6", dpi, 2)
    assert f"Thermal printer, {dpi} dpi" in client.get(f"/labels/{label.number}").text


@pytest.mark.parametrize(
    "sent", [{"printer": "600"}, {"printer": "203", "copies": "10"}, {"printer": "203", "copies": "x"}]
)
def test_a_printer_that_there_is_not_is_refused(engine: Engine, client: FlaskClient, sent: dict[str, str]) -> None:
    label = printed(engine)

    page = client.post(f"/labels/{label.number}/print", data={"paper": "4x6", **sent})

    assert page.status_code == 422
    assert "203 or 300 dots an inch" in page.text


def test_a_batch_for_a_thermal_printer_is_one_file_of_zpl(engine: Engine, client: FlaskClient) -> None:
    ids = ship(engine, 3)
    number = next(iter(units_by_order(engine)))

    client.post("/labels/batches", data={"order": number, "paper": "letterx2", "printer": "203"})
    draw_batch(Tools(engine, POLICY, system_clock.now), 1)
    file = client.get("/labels/batches/1/file")

    assert file.mimetype == "application/zpl"
    assert file.data.count(b"^XA") == file.data.count(b"^XZ") == len(ids)
    with reading(engine) as session:
        assert session.get_one(LabelBatch, 1).paper == "4x6"


def test_a_reprint_is_the_same_file_and_number(engine: Engine, client: FlaskClient) -> None:
    label = printed(engine)
    url, asked = f"/labels/{label.number}/print", {"paper": "a6", "printer": "300"}

    assert client.post(url, data=asked).data == client.post(url, data=asked).data


def test_a_label_that_was_replaced_is_printed_only_on_purpose(engine: Engine, client: FlaskClient) -> None:
    old = printed(engine)
    with writing(engine) as session:
        replace_label(session, old.unit_id, reason="lost", policy=POLICY, by=SYSTEM, now=NOON)
    new = labels_of(engine, [old.unit_id])[-1]

    refused = client.post(f"/labels/{old.number}/print", data={"paper": "4x6"})
    given = client.post(f"/labels/{old.number}/print", data={"paper": "4x6", "on_purpose": "yes"})

    assert refused.status_code == 409
    assert f"{old.number} was replaced by {new.number}." in refused.text
    assert given.data.startswith(b"%PDF")
    with reading(engine) as session:
        assert session.get_one(Label, old.id).state == LabelState.SUPERSEDED
        assert len(prints_of(session, old.id)) == 2


def test_an_old_label_is_shown_where_people_look_until_it_was_checked(engine: Engine, client: FlaskClient) -> None:
    label = printed(engine)
    (number,) = units_by_order(engine)
    pages = ("/labels", f"/labels/{label.number}", f"/orders/{number}")
    words = ("Check or replace", "90 days old or older", "old: check or replace")
    make_old(engine, label)

    before = [word in client.get(page).text for page, word in zip(pages, words, strict=True)]
    client.post(f"/labels/{label.number}/checked")
    after = [word in client.get(page).text for page, word in zip(pages, words, strict=True)]

    assert before == [True, True, True]
    assert after == [False, False, False]


@pytest.mark.parametrize(("days", "expires_in"), [(89, 200), (90, -8), (200, -30)])
def test_a_young_label_and_one_that_is_needed_now_are_left_alone(
    engine: Engine, client: FlaskClient, days: int, expires_in: int
) -> None:
    label = printed(engine)
    make_old(engine, label, days=days, expires_in=expires_in)

    assert "Check or replace" not in client.get("/labels").text


@pytest.mark.parametrize(
    ("state", "carrier", "aged"),
    [
        (LabelState.PRINTED, "ups", True),
        (LabelState.CREATED, "dhl", True),
        (LabelState.PRINTED, "expeditors", False),
        (LabelState.SUPERSEDED, "ups", False),
        (LabelState.IN_TRANSIT, "ups", False),
    ],
)
def test_which_labels_grow_old(state: LabelState, carrier: str, aged: bool) -> None:
    found = needs_check(
        state,
        carrier,
        issued_on=date(2026, 8, 24),
        due_on=date(2027, 1, 1),
        today=TODAY,
        life_days=90,
        sight_days=7,
    )

    assert found is aged
