"""A sweep in a process of its own that is killed, as by `kill -9`, once it has sent so many statements."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from itertools import count
from pathlib import Path

from sqlalchemy import event

from rmatrack.db.engine import make_engine
from rmatrack.services.policy import load
from rmatrack.work import sweeping
from rmatrack.work.tools import Tools

ROOT = Path(__file__).parents[2]


def killed_sweep(url: str, now: datetime, statements: int) -> None:
    """Sweep at *now*, and be killed after so many statements."""
    command = [sys.executable, "-m", "tests.sweep.process", url, now.isoformat(), str(statements)]
    ended = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603  Our own file.
    assert ended.returncode == -signal.SIGKILL


def main(url: str, now: datetime, statements: int) -> None:
    engine = make_engine(url)
    sent = count(1)

    @event.listens_for(engine, "after_cursor_execute")
    def die(*_told: object) -> None:
        if next(sent) == statements:
            os.kill(os.getpid(), signal.SIGKILL)

    sweeping.PEOPLE_AT_ONCE = 1
    sweeping.sweep(Tools(engine, load(None), lambda: now))


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]), int(sys.argv[3]))
