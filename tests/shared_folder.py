"""A folder that all processes of one test run share, and ways to take turns in it.

Each of them holds a lock on the folder for as long as it lives. Whoever must outlive them all waits for that lock.
"""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


class SharedFolder:
    """One process's part in the folder at *path*, held from creation until `leave` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._alive = os.open(path / "alive", os.O_RDWR | os.O_CREAT)
        fcntl.flock(self._alive, fcntl.LOCK_SH)

    def once(self, name: str, deed: Callable[[], None]) -> None:
        """Do *deed* unless a process of the run has done what goes by *name*; while one is at it, wait."""
        with (self.path / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.path / f"{name}.done"
            if not done.exists():
                deed()
                done.touch()

    def leave(self) -> None:
        os.close(self._alive)


def wait_until_all_left(path: Path) -> None:
    """Return when the last process that shared the folder is gone, however it ended."""
    alive = os.open(path / "alive", os.O_RDWR)
    fcntl.flock(alive, fcntl.LOCK_EX)
