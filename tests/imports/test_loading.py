"""Promises about loading: what is new is written once, what is corrected is changed, what is refused leaves nothing."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from rmatrack.db.customers import Customer, CustomerAdministrator, SalesRelationship
from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.db.trials import Trial
from rmatrack.domain.errors import ConflictError, NotAllowedError
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Actor, Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.rma import is_rma_number
from rmatrack.domain.shipments import Standing
from rmatrack.services import imports
from rmatrack.services.spreadsheets import read_table
from tests.imports.files import DATA, NOW, csv_file, loaded, previewed, row, row_counts
from tests.queries import count_queries

ENGLISH_FILE = (DATA / "shipments.csv").read_bytes()
DUTCH_FILE = (DATA / "shipments-nl.csv").read_bytes()
SUPPORT = Actor(None, "Support", Role.SUPPORT, None, PERMISSIONS[Role.SUPPORT])


def scalars(engine: Engine, statement: Any) -> list[Any]:
    with reading(engine) as session:
        return list(session.scalars(statement))


def test_the_example_files_load_and_their_overlap_is_recognised(engine: Engine, policy: Policy) -> None:
    first = loaded(engine, ENGLISH_FILE, policy)

    second = previewed(engine, DUTCH_FILE, policy)

    assert (first.new, first.units, first.refused) == (21, 44, 0)
    assert second.counts == {
        Standing.NEW: 0,
        Standing.CHANGED: 0,
        Standing.UNCHANGED: 13,
        Standing.REFUSED: 0,
    }


def test_a_second_import_adds_no_row_to_any_table(engine: Engine, policy: Policy) -> None:
    loaded(engine, ENGLISH_FILE, policy)
    before = row_counts(engine)

    again = loaded(engine, ENGLISH_FILE, policy)
    overlap = loaded(engine, DUTCH_FILE, policy)

    assert (again.unchanged, overlap.unchanged) == (21, 13)
    assert row_counts(engine) == before


def test_an_order_brings_everything_it_speaks_of(engine: Engine, policy: Policy) -> None:
    loaded(engine, csv_file([row()]), policy)

    (partner,) = scalars(engine, select(Partner))
    (customer,) = scalars(engine, select(Customer))
    (administrator,) = scalars(engine, select(CustomerAdministrator))
    (relationship,) = scalars(engine, select(SalesRelationship))
    (trial,) = scalars(engine, select(Trial))
    (order,) = scalars(engine, select(DemoOrder))
    (unit,) = scalars(engine, select(Unit))
    (rma,) = scalars(engine, select(Rma))

    assert (partner.name, partner.certified) == ("Northwind Collaboration", False)
    assert (customer.name, customer.zone, customer.country) == ("Université de Liège", "Europe/Brussels", "BE")
    assert (administrator.email, administrator.customer_id) == ("it@uliege.example", customer.id)
    assert (relationship.partner_id, relationship.customer_id) == (partner.id, customer.id)
    assert (trial.partner_id, trial.customer_id, trial.expires_on) == (partner.id, customer.id, date(2026, 10, 26))
    assert (order.number, order.trial_id, order.ship_to_name) == ("D4100901", trial.id, "Université de Liège")
    assert (unit.serial_key, unit.partner_id, unit.zone, unit.status) == (
        "FOC21213GLV",
        partner.id,
        "Europe/Brussels",
        "shipped",
    )
    assert (rma.order_id, is_rma_number(rma.number)) == (order.id, True)


def test_rma_numbers_are_all_different(engine: Engine, policy: Policy) -> None:
    loaded(engine, ENGLISH_FILE, policy)
    loaded(engine, csv_file([row()]), policy)

    numbers = scalars(engine, select(Rma.number))

    assert len(set(numbers)) == 22


def test_orders_of_one_trial_share_it(engine: Engine, policy: Policy) -> None:
    rows = [row(), row(demo_order="D4100902", serial_number="FOC21213GKA")]

    loaded(engine, csv_file(rows), policy)
    loaded(engine, csv_file([row(demo_order="D4100903", serial_number="FOC21213GKB")]), policy)

    assert len(scalars(engine, select(Trial))) == 1
    assert len(set(scalars(engine, select(DemoOrder.trial_id)))) == 1


def test_what_was_loaded_is_in_the_history(engine: Engine, policy: Policy) -> None:
    loaded(engine, csv_file([row()]), policy)

    events = scalars(engine, select(Event).order_by(Event.id))

    deeds = {(event.subject, event.deed) for event in events}
    assert {("order", "shipped"), ("unit", "shipped"), ("rma", "opened"), ("import", "loaded")} <= deeds
    assert not [event for event in events if "it@uliege.example" in f"{event.old} {event.new}"]


def test_an_order_with_a_bad_row_is_held_back_whole_and_the_others_load(engine: Engine, policy: Policy) -> None:
    rows = [
        row(),
        row(serial_number="FOC21213GKA", eula_expires="soon"),
        row(demo_order="D4100902", serial_number="FOC21213GKB"),
    ]

    done = loaded(engine, csv_file(rows), policy)

    assert (done.new, done.refused) == (1, 1)
    assert scalars(engine, select(DemoOrder.number)) == ["D4100902"]
    assert scalars(engine, select(Unit.serial_key)) == ["FOC21213GKB"]


def test_a_corrected_file_shows_its_differences_then_applies_them(engine: Engine, policy: Policy) -> None:
    loaded(engine, csv_file([row()]), policy)
    corrected = csv_file(
        [
            row(recipient="Léa Dubois", address_1="Allée du 6 Août 10", eula_expires="2026-09-18"),
            row(recipient="Léa Dubois", address_1="Allée du 6 Août 10", serial_number="FOC21213GKA"),
        ]
    )

    (plan,) = previewed(engine, corrected, policy).orders
    loaded(engine, corrected, policy)

    assert plan.standing is Standing.CHANGED
    assert {(d.field, d.serial_key) for d in plan.differences} == {
        ("recipient", None),
        ("address_1", None),
        ("eula_expires_on", "FOC21213GLV"),
    }
    assert [unit.serial for unit in plan.added] == ["FOC21213GKA"]
    (order,) = scalars(engine, select(DemoOrder))
    assert (order.recipient, order.address_1, order.version) == ("Léa Dubois", "Allée du 6 Août 10", 2)
    units = {unit.serial_key: unit.eula_expires_on for unit in scalars(engine, select(Unit))}
    assert units == {"FOC21213GLV": date(2026, 9, 18), "FOC21213GKA": date(2026, 9, 11)}
    (event,) = scalars(engine, select(Event).where(Event.field == "eula_expires_on"))
    assert (event.old, event.new, event.reason) == ("2026-09-11", "2026-09-18", "import")


def test_a_corrected_end_moves_the_trial_and_no_return_date(engine: Engine, policy: Policy) -> None:
    loaded(engine, csv_file([row()]), policy)

    loaded(engine, csv_file([row(trial_expires="2026-11-30")]), policy)

    assert scalars(engine, select(Trial.expires_on)) == [date(2026, 11, 30)]
    assert scalars(engine, select(Unit.eula_expires_on)) == [date(2026, 9, 11)]


def test_what_a_file_does_not_speak_of_stays(engine: Engine, policy: Policy) -> None:
    loaded(engine, csv_file([row(address_2="Bât. B28")]), policy)
    silent = csv_file([row()]).replace(b"Address 2", b"Remark")

    shown = previewed(engine, silent, policy)

    assert shown.counts[Standing.UNCHANGED] == 1


def test_a_serial_that_came_back_can_go_out_on_another_order(engine: Engine, policy: Policy) -> None:
    loaded(engine, csv_file([row()]), policy)
    with writing(engine) as session:
        session.execute(update(Unit).values(status="received", received_at=NOW, settled_at=NOW))
    both = csv_file([row(), row(demo_order="D4100902")])

    done = loaded(engine, both, policy)

    assert (done.new, done.unchanged, done.refused) == (1, 1, 0)


def test_a_known_customer_gains_an_administrator_and_a_partner(engine: Engine, policy: Policy) -> None:
    loaded(engine, csv_file([row()]), policy)
    more = row(
        demo_order="D4100902", serial_number="FOC21213GKA", partner="Contoso Telecom", admin_e_mail="av@uliege.example"
    )

    loaded(engine, csv_file([more]), policy)

    assert len(scalars(engine, select(Customer))) == 1
    assert set(scalars(engine, select(CustomerAdministrator.email))) == {"it@uliege.example", "av@uliege.example"}
    assert len(scalars(engine, select(SalesRelationship.partner_id))) == 2


def test_what_changed_since_the_preview_is_a_conflict_and_nothing_is_written(engine: Engine, policy: Policy) -> None:
    shown = previewed(engine, csv_file([row(), row(demo_order="D4100903", serial_number="FOC21213GKC")]), policy)
    loaded(engine, csv_file([row(demo_order="D4100902")]), policy)
    before = row_counts(engine)

    with pytest.raises(ConflictError), writing(engine) as session:
        imports.load(session, shown, policy=policy, by=SYSTEM, now=NOW)

    assert row_counts(engine) == before


def test_what_was_recorded_alike_since_the_preview_is_left_alone(engine: Engine, policy: Policy) -> None:
    shown = previewed(engine, ENGLISH_FILE, policy)
    loaded(engine, DUTCH_FILE, policy)

    with writing(engine) as session:
        done = imports.load(session, shown, policy=policy, by=SYSTEM, now=NOW)

    assert (done.new, done.unchanged) == (8, 13)


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(engine: Engine, policy: Policy) -> None:
    few = [row()]
    many = [
        row(
            demo_order=f"D42{order:05}",
            serial_number=f"FOC2121{order:04}",
            organization_id=f"7b982ff1-3ad8-432f-8e23-{order:012}",
            admin_e_mail=f"it{order}@uliege.example",
            partner=f"Partner {order % 7}",
        )
        for order in range(300)
    ]

    counts = []
    for rows in (few, many):
        with count_queries(engine) as seen:
            loaded(engine, csv_file(rows), policy)
        counts.append(len(seen))

    assert counts[1] <= counts[0]


def test_importing_needs_the_permission(engine: Engine, policy: Policy) -> None:
    table = read_table(ENGLISH_FILE, "shipments.csv")
    shown = previewed(engine, ENGLISH_FILE, policy)

    with pytest.raises(NotAllowedError), reading(engine) as session:
        imports.preview(session, table, policy=policy, by=SUPPORT)
    with pytest.raises(NotAllowedError), writing(engine) as session:
        imports.load(session, shown, policy=policy, by=SUPPORT, now=NOW)
