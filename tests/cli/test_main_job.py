"""The main job without a browser: shipments in, what is due, labels, scans, look-up."""

import csv
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest

from tests.cli.conftest import DATA, Run


def test_example_files_import_without_a_question(run: Run) -> None:
    english = run("import-shipments", DATA / "shipments.csv", "--yes")
    dutch = run("import-shipments", DATA / "shipments-nl.csv", "--yes")

    assert (english.code, dutch.code) == (0, 0)
    assert english.lines == ["shipments.csv: 21 orders new, 0 changed, 0 unchanged, 0 held back; 44 units written."]
    assert dutch.lines == ["shipments-nl.csv: 0 orders new, 0 changed, 13 unchanged, 0 held back; 0 units written."]


def test_a_bad_row_is_one_line_and_holds_back_its_order_alone(run: Run, tmp_path: Path) -> None:
    rows = (DATA / "shipments.csv").read_text("utf-8-sig").replace("FIS192101N0", "", 1)
    bad = tmp_path / "bad.csv"
    bad.write_text(rows, "utf-8")

    ran = run("import-shipments", bad, "--yes")

    assert ran.code == 1
    assert "20 orders new" in ran.out
    assert "1 held back" in ran.out
    assert ran.err.splitlines()[0] == "line 3, Serial number: Serial number is empty. Fill it in."


def test_every_scan_of_the_log_gets_its_outcome_and_the_same_again(loaded: Run) -> None:
    log = list(csv.DictReader((DATA / "scan-log.csv").read_text("utf-8").splitlines()))

    first = loaded("replay-scans", DATA / "scan-log.csv")
    again = loaded("replay-scans", DATA / "scan-log.csv")

    rows = list(csv.DictReader(first.lines))
    assert [(row["scan_id"], row["outcome"]) for row in rows] == [(row["scan_id"], row["expected"]) for row in log]
    assert all(row["message"] for row in rows)
    assert again.out == first.out


def test_a_scan_with_an_impossible_time_holds_up_none_of_the_others(loaded: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "scan_id,scanned_at,raw\n"
        "7d5d849b-7d6f-4aa4-8608-93be275b13ca,yesterday,FOC21213GKV\n"
        "c0d282df-f330-4558-a276-a7273efd8a45,2026-11-20T08:00:38+00:00,fns17231kz7\n"
    )

    ran = loaded("replay-scans", log)

    assert [line.split(",")[1] for line in ran.lines] == ["outcome", "bad-scan-time", "matched"]


def test_a_log_that_breaks_off_answers_what_it_has(loaded: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "scan_id,scanned_at,raw\n"
        "c0d282df-f330-4558-a276-a7273efd8a45,2026-11-20T08:00:38+00:00,fns17231kz7\n"
        "7d5d849b-7d6f-4aa4-8608-93be275b13ca\n"
    )

    ran = loaded("replay-scans", log)

    assert ran.code == 0
    assert [line.split(",")[1] for line in ran.lines] == ["outcome", "matched", "bad-scan-time"]


@pytest.mark.parametrize(
    "content", ["scan_id,scanned_at,raw\ndöck".encode("cp1252"), b"scan_id,scanned_at,raw\n" + b"x" * 200_000]
)
def test_a_log_that_is_no_csv_is_one_sentence(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.csv").write_bytes(content)

    ran = run("replay-scans", tmp_path / "log.csv")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "log.csv cannot be read as CSV. Save it again as CSV UTF-8.\n"


def test_due_as_csv_has_a_row_for_each_unit_and_its_reason(loaded: Run) -> None:
    rows = list(csv.DictReader(loaded("due", "--csv").lines))

    assert len(rows) == 44
    first = next(row for row in rows if row["Serial number"] == "FOC21213GKV")
    assert (first["EULA expires"], first["Return due"], first["Trial expires"]) == (
        "2026-09-11",
        "2026-09-25",
        "2026-10-26",
    )
    assert first["Why"] == "Due 2026-09-25: EULA expired 2026-09-11, +14 days"


def test_overdue_is_a_part_of_due(loaded: Run) -> None:
    overdue = loaded("due", "--overdue", "--csv").lines

    assert set(overdue) <= set(loaded("due", "--csv").lines)


def test_there_is_a_label_for_each_unit_with_a_carrier_and_a_line_for_each_order_without(
    loaded: Run, tmp_path: Path
) -> None:
    ran = loaded("labels", "--all", "--paper", "a6", "--output", tmp_path / "labels.pdf")

    assert ran.code == 0
    assert ran.out.endswith("labels.pdf: 37 labels.\n")
    assert [line.split(":")[0] for line in ran.err.splitlines()] == ["D4100334", "D4100341"]
    with pypdfium2.PdfDocument(tmp_path / "labels.pdf") as pdf:
        assert len(pdf) == 37


def test_labels_printed_again_are_the_same_file(loaded: Run, tmp_path: Path) -> None:
    for name in ("once.pdf", "twice.pdf"):
        loaded("labels", "--order", "D4100201", "--order", "d4100257", "--output", tmp_path / name)

    assert (tmp_path / "once.pdf").read_bytes() == (tmp_path / "twice.pdf").read_bytes()


def test_an_unknown_order_is_one_sentence(loaded: Run, tmp_path: Path) -> None:
    ran = loaded("labels", "--order", "D9999999", "--output", tmp_path / "none.pdf")

    assert ran.code == 1
    assert ran.err == "There is no order D9999999 here. Check the number on the packing list.\n"
    assert not (tmp_path / "none.pdf").exists()


def test_an_order_is_found_by_a_serial_and_by_a_name(loaded: Run) -> None:
    by_serial = loaded("find", "]C0fis192101n0").lines
    by_name = loaded("find", "uniwersytet lodzki").lines

    assert [line.split("\t")[:2] for line in by_serial] == [["serial", "D4100201"]]
    assert [line.split("\t")[:2] for line in by_name] == [["name", "D4100271"]]


def test_what_nobody_knows_is_said_to_be_unknown(loaded: Run) -> None:
    ran = loaded("find", "FOC9999ZZZZ")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Nothing is known by that.")
