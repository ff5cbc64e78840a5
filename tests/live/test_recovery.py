"""A label once more from its carrier, and another in place of one that is held back: on its page and over the API."""

from threading import Barrier, Thread
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.blobs import blob_content
from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.labels import Label, documents_of
from rmatrack.domain.errors import ConflictError, RmatrackError
from rmatrack.domain.intents import IntentState, VoidState
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.label_replacing import make_label_anew
from tests.api.conftest import Program, program_of
from tests.carriers.stand_in import Fault, StandIn
from tests.carriers.stand_in.pictures import ups_pdf
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.labels.places import POLICY, ship
from tests.labels.printing import labels_of
from tests.live.world import NETHERLANDS, Live
from tests.people import add_person

WRONG_1Z = "1Z5R89390357567127"
WRONG_WAYBILL = "5786694550"


@pytest.fixture
def live(engine: Engine, stand_in: StandIn, clock: Clock) -> Live:
    """The product at work at the time of the pages."""
    return Live(engine, stand_in, now=clock.moment)


@pytest.fixture
def dock(app: APIFlask, engine: Engine) -> Program:
    """A program of somebody in logistics."""
    return program_of(app, engine, add_person(engine, Role.LOGISTICS))


def printed(live: Live, carrier: Carrier = Carrier.UPS, source: SourceKind = SourceKind.LIVE) -> Label:
    """A label that left."""
    live.enter(carrier, source)
    units = ship(live.engine, place=NETHERLANDS if carrier is Carrier.DHL else None)
    live.print_them(units)
    return labels_of(live.engine, units)[0]


def held(live: Live, carrier: Carrier) -> Label:
    """A label whose picture shows another number."""
    live.stand_in.ups.mistaken, live.stand_in.dhl.mistaken = WRONG_1Z, WRONG_WAYBILL
    label = printed(live, carrier)
    live.stand_in.ups.mistaken = live.stand_in.dhl.mistaken = ""
    assert label.state == LabelState.HELD
    return label


def label_now(engine: Engine, label: Label) -> Label:
    with reading(engine) as session:
        return session.get_one(Label, label.id)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json(force=True)["code"]


def test_the_carriers_own_label_is_fetched_again_from_its_page(
    client: FlaskClient, signed_in: SignIn, live: Live
) -> None:
    label = printed(live)
    signed_in(Role.LOGISTICS)

    offered = client.get(f"/labels/{label.number}")
    client.post(f"/labels/{label.number}/fetch-again")
    client.post(f"/labels/{label.number}/fetch-again")
    shown = client.get(f"/labels/{label.number}")

    with reading(live.engine) as session:
        kept = session.get_one(Label, label.id)
        file = blob_content(session, kept.image_digest or "") or b""
        kinds = [document.kind for document in documents_of(session, label.id)]
        told = session.scalars(select(Event).where(Event.deed == "given again")).all()
    assert "Fetch it from UPS again" in offered.text
    assert "UPS gave" in shown.text
    assert (file[:4], kinds, len(told)) == (b"%PDF", ["label", "label"], 1)
    assert list(live.stand_in.ups.made) == [label.number]


def test_a_label_held_for_its_picture_leaves_with_the_one_given_again(
    client: FlaskClient, signed_in: SignIn, live: Live
) -> None:
    label = held(live, Carrier.UPS)
    signed_in(Role.LOGISTICS)

    client.post(f"/labels/{label.number}/fetch-again")
    file = client.post(f"/labels/{label.number}/print", data={"paper": "4x6"})

    assert file.data.startswith(b"%PDF")
    assert label_now(live.engine, label).state == LabelState.PRINTED


def test_what_does_not_read_back_never_takes_the_place_of_what_is_kept(
    dock: Program, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = printed(live)
    monkeypatch.setattr("tests.carriers.stand_in.ups.ups_pdf", lambda _number: ups_pdf(WRONG_1Z))

    refused = dock.post(f"/api/v1/labels/{label.number}/fetch-again", json={})

    assert code_of(refused) == (409, "label-misread")
    assert label_now(live.engine, label).image_digest == label.image_digest


@pytest.mark.parametrize(
    ("carrier", "source", "code"),
    [
        (Carrier.DHL, SourceKind.LIVE, "label-given-once"),
        (Carrier.UPS, SourceKind.RANGE, "label-drawn-here"),
    ],
)
def test_where_a_carrier_cannot_it_is_said(
    dock: Program, live: Live, carrier: Carrier, source: SourceKind, code: str
) -> None:
    label = printed(live, carrier, source)
    asked = len(live.stand_in.heard)

    refused = dock.post(f"/api/v1/labels/{label.number}/fetch-again", json={})

    assert code_of(refused) == (409, code)
    assert len(live.stand_in.heard) == asked


def test_a_carrier_that_is_away_or_refuses_changes_nothing(dock: Program, live: Live) -> None:
    label = printed(live)
    live.stand_in.faults.append(Fault.BROKEN)
    away = dock.post(f"/api/v1/labels/{label.number}/fetch-again", json={})
    live.stand_in.ups.made.clear()

    refused = dock.post(f"/api/v1/labels/{label.number}/fetch-again", json={})

    assert (code_of(away), code_of(refused)) == ((409, "label-not-given-again"),) * 2
    assert "Try again later" in away.get_json(force=True)["message"]
    assert "No shipments found" in refused.get_json(force=True)["message"]
    assert label_now(live.engine, label).image_digest == label.image_digest


def test_only_who_prints_labels_fetches_them(app: APIFlask, engine: Engine, live: Live) -> None:
    label = printed(live)
    support = program_of(app, engine, add_person(engine, Role.PARTNER_USER))

    for deed in ("fetch-again", "make-anew"):
        assert code_of(support.post(f"/api/v1/labels/{label.number}/{deed}", json={}))[0] == 403


@pytest.mark.parametrize(("carrier", "void"), [(Carrier.DHL, VoidState.REFUSED), (Carrier.UPS, VoidState.VOIDED)])
def test_a_held_label_is_bought_anew_anywhere_and_the_old_number_is_accounted_for(
    client: FlaskClient, signed_in: SignIn, live: Live, carrier: Carrier, void: VoidState
) -> None:
    old = held(live, carrier)
    signed_in(Role.LOGISTICS)

    offered = client.get(f"/labels/{old.number}")
    client.post(f"/labels/{old.number}/make-anew")
    client.post(f"/labels/{old.number}/make-anew")
    waits = client.get(f"/labels/{old.number}")
    live.work()
    live.work()

    _, new = labels_of(live.engine, [old.unit_id])
    [given_back] = live.voids()
    assert "Have a new label made" in offered.text
    assert "is being asked for a new label" in waits.text
    assert "Have a new label made" not in waits.text
    assert label_now(live.engine, old).superseded_by_id == new.id
    assert (given_back.number, given_back.label_id, given_back.state) == (old.number, old.id, void)
    assert [intent.state for intent in live.intents()] == [IntentState.MADE, IntentState.MADE]
    assert live.print_them([old.unit_id]).count == 1


def test_a_carrier_that_refuses_the_new_one_leaves_the_held_one_in_sight(dock: Program, live: Live) -> None:
    old = held(live, Carrier.UPS)
    live.stand_in.ups.refuses = "Invalid ZIP code"

    accepted = dock.post(f"/api/v1/labels/{old.number}/make-anew", json={})
    live.work()

    waiting = dock.get("/api/v1/waiting-labels").get_json(force=True)["items"]
    assert (accepted.status_code, accepted.get_json(force=True)["state"]) == (202, "wanted")
    assert label_now(live.engine, old).state == LabelState.HELD
    assert "Invalid ZIP code" in waiting[0]["message"]


def test_a_label_that_is_good_is_not_made_anew(dock: Program, live: Live) -> None:
    label = printed(live)

    refused = dock.post(f"/api/v1/labels/{label.number}/make-anew", json={})
    unknown = dock.post("/api/v1/labels/1ZNOBODY/make-anew", json={})

    assert code_of(refused) == (409, "label-not-held")
    assert code_of(unknown) == (404, "not-found")


def test_two_people_who_have_it_made_anew_at_one_moment_buy_one(live: Live) -> None:
    old = held(live, Carrier.DHL)
    barrier, trouble = Barrier(2), list[RmatrackError]()

    def make() -> None:
        barrier.wait()
        try:
            with writing(live.engine) as session:
                make_label_anew(session, old.number, policy=POLICY, by=SYSTEM, now=live.now)
        except ConflictError as error:
            trouble.append(error)

    racers = [Thread(target=make) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    live.work()

    assert len(labels_of(live.engine, [old.unit_id])) == 2
    assert len(live.stand_in.dhl.made) == 2
