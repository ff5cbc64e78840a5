"""Moving from one database to another."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from rmatrack.db.tables import METADATA
from tests.cli.conftest import DATA, Run


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in METADATA.sorted_tables
        }


def test_everything_is_copied_and_work_goes_on_there(
    loaded: Run, engine: Engine, other: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded("replay-scans", DATA / "scan-log.csv")
    loaded("labels", "--order", "D4100201", "--order", "D4100250", "--output", tmp_path / "before.pdf")
    loaded("labels", "--all", "--output", tmp_path / "all.pdf")

    copied = loaded("db", "copy", "--to", other.url.render_as_string(hide_password=False))

    assert copied.code == 0, copied.err
    assert counts(other) == counts(engine)
    monkeypatch.setenv("RMATRACK_DATABASE_URL", other.url.render_as_string(hide_password=False))
    assert loaded("verify-history").code == 0
    loaded("labels", "--order", "D4100201", "--order", "D4100250", "--output", tmp_path / "after.pdf")
    assert loaded("import-shipments", DATA / "shipments.csv", "--yes").out.startswith("shipments.csv: 0 orders new")


def test_a_database_with_rows_in_it_is_left_alone(loaded: Run, database_url: str) -> None:
    ran = loaded("db", "copy", "--to", database_url)

    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "That database has rows in it already. Name an empty one."
