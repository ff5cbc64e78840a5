"""Administrators are told, once, of blocks that run out and of carriers that are away."""

import pytest
from sqlalchemy import Engine, select

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.engine import reading, writing
from rmatrack.db.notifications import Notification
from rmatrack.db.numbers import NumberSequence, take_numbers
from rmatrack.db.people import Person
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.carrier_accounts import Block, allot_block
from rmatrack.services.kept_sentences import told
from tests.carriers.stand_in import Fault, StandIn
from tests.labels.places import NOW, ship
from tests.live.world import Live


@pytest.fixture(autouse=True)
def _people(engine: Engine) -> None:
    with writing(engine) as session:
        for name, role in (("Ada", Role.ADMINISTRATOR), ("Lou", Role.LOGISTICS)):
            session.add(Person(email=f"{name}@example.com", name=name, role=role.value, created_at=NOW))


def test_of_a_block_is_told_once_that_it_runs_out_and_once_that_it_did(live: Live, engine: Engine) -> None:
    live.enter(Carrier.UPS, SourceKind.RANGE)
    live.work()
    assert heard(engine) == []

    take(engine, 600)
    live.work()
    live.work()
    take(engine, 400)
    live.work()
    live.work()

    assert heard(engine) == [
        ("Ada", "Only 400 numbers of ups account are left. Ask the carrier for a new block and enter it."),
        ("Ada", "The numbers of ups account are used up. Labels wait until you enter a new block."),
    ]


def test_of_a_new_block_is_told_anew(live: Live, engine: Engine) -> None:
    account_id = live.enter(Carrier.UPS, SourceKind.RANGE)
    take(engine, 600)
    live.work()
    with writing(engine) as session:
        allot_block(session, account_id, Block(7000, 7999), certified=True, by=SYSTEM, now=live.now)
    live.work()
    assert len(heard(engine)) == 1

    take(engine, 700)
    live.work()

    assert len(heard(engine)) == 2


def test_of_a_carrier_that_is_away_for_an_hour_is_told_once(live: Live, engine: Engine, stand_in: StandIn) -> None:
    live.enter(Carrier.UPS)
    units = ship(engine)
    stand_in.faults.extend([Fault.BROKEN] * 400)
    live.print_them(units)
    live.later(minutes=59)
    live.work()
    assert heard(engine) == []

    for _half_hour in range(4):
        live.later(minutes=30)
        live.work()

    assert heard(engine) == [
        (
            "Ada",
            "ups account gets no answer for an hour now. Its page says why, and how many labels wait.",
        )
    ]


def take(engine: Engine, count: int) -> None:
    """Use up numbers of the only block."""
    with writing(engine) as session:
        name = session.scalars(select(NumberSequence.name).where(NumberSequence.name.endswith(":range"))).one()
        assert take_numbers(session, name, count)


def heard(engine: Engine) -> list[tuple[str, str]]:
    """Return who was told what."""
    found = select(Person.name, Notification.sentence).join(Person, Person.id == Notification.person_id)
    with reading(engine) as session:
        return [(name, str(told(sentence))) for name, sentence in session.execute(found.order_by(Notification.id))]
