"""Running `rmatrack` in this process, on a test's own database and data folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from rmatrack.cli import main
from rmatrack.db.engine import make_engine
from tests.fixtures.databases import sqlite_file_url

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class Ran:
    """What a command left with and said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Run = Callable[..., Ran]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command as a shell would; the database is a migrated one of the test's own."""
    monkeypatch.setenv("RMATRACK_DATABASE_URL", database_url)
    monkeypatch.setenv("RMATRACK_DATA_DIR", str(tmp_path / "var"))

    def run_command(*arguments: str | Path) -> Ran:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(left.value.code if isinstance(left.value.code, int) else 1, said.out, said.err)

    return run_command


@pytest.fixture
def loaded(run: Run) -> Run:
    """`run`, with both example files imported."""
    for name in ("shipments.csv", "shipments-nl.csv"):
        assert run("import-shipments", DATA / name, "--yes").code == 0
    return run


@pytest.fixture
def other(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the other kind."""
    if database_kind == "postgresql":
        engine = make_engine(sqlite_file_url(tmp_path / "other.sqlite3"))
    else:
        engine = make_engine(request.getfixturevalue("postgresql_databases").create())
    yield engine
    engine.dispose()
