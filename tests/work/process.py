"""A worker in a process of its own, as a program, so that tests can kill it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rmatrack.db.engine import make_engine
from rmatrack.settings import Settings
from rmatrack.work import Worker, worker
from tests.labels.places import POLICY

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


@contextmanager
def worker_process(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Give a worker on the database *url* that has begun; it is stopped in the end, if it still lives."""
    process = subprocess.Popen(  # noqa: S603  Our own file.
        [sys.executable, "-m", "tests.work.process", url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"working\n"
    try:
        yield process
    finally:
        process.communicate()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


if __name__ == "__main__":
    worker.LOOK_EVERY_SECONDS = 0.1
    worker.WATCH_EVERY_SECONDS = 0.5
    with Worker(Settings.from_environment({}), make_engine(sys.argv[1]), POLICY):
        print("working", flush=True)
        sys.stdin.read()
