"""A batch says what came of it: its file, what was left out or held, why it failed; and it can be taken up again."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from rmatrack import clock
from rmatrack.db.blobs import blob_content
from rmatrack.db.engine import reading, writing
from rmatrack.db.label_batches import LabelBatch, troubled_items
from rmatrack.db.labels import prints_of
from rmatrack.domain.errors import NotAllowedError, NotFoundError, WrongStatusError
from rmatrack.domain.label_batches import BatchState
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Actor, PartnerId, Role
from rmatrack.domain.policy import Policy
from rmatrack.paper.papers import Paper
from rmatrack.services.kept_sentences import told
from rmatrack.services.label_batches import NothingToPrintError, ask_for_batch, stop_batch, take_up_batch
from rmatrack.services.label_release import release
from rmatrack.work.drawing import draw_batch
from rmatrack.work.tools import Tools
from tests.labels.places import NOW, POLICY, ship
from tests.labels.printing import labels_of, print_them
from tests.work.test_jobs import jobs_in_line

BRAZIL = {"Country": "BR", "Customer": "Universidade de São Paulo"}


def ask(engine: Engine, units: list[int], by: Actor = SYSTEM) -> int:
    with writing(engine) as session:
        return ask_for_batch(session, units, paper=Paper.A6, language="en", by=by, now=NOW).id


def draw(engine: Engine, batch_id: int, policy: Policy = POLICY, *, ends_early: bool = False) -> LabelBatch:
    draw_batch(Tools(engine, policy, clock.now, lambda: ends_early), batch_id)
    with reading(engine) as session:
        return session.get_one(LabelBatch, batch_id)


def test_a_batch_keeps_the_same_file_that_printing_gives(engine: Engine) -> None:
    units = ship(engine, 3)

    batch = draw(engine, ask(engine, units))

    assert (batch.state, batch.done, batch.total) == (BatchState.READY, 3, 3)
    with reading(engine) as session:
        assert blob_content(session, batch.blob_digest or "") == print_them(engine, units, paper=Paper.A6).pdf


def test_a_release_that_is_repeated_after_a_crash_is_in_the_log_once(engine: Engine) -> None:
    units = ship(engine, 2)
    batch_id = ask(engine, units)
    draw(engine, batch_id)
    labels = [label.id for label in labels_of(engine, units)]

    with writing(engine) as session:
        release(session, labels, paper=Paper.A6, by=SYSTEM, now=NOW, batch_id=batch_id)

    with reading(engine) as session:
        assert [len(prints_of(session, label_id)) for label_id in labels] == [1, 1]


def test_what_is_left_out_or_held_is_told_by_unit(engine: Engine) -> None:
    fine, brazilian, odd = ship(engine), ship(engine, place=BRAZIL), ship(engine, place={"Customer": "東京大学"})

    batch = draw(engine, ask(engine, [*fine, *brazilian, *odd]))

    with reading(engine) as session:
        left_out, held = troubled_items(session, batch.id)
    assert (left_out.unit_id, left_out.label_id) == (brazilian[0], None)
    assert "No carrier is appointed" in str(told(left_out.problem or ""))
    assert (held.unit_id, held.label_number) == (odd[0], labels_of(engine, odd)[0].number)
    assert "cannot be printed" in str(told(held.problem or ""))


def test_a_batch_without_one_label_is_ready_without_a_file(engine: Engine) -> None:
    batch = draw(engine, ask(engine, ship(engine, place=BRAZIL)))

    assert (batch.state, batch.blob_digest) == (BatchState.READY, None)


def test_a_batch_that_crashes_says_so_and_can_be_drawn_again(engine: Engine) -> None:
    batch_id = ask(engine, ship(engine))
    with pytest.raises(AttributeError):
        draw(engine, batch_id, replace(POLICY, carriers=None))  # type: ignore[arg-type]  # On purpose.
    with reading(engine) as session:
        failed = session.get_one(LabelBatch, batch_id)
    assert failed.state == BatchState.FAILED
    assert "could not be drawn" in str(told(failed.problem or ""))

    with writing(engine) as session:
        take_up_batch(session, batch_id, by=SYSTEM, now=NOW)

    assert draw(engine, batch_id).state == BatchState.READY
    assert len(jobs_in_line(engine)) == 2


def test_a_worker_that_ends_puts_the_batch_back_in_line(engine: Engine) -> None:
    batch_id = ask(engine, ship(engine, 2))

    batch = draw(engine, batch_id, ends_early=True)

    assert batch.state == BatchState.WAITING
    assert jobs_in_line(engine) == [("draw-labels", "ENQUEUED")] * 2


def test_a_batch_that_is_ready_cannot_be_stopped(engine: Engine) -> None:
    batch_id = ask(engine, ship(engine))
    draw(engine, batch_id)

    with pytest.raises(WrongStatusError), writing(engine) as session:
        stop_batch(session, batch_id, by=SYSTEM, now=NOW)


def test_a_batch_of_nothing_is_refused(engine: Engine) -> None:
    with pytest.raises(NothingToPrintError):
        ask(engine, [])


def test_a_partner_asks_for_no_batch(engine: Engine) -> None:
    partner = Actor(None, "Ada", Role.PARTNER_USER, PartnerId(1), PERMISSIONS[Role.PARTNER_USER])

    with pytest.raises(NotAllowedError):
        ask(engine, ship(engine), by=partner)


def test_units_that_are_not_there_are_not_found(engine: Engine) -> None:
    with pytest.raises(NotFoundError):
        ask(engine, [4711])
