"""A batch is drawn in the background, to its end, whatever happens to the worker."""

from sqlalchemy import Engine, func, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.label_batches import LabelBatch, labels_in_batch
from rmatrack.db.labels import Label, LabelPrint
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.people import SYSTEM
from rmatrack.paper.papers import Paper
from rmatrack.services.label_batches import ask_for_batch
from tests.labels.places import NOW, ship
from tests.work.process import wait_until, worker_process

MANY = 600


def batch_for(engine: Engine, unit_ids: list[int]) -> int:
    with writing(engine) as session:
        return ask_for_batch(session, unit_ids, paper=Paper.A6, language="en", by=SYSTEM, now=NOW).id


def batch(engine: Engine, batch_id: int) -> LabelBatch:
    with reading(engine) as session:
        return session.get_one(LabelBatch, batch_id)


def test_a_batch_is_drawn_by_the_worker(engine: Engine, database_url: str) -> None:
    batch_id = batch_for(engine, ship(engine, 3))

    with worker_process(database_url):
        wait_until(lambda: batch(engine, batch_id).state == BatchState.READY)

    drawn = batch(engine, batch_id)
    assert (drawn.done, drawn.total) == (3, 3)
    assert drawn.blob_digest


def test_a_killed_worker_s_batch_is_finished_by_the_next_with_the_same_numbers(
    engine: Engine, database_url: str
) -> None:
    units = ship(engine, MANY)
    batch_id = batch_for(engine, units)
    with worker_process(database_url) as process:
        wait_until(lambda: 0 < batch(engine, batch_id).done < MANY)
        process.kill()
        process.wait()
    with reading(engine) as session:
        numbers = set(session.scalars(select(Label.number)))
    assert batch(engine, batch_id).state == BatchState.DRAWING

    with worker_process(database_url):
        wait_until(lambda: batch(engine, batch_id).state == BatchState.READY)

    with reading(engine) as session:
        assert set(session.scalars(select(Label.number))) == numbers
        assert sorted(session.scalars(select(Label.unit_id))) == units
        assert labels_in_batch(session, batch_id) == MANY
        assert session.scalar(select(func.count()).select_from(LabelPrint)) == MANY


def test_a_worker_that_ends_leaves_its_batch_in_line(engine: Engine, database_url: str) -> None:
    batch_id = batch_for(engine, ship(engine, MANY))

    with worker_process(database_url):
        wait_until(lambda: batch(engine, batch_id).done > 0)

    assert batch(engine, batch_id).state == BatchState.WAITING
    with worker_process(database_url):
        wait_until(lambda: batch(engine, batch_id).state == BatchState.READY)


def test_another_worker_takes_over_from_a_dead_one(engine: Engine, database_url: str) -> None:
    batch_id = batch_for(engine, ship(engine, MANY))

    with worker_process(database_url) as first:
        wait_until(lambda: batch(engine, batch_id).done > 0)
        with worker_process(database_url):
            first.kill()
            first.wait()
            wait_until(lambda: batch(engine, batch_id).state == BatchState.READY)
