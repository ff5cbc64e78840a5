"""No two workers share a place, and a dead one's is free at once."""

import pytest
from sqlalchemy import Engine

from rmatrack.work import lease
from rmatrack.work.lease import NoPlaceError, name_of, place_of, take_first_place, take_place
from tests.work.process import worker_process


def test_each_worker_gets_a_place_of_its_own(engine: Engine) -> None:
    first, second = take_first_place(engine), take_first_place(engine)

    assert (first.place, second.place) == (1, 2)
    assert take_place(engine, 1) is None
    for taken in (first, second):
        assert taken.holds()
        taken.release()


def test_a_place_that_was_let_go_is_taken_again(engine: Engine) -> None:
    take_first_place(engine).release()

    again = take_first_place(engine)

    assert again.place == 1
    again.release()


def test_there_are_only_so_many_places(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "PLACES", 1)
    taken = take_first_place(engine)

    with pytest.raises(NoPlaceError):
        take_first_place(engine)
    taken.release()


def test_a_killed_worker_leaves_its_place(engine: Engine, database_url: str) -> None:
    with worker_process(database_url) as process:
        assert take_place(engine, 1) is None
        process.kill()
        process.wait()

    taken = take_first_place(engine)

    assert taken.place == 1
    taken.release()


def test_a_name_leads_back_to_its_place() -> None:
    assert place_of(name_of(3)) == 3
    assert place_of("local") is None
