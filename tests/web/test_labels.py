"""The label pages: what to print, a batch's progress, a label as a picture, printing it again."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack import clock as system_clock
from rmatrack.db.engine import reading, writing
from rmatrack.db.label_batches import LabelBatch
from rmatrack.db.labels import prints_of
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.paper.papers import Paper
from rmatrack.services.label_batches import ask_for_batch, stop_batch
from rmatrack.services.labels import plan_labels
from rmatrack.work.drawing import draw_batch
from rmatrack.work.tools import Tools
from tests.fixtures.pages import SignIn
from tests.labels.places import NOW, POLICY, ship, ship_file
from tests.labels.printing import labels_of, print_them
from tests.labels.test_holding import draw_with_a_misread


@pytest.fixture
def dock(signed_in: SignIn) -> None:
    """Somebody of logistics is signed in."""
    signed_in(Role.LOGISTICS)


def draw(engine: Engine, batch_id: int = 1) -> None:
    """Do what the worker does."""
    draw_batch(Tools(engine, POLICY, system_clock.now), batch_id)


@pytest.mark.usefixtures("dock")
def test_what_lacks_a_label_is_listed_with_its_carrier(client: FlaskClient, engine: Engine) -> None:
    ship_file(engine)

    page = client.get("/labels")

    assert page.text.count('name="order"') == 19
    assert "Print all 37 labels" in page.text
    assert "No carrier is appointed for returns from" in page.text


@pytest.mark.usefixtures("dock")
def test_the_list_narrows_to_a_country(client: FlaskClient, engine: Engine) -> None:
    ship_file(engine)

    page = client.get("/labels?country=NL")

    assert page.text.count('name="order"') == 2
    assert "Print all 4 labels" in page.text


@pytest.mark.usefixtures("dock")
def test_an_empty_list_says_what_will_come(client: FlaskClient) -> None:
    assert "Every device has its label" in client.get("/labels").text


@pytest.mark.usefixtures("dock")
def test_chosen_orders_become_a_batch(client: FlaskClient, engine: Engine) -> None:
    ship_file(engine)

    page = client.post(
        "/labels/batches", data={"order": ["D4100201", "D4100334"], "paper": "a4"}, follow_redirects=True
    )

    assert "6 labels wait for their turn." in page.text
    assert 'data-hx-trigger="load delay:1s"' in page.text


@pytest.mark.usefixtures("dock")
def test_a_batch_that_is_drawn_offers_its_file_and_says_what_is_not_in_it(client: FlaskClient, engine: Engine) -> None:
    ship_file(engine)
    client.post("/labels/batches", data={"order": ["D4100201", "D4100334"], "paper": "a4"})
    draw(engine)

    page = client.get("/labels/batches/1/progress")
    file = client.get("/labels/batches/1/file")

    assert "2 labels on A4 with instructions; every barcode was read back." in page.text
    assert "data-hx-trigger" not in page.text
    assert "Left out" in page.text
    assert "No carrier is appointed for returns from Brazil" in page.text
    assert file.mimetype == "application/pdf"
    assert file.data.startswith(b"%PDF")


@pytest.mark.usefixtures("dock")
def test_a_batch_can_be_stopped_and_drawn_again(client: FlaskClient, engine: Engine) -> None:
    ship_file(engine)
    client.post("/labels/batches", data={"all": "yes", "paper": "a6"})

    stopped = client.post("/labels/batches/1/stop", follow_redirects=True)
    draw(engine)
    again = client.post("/labels/batches/1/again", follow_redirects=True)

    assert "Stopped after 0 of 44 labels." in stopped.text
    assert "44 labels wait for their turn." in again.text


@pytest.mark.usefixtures("dock")
def test_a_batch_of_nothing_is_refused(client: FlaskClient) -> None:
    page = client.post("/labels/batches", data={"paper": "a6"})

    assert page.status_code == 422
    assert "Choose at least one unit to print a label for." in page.text


@pytest.mark.usefixtures("dock")
def test_an_unknown_paper_is_refused(client: FlaskClient, engine: Engine) -> None:
    ship(engine)

    page = client.post("/labels/batches", data={"all": "yes", "paper": "papyrus"})

    assert page.status_code == 422
    assert "papyrus is not a paper we print on." in page.text


@pytest.mark.usefixtures("dock")
def test_a_label_is_shown_as_a_picture_on_each_paper(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine)
    print_them(engine, units)
    number = labels_of(engine, units)[0].number

    page = client.get(f"/labels/{number}")

    assert number in page.text
    for paper in Paper:
        picture = client.get(f"/labels/{number}/picture.png?paper={paper}")
        assert picture.mimetype == "image/png"


@pytest.mark.usefixtures("dock")
def test_printing_again_gives_the_file_and_a_line_in_the_log(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine)
    print_them(engine, units)
    [label] = labels_of(engine, units)

    file = client.post(f"/labels/{label.number}/print", data={"paper": "letter"})

    assert file.mimetype == "application/pdf"
    with reading(engine) as session:
        assert [(each.paper, each.by_name) for each in prints_of(session, label.id)] == [
            ("letter", "Logistics"),
            ("4x6", "system"),
        ]
    page = client.get(f"/labels/{label.number}").text
    assert "Letter with instructions" in page[page.index("Print log") :]


@pytest.mark.usefixtures("dock")
def test_a_held_label_is_shown_with_its_reason_and_without_a_picture(client: FlaskClient, engine: Engine) -> None:
    number, _drawn = draw_with_a_misread(engine, ship(engine), 0)

    page = client.get(f"/labels/{number}")

    assert "The tracking barcode should say" in page.text
    assert "It has not left" in page.text
    assert client.get(f"/labels/{number}/picture.png").status_code == 404
    assert number in client.get("/labels").text


@pytest.mark.usefixtures("dock")
def test_a_label_that_was_replaced_is_not_printed_again(client: FlaskClient, engine: Engine) -> None:
    units = ship(engine)
    print_them(engine, units)
    [label] = labels_of(engine, units)
    with writing(engine) as session:
        session.merge(label).state = LabelState.SUPERSEDED

    page = client.post(f"/labels/{label.number}/print", data={"paper": "a6"})

    assert page.status_code == 409
    assert "This label is superseded; it is not printed any more." in page.text
    assert "Print it" not in client.get(f"/labels/{label.number}").text


@pytest.mark.usefixtures("dock")
def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    for address in ("/labels/1Z999", "/labels/batches/99", "/labels/batches/99/file"):
        assert client.get(address).status_code == 404


def test_a_partner_has_no_label_pages(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    units = ship(engine)
    with writing(engine) as session:
        plan_labels(session, units, policy=POLICY, by=SYSTEM, now=NOW)
    signed_in(Role.PARTNER_USER)

    for address in ("/labels", f"/labels/{labels_of(engine, units)[0].number}"):
        assert client.get(address).status_code == 403


def test_a_stopped_batch_stays_stopped_when_the_worker_comes(engine: Engine) -> None:
    units = ship(engine)
    with writing(engine) as session:
        batch_id = ask_for_batch(session, units, paper=Paper.A6, language="en", by=SYSTEM, now=NOW).id
        stop_batch(session, batch_id, by=SYSTEM, now=NOW)

    draw(engine, batch_id)

    with reading(engine) as session:
        assert session.get_one(LabelBatch, batch_id).state == BatchState.STOPPED
    assert labels_of(engine, units) == []
