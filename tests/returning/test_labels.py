"""A partner in Texas gets a new label at once; it reads back, and the old number still resolves (SPEC C-4, C-6)."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from rmatrack.db.engine import reading, writing
from rmatrack.db.label_requests import LabelRequest
from rmatrack.db.labels import prints_of
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.labels import LabelState
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
    client: FlaskClient, number: str, units: Sequence[int], *, form: str = "one", trouble: str = "lost"
) -> TestResponse:
    said = {"form": form, "units": [str(unit) for unit in units], "trouble": trouble, "paper": "letter"}
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


def test_another_page_is_another_request(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    number = order_of(engine, texas[0])

    for form in ("one", "two"):
        ask(client, number, texas[:1], form=form)

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


def test_a_partner_is_held_to_the_limit_of_a_day(
    client: FlaskClient, engine: Engine, texas: list[int], policy: Policy, clock: Clock
) -> None:
    number = order_of(engine, texas[0])
    most = policy.terms.replacement_labels_per_order_day
    for turn in range(most // 2):
        assert ask(client, number, texas, form=f"turn {turn}").status_code == 200

    refused = ask(client, number, texas[:1], form="over")
    clock.advance(hours=24, seconds=1)
    tomorrow = ask(client, number, texas[:1], form="tomorrow")

    assert refused.status_code == 409
    assert f"{number} got 10 new labels in the last 24 hours" in refused.text
    assert tomorrow.status_code == 200
    assert len(requests_of(engine)) == most + 1


def test_support_is_not_held_to_it(
    client: FlaskClient, engine: Engine, texas: list[int], signed_in: SignIn, policy: Policy
) -> None:
    number = order_of(engine, texas[0])
    signed_in(Role.SUPPORT)

    for turn in range(policy.terms.replacement_labels_per_order_day // 2 + 1):
        assert ask(client, number, texas, form=f"turn {turn}").status_code == 200


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


def test_lost_packaging_says_how_to_pack_without_it(client: FlaskClient, engine: Engine, texas: list[int]) -> None:
    page = ask(client, order_of(engine, texas[0]), texas[:1], trouble="packaging-lost")

    assert "Take a strong new box" in page.text
    assert requests_of(engine)[0].reason == "packaging-lost"


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
