"""Seals are appended in the chain's own order, once each, whoever commits when."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event, Seal
from rmatrack.domain.errors import ConflictError
from rmatrack.services import seals
from rmatrack.services.seals import seal_pending
from tests.history.log import sealed_log, tamper, verified, write_entries


def test_a_backlog_is_sealed_in_portions(engine: Engine) -> None:
    with writing(engine) as session:
        write_entries(session, 25)

    portions = []
    for _ in range(4):
        with writing(engine) as session:
            portions.append(seal_pending(session, limit=10))

    assert portions == [10, 10, 5, 0]
    report = verified(engine)
    assert (report.holds, report.sealed, report.unsealed) == (True, 25, 0)


def test_what_was_not_committed_is_not_sealed(engine: Engine) -> None:
    with writing(engine) as session:
        write_entries(session, 3)
        session.rollback()

    with writing(engine) as session:
        assert seal_pending(session, limit=10) == 0


def test_a_lower_id_that_commits_late_is_sealed_behind_the_others(engine: Engine) -> None:
    with writing(engine) as session:
        write_entries(session, 3)
    with reading(engine) as session:
        late = min(session.scalars(select(Event.id)))
        values = dict(session.execute(select(*Event.__table__.columns).where(Event.id == late)).mappings().one())
    tamper(engine, "DELETE FROM event WHERE id = :entry", entry=late)
    with writing(engine) as session:
        seal_pending(session, limit=10)
    with writing(engine) as session:
        session.execute(insert(Event), values)

    with writing(engine) as session:
        sealed = seal_pending(session, limit=10)

    assert sealed == 1
    assert verified(engine).holds
    with reading(engine) as session:
        assert session.scalars(select(Seal.event_id).order_by(Seal.position)).all()[-1] == late


def test_an_id_that_comes_very_late_is_found_by_the_pass_over_everything(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "LATE_IDS", 0)
    sealed_log(engine, 3)
    tamper(engine, "DELETE FROM seal WHERE position = 1", "UPDATE seal SET position = position - 1")

    with writing(engine) as session:
        assert seal_pending(session, limit=10) == 0
        assert seal_pending(session, limit=10, everything=True) == 1


def test_two_sealers_at_once_leave_one_chain(engine: Engine) -> None:
    with writing(engine) as session:
        write_entries(session, 200)
    start = Barrier(4)

    def seal() -> None:
        start.wait()
        for _ in range(30):
            try:
                with writing(engine) as session:
                    seal_pending(session, limit=10)
            except ConflictError:
                continue

    threads = [Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    report = verified(engine)
    assert (report.holds, report.sealed, report.unsealed) == (True, 200, 0)


@pytest.mark.parametrize("statement", ["UPDATE seal SET digest = 'x'", "DELETE FROM seal", "DELETE FROM event"])
def test_the_database_itself_refuses_to_change_the_log(engine: Engine, statement: str) -> None:
    sealed_log(engine, 1)

    with pytest.raises(DBAPIError, match="history only grows"), writing(engine) as session:
        session.execute(text(statement))
