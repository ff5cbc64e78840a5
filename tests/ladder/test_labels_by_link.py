"""Who answers a reminder with "I need a label" in the United States has it at once (SPEC C-4, R-8)."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.answers import ReturnAnswer
from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.label_requests import LabelRequest
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.labels import LabelState
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services.links import Links
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.labels.places import ship
from tests.labels.printing import labels_of, print_them
from tests.returning.test_labels import TEXAS

WARSAW = {"City": "Warszawa", "State": "", "Postal code": "00-001", "Country": "PL"}
IRA = "it@utexas.example"


@dataclass(frozen=True)
class Reminded:
    """An order of two devices, and the link that a reminder gives its customer's administrator."""

    number: str
    units: list[int]
    token: str

    @property
    def page(self) -> str:
        return f"/return-label/{self.token}"

    @property
    def program(self) -> str:
        return f"/api/v1/return-label-links/{self.token}"


@pytest.fixture
def texas(engine: Engine, app: APIFlask, clock: Clock) -> Reminded:
    return reminded(engine, app, clock, TEXAS)


def reminded(engine: Engine, app: APIFlask, clock: Clock, place: dict[str, str], email: str = IRA) -> Reminded:
    units = ship(engine, 2, place)
    print_them(engine, units)
    with writing(engine) as session:
        order = session.scalars(
            select(DemoOrder).join(Unit, Unit.order_id == DemoOrder.id).where(Unit.id == units[0])
        ).one()
        administrator = CustomerAdministrator(customer_id=order.customer_id, email=email, name="Ira Tee")
        session.add(administrator)
        session.flush()
        link = Link(LinkPurpose.RETURN_LABEL, order.id, administrator.id, clock().date() + timedelta(days=30))
        return Reminded(order.number, units, Links(app.config["SECRET_KEY"]).token(link))


def given(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [(one.kind, one.state) for one in session.scalars(select(ReturnAnswer).order_by(ReturnAnswer.id))]


def form_of(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_label_is_there_at_once_and_nothing_is_left_to_do(
    client: FlaskClient, engine: Engine, texas: Reminded
) -> None:
    form = form_of(client.get(texas.page).text)
    said = {"form": form, "units": texas.units[:1], "trouble": "damaged", "note": "It got wet"}

    pages = [client.post(texas.page, data=said, follow_redirects=True) for _ in range(2)]
    file = client.get(f"{texas.page}/label.pdf?form={form}")

    old, new = labels_of(engine, texas.units[:1])
    assert (old.state, old.superseded_by_id, new.state) == (LabelState.SUPERSEDED, new.id, LabelState.PRINTED)
    assert all(new.number in page.text and old.number in page.text for page in pages)
    assert (file.mimetype, file.data[:4]) == ("application/pdf", b"%PDF")
    assert given(engine) == [("label", "done")]
    with reading(engine) as session:
        [asked] = session.scalars(select(LabelRequest))
        mails = list(session.scalars(select(OutboxMail)))
        deeds = list(session.scalars(select(Event.deed).where(Event.unit_id == texas.units[0])))
    assert (asked.reason, asked.by_name, asked.label_id) == ("damaged", "Ira Tee", new.id)
    assert [(mail.kind, mail.to_email) for mail in mails] == [("return-labels", IRA)]
    assert {"answered: label", "answer done"} <= set(deeds)


def test_logistics_sees_the_request_but_has_no_work_with_it(
    client: FlaskClient, engine: Engine, texas: Reminded, signed_in: SignIn
) -> None:
    client.post(texas.page, data={"units": texas.units})
    signed_in(Role.LOGISTICS)

    work, requests = client.get("/").text, client.get("/labels/requests").text

    assert "needs a label" not in work
    assert all(label.number in requests for label in labels_of(engine, texas.units)[-2:])
    assert "Ira Tee" in requests


def test_lost_packaging_is_told_how_to_pack(client: FlaskClient, engine: Engine, texas: Reminded) -> None:
    said = {"units": texas.units, "trouble": "packaging-lost"}

    page = client.post(texas.page, data=said, follow_redirects=True)

    assert "How to pack without the original box" in page.text
    assert len(labels_of(engine, texas.units)) == 2
    assert given(engine) == [("label", "done")] * 2


def test_beyond_the_partner_s_limit_it_is_work_for_logistics(
    client: FlaskClient, engine: Engine, texas: Reminded, policy: Policy, clock: Clock, signed_in: SignIn
) -> None:
    for _ in range(policy.terms.replacement_labels_per_unit_day):
        client.post(texas.page, data={"units": texas.units[:1]})
        clock.advance(minutes=6)
    before = len(labels_of(engine, texas.units))

    page = client.post(texas.page, data={"units": texas.units[:1]}, follow_redirects=True)

    assert "Logistics sees it at once among its work for today" in page.text
    assert len(labels_of(engine, texas.units)) == before
    assert given(engine)[-1] == ("label", "open")
    signed_in(Role.LOGISTICS)
    assert "needs a label" in client.get("/").text
    client.post(f"/orders/{texas.number}/return", data=desk(texas.units[:1]))
    assert given(engine)[-1] == ("label", "done")
    assert "needs a label" not in client.get("/").text


def desk(units: list[int]) -> dict[str, object]:
    return {"form": "desk", "units": units, "trouble": "lost", "to": "here", "paper": "letter"}


def test_elsewhere_it_is_work_for_logistics_beside_the_return_process(
    client: FlaskClient, engine: Engine, app: APIFlask, clock: Clock
) -> None:
    warsaw = reminded(engine, app, clock, WARSAW)

    asked = client.get(warsaw.page).text
    page = client.post(warsaw.page, data={"units": warsaw.units}, follow_redirects=True)

    assert "mydhl.express.dhl" in asked
    assert "Logistics sees it at once among its work for today" in page.text
    assert given(engine) == [("label", "open")] * 2
    assert len(labels_of(engine, warsaw.units)) == 2


def test_a_device_that_travels_gets_none(client: FlaskClient, engine: Engine, texas: Reminded) -> None:
    with writing(engine) as session:
        session.merge(labels_of(engine, texas.units[:1])[0]).state = LabelState.IN_TRANSIT

    page = client.get(texas.page).text
    refused = client.post(texas.page, data={"units": texas.units[:1]})

    assert f'value="{texas.units[0]}"' not in page
    assert refused.status_code == 409
    assert given(engine) == []


def test_a_form_of_another_order_and_a_made_up_one_open_nothing(
    client: FlaskClient, engine: Engine, app: APIFlask, clock: Clock, texas: Reminded
) -> None:
    other = reminded(engine, app, clock, WARSAW, "it@wat.example")
    client.post(texas.page, data={"form": "mine", "units": texas.units})

    answers = [client.get(f"{other.page}/{path}?form=mine") for path in ("label", "label.pdf")]
    made_up = client.get(f"{texas.page}/label?form=nobody-s")

    assert [answer.status_code for answer in [*answers, made_up]] == [404] * 3
    assert all(texas.number not in answer.text for answer in answers)


def test_programs_get_the_label_and_its_file(client: FlaskClient, engine: Engine, texas: Reminded) -> None:
    asked = client.get(texas.program).json
    answers = [client.post(texas.program, json={"units": texas.units[:1]}) for _ in range(2)]

    old, new = labels_of(engine, texas.units[:1])
    assert asked
    assert asked["gives_labels"] is True
    for answer in answers:
        assert answer.json
        assert answer.status_code == 200
        [label] = answer.json["labels"]
        assert (label["number"], label["state"], label["replaces"]) == (new.number, "printed", old.number)
        assert client.get(answer.json["file"]).data[:4] == b"%PDF"
    missing = client.get(f"{texas.program}/labels/made-up.pdf")
    assert (missing.status_code, missing.json and missing.json["code"]) == (404, "not-found")
