"""Killed in the middle, a worker loses no mail, and none goes twice unless a person says so."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from rmatrack import clock
from rmatrack.db.engine import writing
from rmatrack.domain.mails import Recipient
from rmatrack.domain.outbox import LEASE, MailState
from rmatrack.domain.people import SYSTEM
from rmatrack.services.mailbox import arrived, send_again
from rmatrack.settings import Settings
from rmatrack.work import Worker, worker
from rmatrack.work.delivery import PORTION
from rmatrack.work.mailroom import Mailroom
from rmatrack.work.messages import message_id_for
from tests.labels.places import POLICY
from tests.mail.office import TAKEN_SLOWLY, Postbox, deliver, mail, mails_in, queue, states
from tests.work.process import ROOT, wait_until

MANY = 2 * PORTION + 5
TAKEN_BEFORE_THE_END = 3


def kill_in_the_middle(url: str, box: Postbox, folder: Path) -> None:
    """Let a worker deliver until the server has taken some of its mails, and kill it before it hears of the last."""
    box.on_data = [*["250 OK"] * TAKEN_BEFORE_THE_END, TAKEN_SLOWLY]
    process = subprocess.Popen(  # noqa: S603  Our own file.
        [sys.executable, "-m", "tests.mail.process", url, str(box.port), str(folder)], cwd=ROOT
    )
    wait_until(lambda: len(box.taken) > TAKEN_BEFORE_THE_END)
    process.kill()
    process.wait()


def test_after_kill_9_nothing_is_lost_and_nothing_goes_twice(
    engine: Engine, database_url: str, box: Postbox, room: Mailroom, tmp_path: Path
) -> None:
    queue(engine, *(mail(f"m{number}", to=Recipient(email=f"u{number}@example.com")) for number in range(MANY)))
    kill_in_the_middle(database_url, box, tmp_path)

    deliver(engine, room, now=clock.now())
    at_once = states(engine)
    deliver(engine, room, now=clock.now() + LEASE + timedelta(minutes=1))

    assert at_once.count(MailState.SENDING) == PORTION
    assert states(engine).count(MailState.STUCK) == PORTION
    assert states(engine).count(MailState.SENT) == MANY - PORTION
    taken = [message["Message-ID"] for message in box.taken]
    assert len(taken) == len(set(taken)) == MANY - PORTION + TAKEN_BEFORE_THE_END + 1


def test_a_person_decides_what_the_killed_worker_left(
    engine: Engine, database_url: str, box: Postbox, room: Mailroom, tmp_path: Path
) -> None:
    queue(engine, *(mail(f"m{number}") for number in range(PORTION)))
    kill_in_the_middle(database_url, box, tmp_path)
    later = clock.now() + LEASE + timedelta(minutes=1)
    deliver(engine, room, now=later)
    went = {message["Message-ID"] for message in box.taken}
    keys = [message_id_for(one.key, room.sender) for one in mails_in(engine)]

    with writing(engine) as session:
        for mail_id, key in enumerate(keys, 1):
            decide = arrived if key in went else send_again
            decide(session, mail_id, by=SYSTEM, now=later)
    deliver(engine, room, now=later)

    assert set(states(engine)) == {MailState.SENT}
    assert len(box.taken) == len({message["Message-ID"] for message in box.taken}) == PORTION


def test_the_worker_delivers_what_a_deed_queued(
    engine: Engine, box: Postbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_environment(
        {
            "RMATRACK_DATA_DIR": str(tmp_path),
            "RMATRACK_SMTP_URL": f"smtp://127.0.0.1:{box.port}?tls=none",
            "RMATRACK_MAIL_FROM": "trials@example.com",
        }
    )
    monkeypatch.setattr(worker, "LOOK_EVERY_SECONDS", 0.1)

    with Worker(settings, engine, POLICY):
        queue(engine)
        wait_until(lambda: states(engine) == [MailState.SENT])

    assert len(box.taken) == 1
