"""Whoever changes, removes or reorders an entry is found out, by name of the first bad row."""

import pytest
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event, PersonalValue
from rmatrack.domain.history import Change
from rmatrack.domain.people import SYSTEM
from rmatrack.services.history import record
from rmatrack.services.seals import seal_pending
from rmatrack.services.verification import Flaw, Found
from tests.history.log import NOW, sealed_log, tamper, verified, write_entries


def entry(engine: Engine, place: int) -> int:
    """The id of the entry at *place* in the log."""
    with reading(engine) as session:
        return session.scalars(select(Event.id).order_by(Event.id)).all()[place - 1]


def test_an_empty_log_holds(engine: Engine) -> None:
    report = verified(engine)

    assert (report.holds, report.sealed, report.unsealed) == (True, 0, 0)


@pytest.mark.parametrize(
    "change",
    ["new = 'lost'", "actor = 'somebody else'", "reason = 'why not'", "unit_id = 99", "at = '2020-01-01 00:00:00'"],
)
def test_a_changed_entry_is_named(engine: Engine, change: str) -> None:
    sealed_log(engine, 5)
    changed = entry(engine, 3)

    tamper(engine, f"UPDATE event SET {change} WHERE id = :entry", entry=changed)  # noqa: S608  Our own words.

    assert verified(engine).first_flaw == Found(Flaw.ENTRY_CHANGED, changed)


def test_a_changed_entry_with_a_fitting_digest_breaks_its_seal(engine: Engine) -> None:
    sealed_log(engine, 5)
    second = entry(engine, 2)

    tamper(
        engine,
        """UPDATE event SET subject_key = other.subject_key, unit_id = other.unit_id, digest = other.digest
        FROM (SELECT * FROM event WHERE unit_id = 1) AS other WHERE event.id = :entry""",
        entry=second,
    )

    assert verified(engine).first_flaw == Found(Flaw.SEAL_BROKEN, 2)


def test_a_removed_entry_is_named_by_its_seal(engine: Engine) -> None:
    sealed_log(engine, 5)
    removed = entry(engine, 4)

    if engine.dialect.name == "sqlite":
        _remove_past_foreign_keys(engine, removed)
    else:
        tamper(engine, "DELETE FROM event WHERE id = :entry", entry=removed)

    assert verified(engine).first_flaw == Found(Flaw.ENTRY_REMOVED, 4)


def _remove_past_foreign_keys(engine: Engine, event_id: int) -> None:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        for statement in ("query_only=OFF", "foreign_keys=OFF"):
            cursor.execute(f"PRAGMA {statement}")
        cursor.execute("DROP TRIGGER event_no_DELETE")
        cursor.execute("DELETE FROM event WHERE id = ?", (event_id,))
    finally:
        connection.detach()
        connection.close()


def test_an_entry_removed_with_its_seal_leaves_a_gap(engine: Engine) -> None:
    sealed_log(engine, 5)

    tamper(
        engine,
        "DELETE FROM seal WHERE position = 2",
        "DELETE FROM event WHERE id = :entry",
        entry=entry(engine, 2),
    )

    assert verified(engine).first_flaw == Found(Flaw.SEAL_REMOVED, 2)


def test_a_gap_that_was_closed_breaks_the_next_seal(engine: Engine) -> None:
    sealed_log(engine, 4)

    tamper(
        engine,
        "DELETE FROM seal WHERE position = 2",
        "DELETE FROM event WHERE id = :entry",
        "UPDATE seal SET position = 2 WHERE position = 3",
        "UPDATE seal SET position = 3 WHERE position = 4",
        entry=entry(engine, 2),
    )

    assert verified(engine).first_flaw == Found(Flaw.SEAL_BROKEN, 2)


def test_two_swapped_seals_are_found_at_the_first(engine: Engine) -> None:
    sealed_log(engine, 5)

    tamper(
        engine,
        "UPDATE seal SET position = 99 WHERE position = 2",
        "UPDATE seal SET position = 2 WHERE position = 4",
        "UPDATE seal SET position = 4 WHERE position = 99",
    )

    assert verified(engine).first_flaw == Found(Flaw.SEAL_BROKEN, 2)


def test_an_entry_that_is_not_sealed_yet_is_checked_too(engine: Engine) -> None:
    sealed_log(engine, 2)
    with writing(engine) as session:
        write_entries(session, 3, first=10)
    changed = entry(engine, 4)

    tamper(engine, "UPDATE event SET new = 'lost' WHERE id = :entry", entry=changed)

    report = verified(engine)
    assert (report.first_flaw, report.unsealed) == (Found(Flaw.ENTRY_CHANGED, changed), 3)


def test_the_first_of_several_flaws_is_told(engine: Engine) -> None:
    sealed_log(engine, 5)

    tamper(engine, "UPDATE event SET new = 'lost' WHERE unit_id IN (5, 2)")

    assert verified(engine).first_flaw == Found(Flaw.ENTRY_CHANGED, entry(engine, 2))


def write_name(engine: Engine, name: str) -> str:
    """Record a personal value and return the commitment that stands for it."""
    change = Change("customer", "7b982ff1", "renamed", field="administrator", new=name, personal=True)
    with writing(engine) as session:
        record(session, [change], by=SYSTEM, now=NOW)
        seal_pending(session, limit=10)
    with reading(engine) as session:
        return session.scalars(select(PersonalValue.commitment)).one()


def test_a_forgotten_person_leaves_the_log_whole(engine: Engine) -> None:
    mark = write_name(engine, "Anna Ĳsselstein")

    tamper(engine, "DELETE FROM personal_value")

    report = verified(engine)
    assert (report.holds, report.sealed, report.personal_values) == (True, 1, 0)
    with reading(engine) as session:
        assert session.scalars(select(Event.new)).one() == mark


def test_a_changed_personal_value_is_named(engine: Engine) -> None:
    mark = write_name(engine, "Anna Ĳsselstein")

    tamper(engine, "UPDATE personal_value SET value = 'Somebody else'")

    assert verified(engine).first_flaw == Found(Flaw.PERSONAL_VALUE_CHANGED, mark)


def test_a_flaw_reads_as_a_sentence(engine: Engine) -> None:
    sealed_log(engine, 1)
    changed = entry(engine, 1)

    tamper(engine, "UPDATE event SET new = 'lost'")

    flaw = verified(engine).first_flaw
    assert flaw is not None
    assert str(flaw.sentence) == f"Entry {changed} of the history was changed after it was written."


def test_the_chain_is_the_same_on_both_databases(engine: Engine) -> None:
    sealed_log(engine, 3)

    report = verified(engine)

    assert report.head == "94f875e60d5f7373a0d9ac7bc8fb1a0cd1629d9245e269adb6a8b5ed5aaca636"
