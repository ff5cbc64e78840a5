"""A partner in Texas gets a new label at once; it reads back, and the old number still resolves (SPEC C-4, C-6)."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.label_requests import LabelRequest
from rmatrack.db.labels import Label, prints_of
from rmatrack.db.mail import OutboxMail
from rmatrack.db.mail_attachments import enclosures_of
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.labels import LabelState
from rmatrack.domain.mails import MailKind
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.domain.policy import Policy
from rmatrack.paper.papers import Paper
from rmatrack.services.label_requests import Asked, ask_for_labels
from rmatrack.services.label_sheets import draw_labels, labels_to_draw
from tests.fixtures.app import NOON, Clock
from tests.fixtures.pages import SignIn
from tests.labels.places import ship
from tests.labels.printing import labels_of, print_them

PARTNER = "Northwind Collaboration"
TEXAS = {
    "Customer": "University of Texas at Austin",
    "Address 1": "110 Inner Campus Drive",
    "City": "Austin",
    "State": "TX",
    "Postal code": "78705",
}


@pytest.fixture
def texas(engine: Engine, signed_in: SignIn) -> list[int]:
    """Two units in Texas that left with labels; their partner is signed in."""
    units = ship(engine, 2, TEXAS)
    print_them(engine, units)
    signed_in(Role.PARTNER_USER, partner=PARTNER)
    return units


def order_of(engine: Engine, unit_id: int) -> str:
    with reading(engine) as session:
        return session.execute(
            select(DemoOrder.number).join(Unit, Unit.order_id == DemoOrder.id).where(Unit.id == unit_id)
        ).scalar_one()


def form_of(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


def ask(
    client: FlaskClient,
    number: str,
    units: Sequence[int],
    *,
    form: str = "one",
    trouble: str = "lost",
    to: str = "here",
) -> TestResponse:
    said = {"form": form, "units": [str(unit) for unit in units], "trouble": trouble, "to": to, "paper": "letter"}
    return client.post(f"/orders/{number}/return", data=said, follow_redirects=True)


def requests_of(engine: Engine) -> list[LabelRequest]:
    with reading(engine) as session:
        return list(session.scalars(select(LabelRequest).order_by(LabelRequest.id)))


def test_three_questions_and_a_download(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    number = order_of(engine, texas[0])
    [old] = labels_of(engine, texas[:1])

    asked = client.get(f"/orders/{number}/return").text
    page = ask(client, number, texas[:1], form=form_of(asked))
    file = client.get(page.request.full_path.replace("/label?", "/label.pdf?"))

    assert "Get a return label" in asked
    superseded, new = labels_of(engine, texas[:1])
    assert (superseded.number, superseded.state, superseded.superseded_by_id) == (
        old.number,
        LabelState.SUPERSEDED,
        new.id,
    )
    assert new.state == LabelState.PRINTED
    assert new.number in page.text
    assert old.number in page.text
    assert "+1 800 742 5877" in page.text
    assert file.mimetype == "application/pdf"
    assert file.headers["Content-Disposition"] == f'attachment; filename="return-label-{number}.pdf"'
    with reading(engine) as session:
        to_draw = labels_to_draw(session, [new.id])
    assert file.data == draw_labels(lambda: to_draw, Paper.LETTER).pdf


def test_the_old_number_is_still_found(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    number = order_of(engine, texas[0])
    [old] = labels_of(engine, texas[:1])
    ask(client, number, texas[:1])

    found = client.get(f"/find?q={old.number}", follow_redirects=True)

    assert number in found.text


def test_the_same_form_sent_twice_is_one_request(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    number = order_of(engine, texas[0])

    first, second = (ask(client, number, texas, form="twice") for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.request.full_path == second.request.full_path
    assert len(requests_of(engine)) == 2
    assert len(labels_of(engine, texas)) == 4
    with reading(engine) as session:
        assert all(len(prints_of(session, label.id)) == 1 for label in labels_of(engine, texas))


def test_another_page_is_another_request(client: FlaskClient, engine: Engine, texas: list[int], clock: Clock) -> None:
    number = order_of(engine, texas[0])

    for form in ("one", "two"):
        ask(client, number, texas[:1], form=form)
        clock.advance(minutes=6)

    first, second, third = labels_of(engine, texas[:1])
    assert (first.superseded_by_id, second.superseded_by_id, third.superseded_by_id) == (second.id, third.id, None)
    stale = client.get(f"/orders/{number}/return/label.pdf?form=one")
    assert stale.status_code == 404


def test_a_device_without_a_label_of_ours_gets_its_first(
    client: FlaskClient, engine: Engine, signed_in: SignIn
) -> None:
    units = ship(engine, 1, TEXAS)
    signed_in(Role.PARTNER_USER, partner=PARTNER)

    page = ask(client, order_of(engine, units[0]), units)

    [label] = labels_of(engine, units)
    assert (page.status_code, label.state) == (200, LabelState.PRINTED)


def test_a_partner_is_held_to_the_limit_of_a_device(
    client: FlaskClient, engine: Engine, texas: list[int], policy: Policy, clock: Clock
) -> None:
    number = order_of(engine, texas[0])
    for turn in range(policy.terms.replacement_labels_per_unit_day):
        assert ask(client, number, texas[:1], form=f"turn {turn}").status_code == 200
        clock.advance(minutes=6)

    refused = ask(client, number, texas, form="over")
    other = ask(client, number, texas[1:], form="other")
    clock.advance(hours=24)
    tomorrow = ask(client, number, texas[:1], form="tomorrow")

    assert refused.status_code == 409
    assert "got 3 new labels in the last 24 hours" in refused.text
    assert (other.status_code, tomorrow.status_code) == (200, 200)


def test_a_partner_is_held_to_the_limit_of_an_order_and_its_own(
    client: FlaskClient, engine: Engine, texas: list[int], policy: Policy
) -> None:
    number, terms = order_of(engine, texas[0]), policy.terms
    other = ship(engine, 1, TEXAS)
    with writing(engine) as session:
        add_requests(session, texas[1], terms.replacement_labels_per_order_day)

    of_order = ask(client, number, texas[:1], form="over")
    elsewhere = ask(client, order_of(engine, other[0]), other, form="elsewhere")
    with writing(engine) as session:
        add_requests(session, texas[1], terms.replacement_labels_per_partner_day)
    of_partner = ask(client, order_of(engine, other[0]), other, form="later")

    assert (of_order.status_code, elsewhere.status_code, of_partner.status_code) == (409, 200, 200)
    third = ship(engine, 1, TEXAS)
    refused = ask(client, order_of(engine, third[0]), third, form="third")
    assert refused.status_code == 409
    assert "Your organisation got" in refused.text


def add_requests(session: Session, unit_id: int, count: int) -> None:
    """Let so many labels have been asked for a unit an hour ago."""
    unit = session.get_one(Unit, unit_id)
    label = session.scalars(select(Label).where(Label.unit_id == unit_id)).first()
    assert label
    session.add_all(
        LabelRequest(
            form=f"earlier {count} {turn}",
            order_id=unit.order_id,
            unit_id=unit_id,
            label_id=label.id,
            reason="lost",
            paper="a6",
            by_name="Ada",
            asked_at=NOON - timedelta(hours=1),
        )
        for turn in range(count)
    )


def test_support_is_not_held_to_them(
    client: FlaskClient, engine: Engine, texas: list[int], signed_in: SignIn, policy: Policy, clock: Clock
) -> None:
    number = order_of(engine, texas[0])
    signed_in(Role.SUPPORT)

    for turn in range(policy.terms.replacement_labels_per_unit_day + 1):
        assert ask(client, number, texas, form=f"turn {turn}").status_code == 200
        clock.advance(minutes=6)


def test_two_people_who_ask_at_once_get_one_label(
    client: FlaskClient, engine: Engine, texas: list[int], signed_in: SignIn
) -> None:
    number = order_of(engine, texas[0])
    first = ask(client, number, texas[:1], form="partner")
    signed_in(Role.SUPPORT)

    second = ask(client, number, texas[:1], form="support", trouble="damaged")

    _old, new = labels_of(engine, texas[:1])
    assert new.number in first.text
    assert new.number in second.text
    assert [request.label_id for request in requests_of(engine)] == [new.id, new.id]


def test_it_is_mailed_to_an_administrator_that_we_know(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    number = order_of(engine, texas[0])
    with writing(engine) as session:
        customer_id = session.scalars(select(DemoOrder.customer_id).where(DemoOrder.number == number)).one()
        session.add(CustomerAdministrator(customer_id=customer_id, email="it@utexas.example", name="Ira Tee"))

    page = ask(client, number, texas[:1], to="it@utexas.example")
    ask(client, number, texas[:1], to="it@utexas.example")

    assert "The file is on its way to it@utexas.example." in page.text
    _old, new = labels_of(engine, texas[:1])
    with reading(engine) as session:
        [mail] = session.scalars(select(OutboxMail).where(OutboxMail.kind == MailKind.RETURN_LABELS))
        [file] = enclosures_of(session, [mail.id])[mail.id]
    assert (mail.to_email, mail.params["order"]) == ("it@utexas.example", number)
    assert file.name == f"return-label-{number}.pdf"
    with reading(engine) as session:
        to_draw = labels_to_draw(session, [new.id])
    assert file.content == draw_labels(lambda: to_draw, Paper.LETTER).pdf


def test_it_is_mailed_to_nobody_else(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    refused = ask(client, order_of(engine, texas[0]), texas[:1], to="me@elsewhere.example")

    assert refused.status_code == 422
    assert requests_of(engine) == []


def test_a_form_without_its_answers_says_so_at_each(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    number = order_of(engine, texas[0])

    page = client.post(f"/orders/{number}/return", data={"form": "empty", "paper": "letter"})

    assert page.status_code == 422
    assert "Choose at least one device that needs a new label." in page.text
    assert "Choose what happened." in page.text
    assert requests_of(engine) == []


def test_a_device_that_travels_is_not_offered(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    number = order_of(engine, texas[0])
    with writing(engine) as session:
        session.merge(labels_of(engine, texas[:1])[0]).state = LabelState.IN_TRANSIT

    page = client.get(f"/orders/{number}/return").text
    refused = ask(client, number, texas[:1])

    assert f'value="{texas[0]}"' not in page
    assert f'value="{texas[1]}"' in page
    assert refused.status_code == 422
    assert requests_of(engine) == []


def test_lost_packaging_gets_instructions_and_no_label(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    [old] = labels_of(engine, texas[:1])

    page = ask(client, order_of(engine, texas[0]), texas[:1], trouble="packaging-lost")

    assert "How to pack without the original box" in page.text
    assert "Take a strong new box" in page.text
    assert old.number in page.text
    assert [label.id for label in labels_of(engine, texas[:1])] == [old.id]
    assert [(each.reason, each.label_id) for each in requests_of(engine)] == [("packaging-lost", None)]


def test_logistics_sees_who_lost_the_packaging(
    client: FlaskClient, engine: Engine, texas: list[int], signed_in: SignIn
) -> None:
    ask(client, order_of(engine, texas[0]), texas[:1], trouble="packaging-lost")
    signed_in(Role.LOGISTICS)

    page = client.get("/labels/requests").text

    assert "The packaging is lost, the label is there" in page
    assert "instructions" in page


def test_another_partner_s_order_answers_as_one_that_does_not_exist(
    client: FlaskClient, engine: Engine, texas: list[int], signed_in: SignIn
) -> None:
    number = order_of(engine, texas[0])
    mine = ask(client, number, texas[:1], form="mine").request.full_path
    signed_in(Role.PARTNER_USER, partner="Contoso Telecom", email="ada@contoso.example")

    for address in (mine, mine.replace("/label?", "/label.pdf?"), f"/orders/{number}/return"):
        theirs = client.get(address)
        nowhere = client.get(address.replace(number, "D9999999"))
        assert theirs.status_code == nowhere.status_code == 404
    assert ask(client, number, texas[:1], form="theirs").status_code == 404
    assert len(requests_of(engine)) == 1


def test_a_form_of_one_order_opens_no_other(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    other = ship(engine, 1, TEXAS)
    ask(client, order_of(engine, texas[0]), texas[:1], form="mine")

    page = client.get(f"/orders/{order_of(engine, other[0])}/return/label?form=mine")

    assert page.status_code == 404


def test_every_request_is_on_the_list_for_logistics(
    client: FlaskClient, engine: Engine, texas: list[int], signed_in: SignIn
) -> None:
    number = order_of(engine, texas[0])
    ask(client, number, texas[:1], form="lost", trouble="lost")
    ask(client, number, texas[1:], form="wet", trouble="damaged")
    signed_in(Role.LOGISTICS)

    every = client.get("/labels/requests").text
    damaged = client.get("/labels/requests?reason=damaged").text
    file = client.get("/labels/requests/export.csv?reason=damaged").text
    none = client.get("/labels/requests?text=D0000000").text

    lost, wet = (labels_of(engine, [unit])[-1].number for unit in texas)
    assert lost in every
    assert wet in every
    assert lost not in damaged
    assert wet in damaged
    assert lost not in file
    assert wet in file
    assert "Partner User" in file
    assert lost not in none


def test_partners_have_no_list_of_requests(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER)

    for address in ("/labels/requests", "/labels/requests/export.csv", "/labels/requests/export.xlsx"):
        assert client.get(address).status_code == 403


def test_two_at_once_with_the_same_form_get_the_same_label(engine: Engine, texas: list[int], policy: Policy) -> None:
    number = order_of(engine, texas[0])
    asked = Asked(form="twice", unit_ids=texas, trouble=Trouble.LOST, paper=Paper.A6)
    together = Barrier(2)

    def ask_together() -> list[int]:
        together.wait()
        with writing(engine) as session:
            return ask_for_labels(session, number, asked, policy=policy, by=SYSTEM, now=NOON)

    with ThreadPoolExecutor(2) as threads:
        first, second = (each.result() for each in [threads.submit(ask_together) for _ in range(2)])

    assert first == second
    assert len(labels_of(engine, texas)) == 4
