"""The commands around the main job, and how they speak."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from rmatrack.db.engine import reading, writing
from rmatrack.db.people import Person
from tests.cli.conftest import Run

ADD = ["add-person", "a@b.example", "--name", "A"]


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("FOC21213GKV", "serial"),
        ("]C0foc21213gkv", "serial"),
        ("1Z5R89390357567127", "ups-tracking"),
        ("9356579890", "dhl-waybill"),
        ("JJD014600004617230770", "dhl-piece"),
        ("]C100106141412345678908", "sscc"),
        ("d4100201", "order"),
        ("R000000N", "rma"),
        ("https://example.com/r/1", "unknown"),
        ("CS-KIT-K9", "unknown"),
    ],
)
def test_a_text_is_identified_in_one_word(run: Run, said: str, word: str) -> None:
    assert run("identify", said).out == f"{word}\n"


def test_somebody_added_can_sign_in(run: Run, engine: Engine) -> None:
    ran = run(
        "add-person", "Jo@Example.com", "--name", "Jo", "--role", "logistics", "--password", "four words in a row"
    )

    assert ran.out == "Jo@Example.com can sign in as logistics.\n"
    with reading(engine) as session:
        assert session.scalars(select(Person.email)).all() == ["jo@example.com"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["bogus"], "No such command 'bogus'."),
        (["replay-scans", "none.csv"], "none.csv: No such file or directory."),
        (["labels", "--output", "x.pdf"], "Say which orders with --order, or --all."),
        (
            [*ADD, "--role", "logistics", "--password", "short"],
            "Use at least 12 characters; a few words in a row work well.",
        ),
        (
            [*ADD, "--role", "partner-user", "--partner", "Nobody", "--password", "four words in a row"],
            "There is no partner called Nobody. Add it first, or check the spelling.",
        ),
    ],
)
def test_what_goes_wrong_is_one_sentence_on_stderr(run: Run, arguments: list[str], sentence: str) -> None:
    ran = run(*arguments)

    assert (ran.code, ran.out, ran.err) == (1, "", f"{sentence}\n")


def test_a_sweep_says_how_much_it_had_to_tell(run: Run) -> None:
    assert run("sweep").out == "0 reminders are queued.\n"


@pytest.mark.parametrize("url", ["bogus", "sqlite://", "mysql://host/name"])
def test_an_address_that_is_no_database_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("RMATRACK_DATABASE_URL", url)

    ran = run("due")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("RMATRACK_DATABASE_URL names no database that rmatrack can use.")


def test_a_file_that_is_no_database_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database, but long enough to be looked at as one." * 40)
    monkeypatch.setenv("RMATRACK_DATABASE_URL", f"sqlite:///{tmp_path / 'notes.txt'}")

    ran = run("due")

    assert (ran.code, ran.out, ran.err) == (1, "", "The database cannot be reached: file is not a database\n")


def test_a_database_of_a_newer_version_is_left_alone(run: Run, engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'ffff'"))

    ran = run("db", "upgrade")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("The database has a schema that this version of rmatrack does not know.")


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        ran = subprocess.run(  # noqa: S603  Our own command.
            [sys.executable, "-m", "rmatrack.cli", "serve", "--port", port],
            env=os.environ | {"RMATRACK_DATA_DIR": str(tmp_path), "RMATRACK_DATABASE_URL": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    assert ran.returncode == 1
    assert ran.stderr == f"127.0.0.1:{port} cannot be used: Address already in use. Choose another --port.\n"


def test_an_empty_history_holds(run: Run) -> None:
    ran = run("verify-history")

    assert ran.code == 0
    assert ran.out.startswith("The history holds: 0 entries sealed, 0 not sealed yet")


def test_only_a_servers_database_waits_for_the_upgrade(
    bare_database_url: str, database_kind: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RMATRACK_DATABASE_URL", bare_database_url)

    before = run("due")
    upgraded = run("db", "upgrade")
    after = run("due")

    asked = "The database is not at the present schema. Run `rmatrack db upgrade` first.\n"
    assert before.err == (asked if database_kind == "postgresql" else "")
    assert (upgraded.code, after.code) == (0, 0)
