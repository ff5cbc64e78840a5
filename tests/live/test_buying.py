"""A label that the carrier makes is bought once, wrapped, read back, kept, and taken back when it is replaced."""

from decimal import Decimal

import pytest
from sqlalchemy import Engine

from carriers.shipment import Carrier
from carriers.tokens import Credentials
from rmatrack.db.blobs import blob_content
from rmatrack.db.carrier_accounts import exchanges_of, traffic_of
from rmatrack.db.catalogue import Model
from rmatrack.db.engine import reading, writing
from rmatrack.db.intents import due_intents, waiting_labels
from rmatrack.db.label_batches import LabelBatch, troubled_items
from rmatrack.db.labels import documents_of
from rmatrack.domain.intents import IntentState, VoidState
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM
from rmatrack.paper.papers import Paper
from rmatrack.services.buying import begin_turn
from rmatrack.services.kept_sentences import told
from rmatrack.services.label_batches import ask_for_batch, print_what_is_there
from rmatrack.services.label_replacing import replace_label
from rmatrack.services.labels import plan_labels
from rmatrack.services.setup import prepare
from rmatrack.work.drawing import draw_batch
from tests.carriers.stand_in import Fault, StandIn
from tests.labels.places import POLICY, ship
from tests.labels.printing import labels_of
from tests.live.world import MONTREAL, NETHERLANDS, Live


@pytest.fixture
def ups(live: Live) -> int:
    """Our account with UPS, which makes labels."""
    return live.enter(Carrier.UPS)


@pytest.mark.usefixtures("ups")
def test_a_label_from_ups_is_its_own_picture_read_back(live: Live, engine: Engine, stand_in: StandIn) -> None:
    units = ship(engine, 2)

    printed = live.print_them(units, Paper.LETTER)

    labels = labels_of(engine, units)
    assert printed.count == 2
    assert {label.number for label in labels} == set(stand_in.ups.made)
    assert {(label.source, label.state) for label in labels} == {("live", LabelState.PRINTED)}
    with reading(engine) as session:
        image = blob_content(session, labels[0].image_digest or "")
    assert (image or b"").startswith(b"GIF")


def test_dhl_is_asked_what_it_sells_checks_first_and_its_files_are_kept(
    live: Live, engine: Engine, stand_in: StandIn
) -> None:
    live.enter(Carrier.DHL)
    units = ship(engine, place=NETHERLANDS)

    printed = live.print_them(units)

    [label] = labels_of(engine, units)
    asked = [heard.path.rsplit("/", 1)[-1] + str(heard.query.get("validateDataOnly", "")) for heard in stand_in.heard]
    assert asked == ["products", "shipments['true']", "shipments"]
    assert printed.count == 1
    assert (label.number, label.piece) == (next(iter(stand_in.dhl.made)), next(iter(stand_in.dhl.pieces)))
    with reading(engine) as session:
        assert [document.kind for document in documents_of(session, label.id)] == ["label", "waybill"]


@pytest.mark.usefixtures("ups")
def test_a_repeated_plan_buys_nothing_twice(live: Live, engine: Engine, stand_in: StandIn) -> None:
    units = ship(engine)

    live.print_them(units)
    live.print_them(units)
    live.work()

    assert len(stand_in.ups.made) == 1


@pytest.mark.usefixtures("ups")
def test_a_replaced_label_is_taken_back_at_ups(live: Live, engine: Engine, stand_in: StandIn) -> None:
    units = ship(engine)
    live.print_them(units)

    with writing(engine) as session:
        waits = replace_label(session, units[0], reason="lost", policy=POLICY, by=SYSTEM, now=live.now)
    live.work()

    old, new = labels_of(engine, units)
    assert waits.label_id is None
    assert (old.state, old.superseded_by_id) == (LabelState.VOIDED, new.id)
    assert set(stand_in.ups.live) == {new.number}
    assert live.print_them(units).count == 1


@pytest.mark.usefixtures("ups")
def test_the_old_label_stays_good_until_the_new_one_is_there(live: Live, engine: Engine, stand_in: StandIn) -> None:
    units = ship(engine)
    live.print_them(units)
    stand_in.faults.append(Fault.BROKEN)

    with writing(engine) as session:
        replace_label(session, units[0], reason="lost", policy=POLICY, by=SYSTEM, now=live.now)
    live.work()

    [old] = labels_of(engine, units)
    assert old.state == LabelState.PRINTED


@pytest.mark.usefixtures("ups")
def test_a_picture_of_another_parcel_is_held_and_shown(live: Live, engine: Engine, stand_in: StandIn) -> None:
    stand_in.ups.mistaken = "1Z5R89390357567127"
    units = ship(engine)

    printed = live.print_them(units)

    [label] = labels_of(engine, units)
    assert (printed.pdf, label.state, label.released_at) == (None, LabelState.HELD, None)
    assert label.number in str(printed.held[0].why)
    assert "1Z5R89390357567127" in str(printed.held[0].why)


@pytest.mark.usefixtures("ups")
def test_what_ups_refuses_is_left_out_in_its_own_words(live: Live, engine: Engine, stand_in: StandIn) -> None:
    stand_in.ups.refuses = "Invalid ZIP code"
    units = ship(engine)

    printed = live.print_them(units)

    assert printed.count == 0
    assert "Invalid ZIP code" in str(printed.left_out[0].why)
    assert [intent.state for intent in live.intents()] == [IntentState.REFUSED]


@pytest.mark.usefixtures("ups")
def test_a_batch_waits_for_a_carrier_that_is_away_and_goes_on_by_itself(
    live: Live, engine: Engine, stand_in: StandIn
) -> None:
    units = ship(engine, 2)
    stand_in.faults.extend([Fault.NONE, Fault.BUSY, Fault.BUSY])
    batch_id = ask(live, units)
    draw_batch(live.tools, batch_id)
    waiting = batch(engine, batch_id)
    with reading(engine) as session:
        seen = waiting_labels(session, seen_by=SYSTEM, limit=9)

    live.later(hours=1)
    live.work()
    draw_batch(live.tools, batch_id)

    assert (waiting.state, waiting.waits_since) == (BatchState.WAITING, live.now.replace(hour=9))
    assert [each.unit_id for each in seen] == units
    assert all(each.why and each.due_at > each.since for each in seen)
    assert batch(engine, batch_id).state == BatchState.READY
    assert len(stand_in.ups.live) == 2


@pytest.mark.usefixtures("ups")
def test_a_batch_can_be_printed_without_what_is_not_there(live: Live, engine: Engine, stand_in: StandIn) -> None:
    units = ship(engine, 2)
    live.print_them(units[:1])
    stand_in.faults.extend([Fault.BUSY] * 10)
    batch_id = ask(live, units)
    draw_batch(live.tools, batch_id)

    with writing(engine) as session:
        print_what_is_there(session, batch_id, by=SYSTEM, now=live.now)
    draw_batch(live.tools, batch_id)

    with reading(engine) as session:
        [left_out] = troubled_items(session, batch_id)
    assert batch(engine, batch_id).state == BatchState.READY
    assert "UPS has not made this label yet" in str(told(left_out.problem or ""))


@pytest.mark.usefixtures("ups")
def test_a_refused_batch_ends_and_asks_again_only_when_taken_up(live: Live, engine: Engine, stand_in: StandIn) -> None:
    stand_in.ups.refuses = "Invalid ZIP code"
    batch_id = ask(live, ship(engine))

    draw_batch(live.tools, batch_id)
    live.work()

    assert batch(engine, batch_id).state == BatchState.READY
    assert len(live.intents()) == 1


def test_a_carrier_that_does_not_answer_is_left_alone_for_all(live: Live, engine: Engine, ups: int) -> None:
    live.stand_in.faults.extend([Fault.BROKEN] * 40)
    units = ship(engine, 8)
    with writing(engine) as session:
        plan_labels(session, units, policy=POLICY, by=SYSTEM, now=live.now)

    live.work()
    asked = len(live.stand_in.heard)
    live.work()

    with writing(engine) as session:
        line = traffic_of(session, ups)
        assert line.opens_at is not None
        assert line.opens_at > live.now
    assert asked < 12
    assert len(live.stand_in.heard) == asked
    assert all(intent.why for intent in live.intents())


def test_new_credentials_let_what_waits_go_on(live: Live, engine: Engine, ups: int) -> None:
    live.replace_credentials(ups, Credentials("ups-key", "an old secret"))
    units = ship(engine)
    refused = live.print_them(units)

    live.replace_credentials(ups, Credentials("ups-key", "ups-secret-words"))
    live.work()

    assert "does not accept our credentials" in str(refused.waiting[0].why)
    assert live.print_them(units).count == 1


def test_what_was_said_is_kept_without_secrets(live: Live, engine: Engine, stand_in: StandIn, ups: int) -> None:
    live.print_them(ship(engine))

    with reading(engine) as session:
        said = exchanges_of(session, ups, before=None, limit=9)
    kept = "".join(f"{each.address}{each.headers}{each.body}{each.answer}" for each in said)
    assert [each.address.rsplit("/", 1)[-1] for each in reversed(said)] == ["token", "ship"]
    assert "ups-secret-words" not in kept
    assert not stand_in.ups.tokens & set(kept.split("'"))
    assert "617 253 1000" not in kept


@pytest.mark.usefixtures("ups")
def test_what_a_carrier_made_twice_is_found_a_day_later_and_taken_back(
    live: Live, engine: Engine, stand_in: StandIn
) -> None:
    stand_in.faults.extend([Fault.NONE, Fault.TWICE])
    units = ship(engine)
    live.print_them(units)

    live.later(days=1)
    live.work()

    [label] = labels_of(engine, units)
    assert len(stand_in.ups.made) == 2
    assert set(stand_in.ups.live) == {label.number}
    assert [(void.label_id, void.state) for void in live.voids()] == [(None, VoidState.VOIDED)]


@pytest.mark.usefixtures("ups")
def test_a_dead_worker_s_label_is_asked_about_before_it_is_bought_again(
    live: Live, engine: Engine, stand_in: StandIn
) -> None:
    units = ship(engine)
    with writing(engine) as session:
        plan_labels(session, units, policy=POLICY, by=SYSTEM, now=live.now)
    die_after_the_call(live)

    live.work()
    early = [intent.state for intent in live.intents()]
    live.later(minutes=6)
    live.work()

    assert early == [IntentState.CALLING]
    assert len(stand_in.ups.made) == 1
    assert labels_of(engine, units)[0].number == next(iter(stand_in.ups.made))


def die_after_the_call(live: Live) -> None:
    """Ask the carrier, and never write down what it answered."""
    with writing(live.engine) as session:
        [intent_id] = due_intents(session, live.now, limit=1)
        turn = begin_turn(session, intent_id, now=live.now)
    assert turn
    turn.take(live.lines, now=live.now)


def ask(live: Live, units: list[int]) -> int:
    with writing(live.engine) as session:
        return ask_for_batch(session, units, paper=Paper.A6, language="en", by=SYSTEM, now=live.now).id


def batch(engine: Engine, batch_id: int) -> LabelBatch:
    with reading(engine) as session:
        return session.get_one(LabelBatch, batch_id)


def test_customs_are_told_what_the_catalogue_says(live: Live, engine: Engine, stand_in: StandIn) -> None:
    live.enter(Carrier.DHL)
    units = ship(engine, place=MONTREAL)
    with writing(engine) as session:
        prepare(session, POLICY)
        model = session.get_one(Model, MONTREAL["Model"])
        model.value, model.currency, model.hs_code = Decimal("1234.50"), "CAD", "8525890000"
        model.weight_kg, model.net_kg = Decimal("6.50"), Decimal("5.25")

    live.print_them(units)

    content = stand_in.heard[-1].body["content"]
    [line] = content["exportDeclaration"]["lineItems"]
    assert (content["declaredValue"], content["declaredValueCurrency"]) == (1234.5, "CAD")
    assert line["commodityCodes"] == [{"typeCode": "outbound", "value": "8525890000"}]
    assert line["weight"] == {"netValue": 5.25, "grossValue": 6.5}


def test_a_border_without_a_value_in_the_catalogue_is_refused(live: Live, engine: Engine, stand_in: StandIn) -> None:
    live.enter(Carrier.DHL)
    units = ship(engine, place=MONTREAL)
    with writing(engine) as session:
        prepare(session, POLICY)
        session.get_one(Model, MONTREAL["Model"]).value = Decimal()

    printed = live.print_them(units)

    assert (printed.count, stand_in.dhl.made) == (0, {})
    assert [intent.state for intent in live.intents()] == [IntentState.REFUSED]
