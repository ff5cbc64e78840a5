"""Verdicts, certificates and photos as the service keeps them: once, in order, whoever else is at it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.inspections import Inspection, UnitPhoto, WipeCertificate
from rmatrack.db.orders import Unit
from rmatrack.db.returns import Rma
from rmatrack.domain.errors import ConflictError, NotFoundError, RmatrackError
from rmatrack.domain.inspection import Condition, Disposition, WipeMethod
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.policy import Policy
from rmatrack.paper.photos import prepare
from rmatrack.services.correcting import correct_shipment
from rmatrack.services.inspection import inspect
from rmatrack.services.inspection_photos import MOST_PHOTOS, add_photos
from rmatrack.services.inspection_wipes import Wipe, certify_wipes
from rmatrack.services.undoing import InspectedSinceError, undo_scan
from rmatrack.services.verification import verify
from tests.fixtures.app import NOON
from tests.inspection.bench import ONE, ROOM, THREE, TWO, ids_of, photo_file, receive, verdict
from tests.queries import count_queries
from tests.receiving.shipments import make_order
from tests.receiving.test_races import at_once

WIPE = Wipe(method=WipeMethod.ERASED, operator="Dana Dock", wiped_at=NOON - timedelta(minutes=5))


def outcome(engine: Engine, deed: Callable[[Session], object]) -> str:
    try:
        with writing(engine) as session:
            deed(session)
    except RmatrackError as error:
        return error.code
    return "done"


def test_a_return_is_complete_without_any_verdict(engine: Engine) -> None:
    receive(engine, [ONE])

    with reading(engine) as session:
        assert session.scalars(select(Rma.completed_at)).one() is not None


def test_each_changed_field_of_a_verdict_stands_in_the_log(engine: Engine, policy: Policy) -> None:
    unit = receive(engine, [ONE])[ONE]
    with writing(engine) as session:
        inspect(session, [verdict(unit)], policy=policy, by=SYSTEM, now=NOON)
    with writing(engine) as session:
        changed = verdict(unit, Disposition.CHARGE, missing=frozenset({"handset"}), reason="no handset", seen=1)
        inspect(session, [changed], policy=policy, by=SYSTEM, now=NOON)

    with reading(engine) as session:
        told = session.scalars(select(Event).where(Event.deed == "inspection revised").order_by(Event.field)).all()
        assert [(one.field, one.old, one.new, one.reason) for one in told] == [
            ("disposition", "restock", "charge", "no handset"),
            ("missing", None, "handset", "no handset"),
        ]
        assert verify(session).holds


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_revise_at_once_one_is_told(engine: Engine, policy: Policy, attempt: int) -> None:
    unit = receive(engine, [ONE])[ONE]
    with writing(engine) as session:
        inspect(session, [verdict(unit)], policy=policy, by=SYSTEM, now=NOON)

    def revising(reason: str) -> str:
        again = verdict(unit, Disposition.REPAIR, reason=reason, seen=1)
        return outcome(engine, lambda session: inspect(session, [again], policy=policy, by=SYSTEM, now=NOON))

    done = at_once([lambda: revising("one"), lambda: revising("two")])

    assert sorted(done) == ["conflict", "done"]
    with reading(engine) as session:
        assert session.scalars(select(Inspection.revision).order_by(Inspection.revision)).all() == [1, 2]


def test_several_are_all_inspected_or_none(engine: Engine, policy: Policy) -> None:
    units = receive(engine, [ONE, TWO])
    verdicts = [verdict(units[ONE]), verdict(units[TWO], condition=Condition.BROKEN)]

    with pytest.raises(RmatrackError) as refused, writing(engine) as session:
        inspect(session, verdicts, policy=policy, by=SYSTEM, now=NOON)

    assert refused.value.code == "restock-faulty"
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Inspection)) == 0


def test_inspecting_many_asks_no_more_than_inspecting_one(engine: Engine, policy: Policy) -> None:
    counts = []
    for number, size in enumerate((1, 25)):
        serials = [f"FOC2121{number}{each:03d}" for each in range(size)]
        receive_apart(engine, serials, f"D410020{number}")
        with writing(engine) as session, count_queries(engine) as asked:
            ids = ids_of(session)
            inspect(session, [verdict(ids[one]) for one in serials], policy=policy, by=SYSTEM, now=NOON)
        counts.append(len(asked))

    assert counts[0] >= counts[1] - 1  # Many rows go in by other means than a few.


def receive_apart(engine: Engine, serials: list[str], order: str) -> None:
    """Receive without scans, whose ids would be the same for two orders."""
    with writing(engine) as session:
        make_order(session, order, serials)
        values = {"status": "received", "received_at": NOON, "settled_at": NOON}
        session.execute(update(Unit).where(Unit.serial_key.in_(serials)).values(values))


def test_what_is_not_here_is_not_inspected(engine: Engine, policy: Policy) -> None:
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])
        unit = ids_of(session)[ONE]

    def code(unit_id: int) -> str:
        return outcome(engine, lambda session: inspect(session, [verdict(unit_id)], policy=policy, by=SYSTEM, now=NOON))

    assert code(unit) == "not-received"
    assert code(999) == NotFoundError.code


def test_a_receipt_stays_once_somebody_looked_at_the_device(engine: Engine, policy: Policy) -> None:
    unit = receive(engine, [ONE])[ONE]
    with writing(engine) as session:
        inspect(session, [verdict(unit)], policy=policy, by=SYSTEM, now=NOON)

    with pytest.raises(InspectedSinceError), writing(engine) as session:
        undo_scan(session, "00000000-0000-4000-8000-000000000000", reason="a slip", by=SYSTEM, now=NOON)


def test_the_same_wipe_has_one_certificate(engine: Engine) -> None:
    units = receive(engine, [ONE, TWO], model=ROOM).values()

    numbers = []
    for _again in range(2):
        with writing(engine) as session:
            numbers.append([each.number for each in certify_wipes(session, list(units), WIPE, by=SYSTEM, now=NOON)])

    assert numbers[0] == numbers[1]
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(WipeCertificate)) == 2


@pytest.mark.parametrize("minutes", [-600, 30])
def test_a_device_is_wiped_between_its_receipt_and_now(engine: Engine, minutes: int) -> None:
    unit = receive(engine, [ONE], model=ROOM)[ONE]
    wipe = Wipe(method=WipeMethod.ERASED, operator="Dana", wiped_at=NOON + timedelta(minutes=minutes))

    assert outcome(engine, lambda session: certify_wipes(session, [unit], wipe, by=SYSTEM, now=NOON)) == "bad-wipe-time"


def test_certificates_of_two_at_once_have_two_numbers(engine: Engine) -> None:
    units = receive(engine, [ONE, TWO], model=ROOM)

    def certifying(unit: int) -> str:
        return outcome(engine, lambda session: certify_wipes(session, [unit], WIPE, by=SYSTEM, now=NOON))

    done = at_once([lambda: certifying(units[ONE]), lambda: certifying(units[TWO])])

    assert done == ["done", "done"]
    with reading(engine) as session:
        assert len(set(session.scalars(select(WipeCertificate.number)))) == 2


def test_the_same_photo_is_kept_once_and_their_number_has_an_end(engine: Engine) -> None:
    unit = receive(engine, [ONE])[ONE]
    photo = prepare(photo_file(), "a.jpg")
    many = [prepare(photo_file(size=(40 + each, 40)), "b.jpg") for each in range(MOST_PHOTOS)]

    for _again in range(2):
        assert outcome(engine, lambda session: add_photos(session, unit, [photo], by=SYSTEM, now=NOON)) == "done"
    too_many = outcome(engine, lambda session: add_photos(session, unit, many, by=SYSTEM, now=NOON))

    assert too_many == "too-many-photos"
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(UnitPhoto)) == 1


def test_verdict_certificate_and_photos_follow_a_device_to_its_order(engine: Engine, policy: Policy) -> None:
    units = receive(engine, [ONE, TWO], model=ROOM)
    with writing(engine) as session:
        make_order(session, "D4100208", [THREE])
        third = ids_of(session)[THREE]
        certify_wipes(session, [units[ONE]], WIPE, by=SYSTEM, now=NOON)
        add_photos(session, units[ONE], [prepare(photo_file(), "a.jpg")], by=SYSTEM, now=NOON)
        inspect(session, [verdict(units[ONE])], policy=policy, by=SYSTEM, now=NOON)

    with writing(engine) as session:
        correct_shipment(session, third, ONE, was=THREE, reason="mixed up", by=SYSTEM, now=NOON)

    with reading(engine) as session:
        for table in (Inspection, WipeCertificate, UnitPhoto):
            assert session.scalars(select(table.unit_id)).all() == [third]
        assert session.scalars(select(Unit.inspected_at).where(Unit.id == third)).one() == NOON
        assert session.scalars(select(Inspection.revision)).all() == [1]


def test_a_conflict_is_the_same_for_a_verdict_that_was_not_looked_at(engine: Engine, policy: Policy) -> None:
    unit = receive(engine, [ONE])[ONE]

    unseen = verdict(unit, seen=3)

    assert (
        outcome(engine, lambda session: inspect(session, [unseen], policy=policy, by=SYSTEM, now=NOON))
        == ConflictError.code
    )
