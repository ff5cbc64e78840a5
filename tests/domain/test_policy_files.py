"""Policy files written by hand: what replaces what, and how a mistake is told."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rmatrack.domain.policy_rows import PolicyError
from rmatrack.domain.policy_tables import TABLES, policy_from
from rmatrack.services import policy as policies

Tables = dict[str, Any]


@pytest.fixture(scope="module")
def packaged() -> Tables:
    policy = policies.load(None)
    return {
        file: {table: [dict(row) for row in policy.rows[f"{file}/{table}"]] for table in TABLES[file]}
        for file in TABLES
    }


@pytest.fixture
def tables(packaged: Tables) -> Tables:
    return copy.deepcopy(packaged)


def set_column(file: str, table: str, name: str, value: object) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables[file][table][0][name] = value

    return change


def drop_column(file: str, table: str, name: str) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        del tables[file][table][0][name]

    return change


def repeat_row(file: str, table: str) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables[file][table].append(tables[file][table][0])

    return change


def test_the_packaged_rows_make_the_packaged_policy(tables: Tables) -> None:
    assert policy_from(tables) == policies.load(None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (set_column("carriers", "carrier", "country", "UK"), "carriers.toml, carrier 1: UK is not a country code"),
        (set_column("carriers", "carrier", "carrier", "fedex"), "carrier is fedex, and must be one of ups, dhl"),
        (set_column("carriers", "carrier", "from", "2026-01-01"), "from must be a date such as 2026-01-31"),
        (drop_column("carriers", "carrier", "reason"), "carriers.toml, carrier 1: reason is missing"),
        (set_column("carriers", "carrier", "reason", " "), "reason must be a text"),
        (set_column("carriers", "carrier", "stat", "GU"), "there is no column called stat"),
        (repeat_row("carriers", "carrier"), "US  from 2024-01-01 is there twice"),
        (set_column("limits", "limit", "name", "grace"), "limits.toml, limit 1: there is no limit called grace"),
        (lambda tables: tables["limits"]["limit"].pop(0), "limits.toml, limit: trial-durations-days is missing"),
        (set_column("limits", "limit", "value", 30), "value must be a list of whole numbers"),
        (set_column("catalogue", "model", "weight-kg", 0), "weight-kg must be a number above zero"),
        (set_column("catalogue", "model", "box-mm", [1, 2]), "box-mm must be length, width and height"),
        (set_column("catalogue", "model", "family", "fax"), "fax is not one of room-system, desk-device"),
        (repeat_row("catalogue", "model"), "CS-KIT-K9 is there twice"),
        (set_column("catalogue", "family", "most-per-order", True), "most-per-order must be a whole number"),
        (set_column("shipto", "list", "countries", "US"), "countries must be a list of texts"),
        (set_column("depots", "route", "depot", "mars"), "depots.toml, route 1: mars is not one of us, nl, au"),
        (set_column("contacts", "contact", "booking", {"en": "Call."}), "booking lacks its text in nl"),
        (set_column("verticals", "vertical", "names", 1), "names must be texts by name"),
        (set_column("zones", "zone", "places", {"NL": "Europe/Utrecht"}), "Europe/Utrecht is not a time zone"),
        (set_column("zones", "zone", "places", {"US": "America/New_York"}), "US is there twice"),
        (lambda tables: tables.update(carrier={}), "carrier.toml, name: there is no such file"),
        (lambda tables: tables["limits"].update(limits=[]), "limits.toml, limits: the tables here are limit"),
        (lambda tables: tables["zones"].clear(), "zones.toml, zone: rows of the form [[zone]] are missing"),
    ],
)
def test_a_mistake_is_told_with_file_row_and_remedy(
    tables: Tables, change: Callable[[Tables], None], sentence: str
) -> None:
    change(tables)

    with pytest.raises(PolicyError) as refused:
        policy_from(tables)

    assert refused.value.code == "bad-policy"
    assert sentence in str(refused.value)


STEP = '[[step]]\ncode = "due"\ndays = 0\nfrom = 2026-01-01\nreason = "Only once."\n'


def test_a_file_in_the_folder_replaces_the_packaged_one(tmp_path: Path) -> None:
    (tmp_path / "reminders.toml").write_text(STEP, encoding="utf-8")

    policy = policies.load(tmp_path)

    assert [step.code for step in policy.ladder] == ["due"]
    assert policy.return_window_days == 14


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"[[step", "it is not TOML"), (b"# caf\xe9", "it is not written in UTF-8")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "reminders.toml").write_bytes(content)

    with pytest.raises(PolicyError, match=r"reminders\.toml, whole file") as refused:
        policies.load(tmp_path)

    assert sentence in str(refused.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="RMATRACK_POLICY_DIR names no folder"):
        policies.load(tmp_path / "nowhere")
