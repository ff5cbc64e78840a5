"""A number is given once: from the specimens, or from a block that the carrier allotted to a certified account."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.carrier_accounts import CarrierAccount, account_in_use
from rmatrack.db.engine import reading, writing
from rmatrack.db.labels import Label
from rmatrack.db.numbers import numbers_left
from rmatrack.domain.people import SYSTEM
from rmatrack.services.carrier_accounts import (
    AccountValues,
    BadBlockError,
    Block,
    NotCertifiedError,
    add_account,
    allot_block,
)
from rmatrack.services.label_numbers import block_name
from rmatrack.services.labels import plan_labels
from rmatrack.vault import Vault
from tests.labels.places import NOW, POLICY, ship
from tests.labels.printing import labels_of, print_them

NETHERLANDS = {"Country": "NL", "City": "Delft", "State": "", "Postal code": "2628 CD", "Customer": "TU Delft"}
AUSTRALIA = {"Country": "AU", "City": "Parkville", "State": "VIC", "Postal code": "3010", "Customer": "Melbourne"}


def allot(
    engine: Engine,
    carrier: Carrier,
    block: Block,
    *,
    pieces: Block | None = None,
    certified: bool = True,
    shipper: str | None = None,
) -> str:
    """Allot a block to our account with *carrier*, which is entered when it is not there; return its sequence."""
    usual = {Carrier.UPS: "A1B2C3", Carrier.DHL: "123456789", Carrier.EXPEDITORS: "8712345"}[carrier]
    with writing(engine) as session:
        account = account_in_use(session, carrier) or enter(session, carrier, shipper or usual)
        allot_block(session, account.id, block, pieces, certified=certified, by=SYSTEM, now=NOW)
        return block_name(account)


def enter(session: Session, carrier: Carrier, number: str) -> CarrierAccount:
    values = AccountValues(name=f"{carrier} {number}", source=SourceKind.SPECIMEN, shipper_number=number)
    return add_account(session, carrier, values, None, vault=Vault(["only for tests"]), by=SYSTEM, now=NOW)


def test_ups_numbers_come_from_the_block_in_their_order(engine: Engine) -> None:
    allot(engine, Carrier.UPS, Block(5000, 5999))
    units = ship(engine, 2)

    print_them(engine, units)

    assert [label.number[:17] for label in labels_of(engine, units)] == ["1ZA1B2C3030005000", "1ZA1B2C3030005001"]
    assert {label.source for label in labels_of(engine, units)} == {"range"}


def test_dhl_numbers_come_with_piece_numbers_of_their_own_block(engine: Engine) -> None:
    allot(engine, Carrier.DHL, Block(100_000_000, 100_000_999), pieces=Block(7_000, 7_999))
    units = ship(engine, 2, NETHERLANDS)

    print_them(engine, units)

    labels = labels_of(engine, units)
    assert [label.number[:9] for label in labels] == ["100000000", "100000001"]
    assert [label.piece for label in labels] == ["JD000000000000007000", "JD000000000000007001"]


def test_expeditors_cartons_are_numbered_under_our_company_prefix(engine: Engine) -> None:
    allot(engine, Carrier.EXPEDITORS, Block(1, 999))
    units = ship(engine, place=AUSTRALIA)

    print_them(engine, units)

    assert labels_of(engine, units)[0].number[:17] == "08712345000000001"


def test_a_block_that_is_too_small_is_refused_whole_and_other_carriers_go_on(engine: Engine) -> None:
    sequence = allot(engine, Carrier.UPS, Block(1, 2))
    american, dutch = ship(engine, 3), ship(engine, place=NETHERLANDS)

    printed = print_them(engine, [*american, *dutch])

    assert printed.count == 1
    assert {str(unit.why) for unit in printed.left_out} == {
        "3 UPS numbers are needed and 2 are left. Ask the carrier for a new block and enter it."
    }
    with reading(engine) as session:
        assert numbers_left(session, sequence) == 2


def test_an_account_whose_own_number_is_wrong_takes_nothing_from_its_block(engine: Engine) -> None:
    sequence = allot(engine, Carrier.UPS, Block(1, 9), shipper="A1-B2")

    printed = print_them(engine, ship(engine, 2))

    assert "A1-B2 is not a UPS account" in str(printed.left_out[0].why)
    with reading(engine) as session:
        assert numbers_left(session, sequence) == 9


def test_a_block_that_is_nearly_used_up_is_told_in_time(engine: Engine) -> None:
    allot(engine, Carrier.UPS, Block(1, 501))

    plenty = print_them(engine, ship(engine))
    few = print_them(engine, ship(engine))

    assert plenty.warnings == ()
    assert [str(warning) for warning in few.warnings] == [
        "Only 499 UPS numbers are left. Ask the carrier for a new block and enter it."
    ]


def test_a_new_block_goes_on_where_it_begins(engine: Engine) -> None:
    allot(engine, Carrier.UPS, Block(1, 1))
    print_them(engine, ship(engine))
    allot(engine, Carrier.UPS, Block(70, 90))
    units = ship(engine)

    print_them(engine, units)

    assert labels_of(engine, units)[0].number[10:17] == "0000070"


def test_an_account_that_is_not_certified_prints_specimens_only(engine: Engine) -> None:
    with pytest.raises(NotCertifiedError):
        allot(engine, Carrier.UPS, Block(1, 9), certified=False)


@pytest.mark.parametrize(
    ("carrier", "block", "pieces"),
    [
        (Carrier.UPS, Block(9, 1), None),
        (Carrier.DHL, Block(1, 9), None),
        (Carrier.DHL, Block(1, 9), Block(1, 8)),
    ],
)
def test_a_block_that_cannot_be_is_refused(
    engine: Engine, carrier: Carrier, block: Block, pieces: Block | None
) -> None:
    with pytest.raises(BadBlockError):
        allot(engine, carrier, block, pieces=pieces)


def test_two_who_print_at_once_never_share_a_number(engine: Engine) -> None:
    shipped = [ship(engine, 5) for _ in range(6)]
    start = Barrier(len(shipped))

    def plan(units: list[int]) -> None:
        start.wait()
        with writing(engine) as session:
            plan_labels(session, units, policy=POLICY, by=SYSTEM, now=NOW)

    at_once([Thread(target=plan, args=(units,)) for units in shipped])

    with reading(engine) as session:
        numbers = session.scalars(select(Label.number)).all()
    assert len(set(numbers)) == len(numbers) == 30


def test_two_who_print_the_same_units_at_once_get_the_same_labels(engine: Engine) -> None:
    units = ship(engine, 5)
    start = Barrier(4)
    plans: list[tuple[int, ...]] = []

    def plan() -> None:
        start.wait()
        with writing(engine) as session:
            plans.append(plan_labels(session, units, policy=POLICY, by=SYSTEM, now=NOW).label_ids)

    at_once([Thread(target=plan) for _ in range(4)])

    assert len(labels_of(engine, units)) == 5
    assert len(plans) == 4
    assert len(set(plans)) == 1


def at_once(threads: list[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
