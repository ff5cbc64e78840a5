"""Running `rmatrack` in this process, on a test's own database and data folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rmatrack.cli import main

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
