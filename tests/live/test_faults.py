"""Whatever happens on the line and to the workers, each wanted label exists once and nothing made is forgotten."""

from collections import deque
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

from carriers.shipment import Carrier
from rmatrack.db.carrier_accounts import CarrierAccount, CarrierExchange, CarrierTraffic
from rmatrack.db.engine import writing
from rmatrack.db.intents import LabelIntent, NumberToVoid, due_intents, due_voids
from rmatrack.db.labels import Label, LabelDocument
from rmatrack.domain.intents import OPEN, IntentState, VoidState
from rmatrack.domain.people import SYSTEM
from rmatrack.services.buying import begin_turn, finish_turn
from rmatrack.services.labels import plan_labels
from rmatrack.services.voiding import begin_void, finish_void
from rmatrack.work.buying import ask_carriers, look_back
from tests.carriers.stand_in import Fault, StandIn
from tests.labels.places import POLICY, ship
from tests.labels.printing import labels_of
from tests.live.world import NETHERLANDS, Live

IMPATIENCE_SECONDS = 0.3
MOST_ROUNDS = 400
EXAMPLES = 12

faults = st.lists(st.sampled_from(list(Fault)), max_size=10).map(deque)
deaths = st.lists(st.sampled_from(["", "", "before", "after"]), max_size=10).map(deque)


@pytest.mark.parametrize("carrier", [Carrier.UPS, Carrier.DHL])
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=faults, deaths=deaths, wanted=st.integers(1, 3))
def test_each_wanted_label_exists_once_and_all_that_was_made_is_accounted_for(
    engine: Engine, carrier: Carrier, faults: deque[Fault], deaths: deque[str], wanted: int
) -> None:
    forget_everything(engine)
    units = ship(engine, wanted, NETHERLANDS if carrier is Carrier.DHL else None)
    with StandIn(faults=faults) as stand_in:
        live = Live(engine, stand_in, seconds=IMPATIENCE_SECONDS)
        live.enter(carrier)
        with writing(engine) as session:
            plan_labels(session, units, policy=POLICY, by=SYSTEM, now=live.now)

        hidden = work_until_nothing_waits(live, deaths)
        stand_in.faults.clear()
        live.seconds = 30
        live.lines = live.new_lines()
        live.later(days=2)
        look_back(engine, live.lines, now=lambda: live.now)
        ask_carriers(live.tools)

    labels = labels_of(engine, units)
    book = stand_in.ups if carrier is Carrier.UPS else stand_in.dhl
    strays = {void.number for void in live.voids()}
    assert [intent.state for intent in live.intents()] == [IntentState.MADE] * wanted
    assert {label.unit_id for label in labels} == set(units)
    assert len(labels) == len({label.number for label in labels}) == wanted
    assert {label.number for label in labels} | strays == set(book.made)
    assert not {label.number for label in labels} & strays
    assert carrier is Carrier.DHL or set(book.live) == {label.number for label in labels}
    assert all(void.state != VoidState.WANTED for void in live.voids())
    assert hidden == []


def work_until_nothing_waits(live: Live, deaths: deque[str]) -> list[LabelIntent]:
    """Take turns like workers that die now and then; return what waited without saying why or for how long."""
    hidden: list[LabelIntent] = []
    for _round in range(MOST_ROUNDS):
        waiting = [intent for intent in live.intents() if intent.state in OPEN]
        if not waiting:
            return hidden
        hidden += [intent for intent in waiting if not shows(live, intent)]
        with writing(live.engine) as session:
            due = due_intents(session, live.now, limit=9)
        if not due:
            live.later(minutes=1)
        for intent_id in due:
            turn_of_a_mortal(live, intent_id, deaths.popleft() if deaths else "")
        void_all(live)
    raise AssertionError("Something waits for ever.")


def turn_of_a_mortal(live: Live, intent_id: int, death: str) -> None:
    with writing(live.engine) as session:
        turn = begin_turn(session, intent_id, now=live.now)
    if turn is None or death == "before":
        return
    outcome = turn.take(live.lines, now=live.now)
    if death == "after":
        live.lines = live.new_lines()
        return
    with writing(live.engine) as session:
        finish_turn(session, turn, outcome, now=live.now)


def void_all(live: Live) -> None:
    with writing(live.engine) as session:
        turns = [begin_void(session, void_id, now=live.now) for void_id in due_voids(session, live.now, limit=9)]
    for turn in turns:
        if turn:
            outcome = turn.take(live.lines)
            with writing(live.engine) as session:
                finish_void(session, turn, outcome, now=live.now)


def shows(live: Live, intent: LabelIntent) -> bool:
    """Whether somebody who looks sees that it is being asked for, or why it waits, and that it will not for long."""
    told = intent.state == IntentState.CALLING or intent.failures == 0 or bool(intent.why)
    return told and intent.due_at - live.now <= timedelta(hours=1)


def forget_everything(engine: Engine) -> None:
    """Begin each example with an empty book."""
    with writing(engine) as session:
        for table in (NumberToVoid, LabelIntent, LabelDocument, Label, CarrierExchange, CarrierTraffic, CarrierAccount):
            session.execute(delete(table))
        assert session.scalar(select(Label)) is None
