"""One label for each unit, by the carrier of its country, whose every barcode reads back."""

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest
from sqlalchemy import Engine, func, select

from carriers.shipment import Carrier
from carriers.ups import holds
from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.labels import Label, LabelPrint
from rmatrack.db.orders import Unit
from rmatrack.domain.errors import ConflictError, NotAllowedError, NotFoundError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Actor, PartnerId, Role
from rmatrack.paper.papers import Paper
from rmatrack.services.label_release import release
from rmatrack.services.labels import UnknownOrdersError, plan_labels, units_of_orders
from tests.labels.places import NOW, POLICY, ship, ship_file
from tests.labels.printing import labels_of, print_them
from tests.queries import count_queries

CARRIERS = {
    Carrier.UPS: {"D4100201", "D4100208", "D4100215", "D4100222", "D4100229", "D4100236"},
    Carrier.DHL: {
        *("D4100243", "D4100250", "D4100257", "D4100264", "D4100271", "D4100278"),
        *("D4100285", "D4100292", "D4100299", "D4100306", "D4100313"),
    },
    Carrier.EXPEDITORS: {"D4100320", "D4100327"},
    None: {"D4100334", "D4100341"},
}


def test_each_place_gets_its_carrier_or_a_clear_none(engine: Engine) -> None:
    units = ship_file(engine)

    printed = print_them(engine, [unit_id for ids in units.values() for unit_id in ids])

    for carrier, orders in CARRIERS.items():
        labels = labels_of(engine, [unit_id for order in orders for unit_id in units[order]])
        assert {label.carrier for label in labels} == ({carrier.value} if carrier else set())
    assert {unit.order_number for unit in printed.left_out} == CARRIERS[None]
    assert "No carrier is appointed for returns from BR" in str(printed.left_out[0].why)
    assert printed.held == ()
    assert printed.count == sum(len(ids) for order, ids in units.items() if order not in CARRIERS[None])


def test_every_paper_takes_the_labels_of_every_place(engine: Engine) -> None:
    units = [unit_id for ids in ship_file(engine).values() for unit_id in ids]

    for paper in Paper:
        printed = print_them(engine, units, paper=paper)

        assert printed.held == ()
        assert printed.pdf
        per_page = 2 if paper in {Paper.A4_TWO, Paper.LETTER_TWO} else 1
        assert len(pypdfium2.PdfDocument(printed.pdf)) == -(-printed.count // per_page)


def test_a_label_s_number_is_a_specimen_unless_the_account_says_otherwise(engine: Engine) -> None:
    units = ship(engine)

    print_them(engine, units)

    [label] = labels_of(engine, units)
    assert (label.source, label.state) == ("specimen", LabelState.PRINTED)
    assert label.number.startswith("1ZSAMPLE03")
    assert holds(label.number)


def test_printing_again_gives_the_same_number_and_the_same_file(engine: Engine) -> None:
    units = ship(engine, 2)
    first = print_them(engine, units)

    again = print_them(engine, units)

    assert again.pdf == first.pdf
    assert len(labels_of(engine, units)) == 2
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(LabelPrint)) == 4


def test_each_box_is_a_shipment_of_its_own_with_ups(engine: Engine) -> None:
    units = ship(engine, 3)

    print_them(engine, units[1:2])

    [label] = labels_of(engine, units)
    shipment = label.content["shipment"]
    assert isinstance(shipment, dict)
    assert (shipment["number"], shipment["count"]) == (1, 1)


def test_a_unit_that_is_back_gets_no_label(engine: Engine) -> None:
    units = ship(engine, 2)
    settle(engine, units[0])

    printed = print_them(engine, units)

    assert printed.count == 1
    [left_out] = printed.left_out
    assert str(left_out.why) == f"{left_out.serial} needs no label: it is back or settled already."


def test_a_label_that_travels_is_not_printed_again(engine: Engine) -> None:
    units = ship(engine)
    print_them(engine, units)
    put(engine, units[0], LabelState.IN_TRANSIT)

    printed = print_them(engine, units)

    assert printed.pdf is None
    assert "travels under 1ZSAMPLE03" in str(printed.left_out[0].why)


def test_a_unit_whose_label_is_dead_gets_a_new_one(engine: Engine) -> None:
    units = ship(engine)
    print_them(engine, units)
    put(engine, units[0], LabelState.EXPIRED)

    print_them(engine, units)

    old, new = labels_of(engine, units)
    assert (old.state, new.state, new.attempt) == (LabelState.EXPIRED, LabelState.PRINTED, 2)
    assert old.number != new.number


def test_a_label_that_was_replaced_while_it_was_drawn_does_not_leave(engine: Engine) -> None:
    units = ship(engine)
    with writing(engine) as session:
        plan = plan_labels(session, units, policy=POLICY, by=SYSTEM, now=NOW)
    put(engine, units[0], LabelState.SUPERSEDED)

    with pytest.raises(ConflictError), writing(engine) as session:
        release(session, plan.label_ids, paper=Paper.A6, by=SYSTEM, now=NOW)

    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(LabelPrint)) == 0


def test_history_tells_what_happened_to_a_label(engine: Engine) -> None:
    units = ship(engine)

    print_them(engine, units)

    [label] = labels_of(engine, units)
    with reading(engine) as session:
        events = session.execute(
            select(Event.deed, Event.field, Event.old, Event.new).where(Event.subject_key == label.number)
        ).all()
        assert set(session.scalars(select(Event.unit_id).where(Event.subject == "label"))) == set(units)
    assert [tuple(event) for event in events] == [
        ("issued", "number", None, label.number),
        ("released", "state", "intent", "created"),
        ("printed", "paper", None, "4x6"),
    ]


def test_the_number_of_statements_does_not_grow_with_the_labels(engine: Engine) -> None:
    few, many = ship(engine, 2), ship(engine, 40)

    with count_queries(engine) as for_few:
        print_them(engine, few)
    with count_queries(engine) as for_many:
        print_them(engine, many)

    assert len(for_many) <= len(for_few)


def test_orders_are_printed_by_number_and_unknown_ones_are_named(engine: Engine) -> None:
    units = ship_file(engine)

    with reading(engine) as session:
        found = units_of_orders(session, ["D4100208", "D4100201"], by=SYSTEM)
        everything = units_of_orders(session, None, by=SYSTEM)
        with pytest.raises(UnknownOrdersError, match="D9999999"):
            units_of_orders(session, ["D4100201", "D9999999"], by=SYSTEM)

    assert found == [*units["D4100201"], *units["D4100208"]]
    assert len(everything) == sum(map(len, units.values()))


def test_a_partner_prints_nothing_here(engine: Engine) -> None:
    units = ship(engine)
    partner = Actor(None, "Ada", Role.PARTNER_USER, PartnerId(1), PERMISSIONS[Role.PARTNER_USER])

    with pytest.raises(NotAllowedError):
        print_them(engine, units, by=partner)


def test_units_that_are_not_there_are_not_found(engine: Engine) -> None:
    with pytest.raises(NotFoundError):
        print_them(engine, [4711])


def settle(engine: Engine, unit_id: int) -> None:
    with writing(engine) as session:
        unit = session.get_one(Unit, unit_id)
        unit.status, unit.settled_at = "received", NOW


def put(engine: Engine, unit_id: int, state: LabelState) -> None:
    """Put the unit's label where it might be one day."""
    with writing(engine) as session:
        session.scalars(select(Label).where(Label.unit_id == unit_id)).one().state = state
