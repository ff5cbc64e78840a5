"""`rmatrack replay-scans`: a station's log, recorded again or for the first time."""

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

import click

from rmatrack import clock
from rmatrack.cli.office import Office, pass_office
from rmatrack.db.engine import writing
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.scans import ScanIn
from rmatrack.domain.words import in_english
from rmatrack.services.receiving import record_scans
from rmatrack.services.scan_answers import Answer

BATCH = 500
NEEDED = frozenset({"scan_id", "scanned_at", "raw"})


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@pass_office
def replay_scans(office: Office, file: Path) -> None:
    """Record the scans of FILE (CSV: scan_id, scanned_at, raw; station, rma and model where known).

    Prints `scan_id,outcome,message` in the file's order. A scan that was recorded before answers as it did then.
    """
    out = csv.writer(sys.stdout, lineterminator="\n")
    try:
        scans = list(_scans(file))
    except (UnicodeDecodeError, csv.Error):
        raise click.ClickException(f"{file.name} cannot be read as CSV. Save it again as CSV UTF-8.") from None
    out.writerow(["scan_id", "outcome", "message"])
    for batch in _batches(scans):
        with writing(office.engine) as session:
            answers = record_scans(session, batch, by=SYSTEM, now=clock.now())
        out.writerows([answer.scan_id, answer.code, _said(answer)] for answer in answers)


def _scans(file: Path) -> Iterator[ScanIn]:
    """Yield the scans of *file*; a line that broke off is a scan of which less is known."""
    rows = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), restval="")
    missing = NEEDED - set(rows.fieldnames or ())
    if missing:
        columns = ", ".join(sorted(missing))
        raise click.ClickException(f"{file.name} has no column {columns}. Its first line names the columns.")
    for row in rows:
        yield ScanIn(
            id=row["scan_id"],
            scanned_at=_moment(row["scanned_at"]),
            station=row.get("station") or "replay",
            raw=row["raw"],
            expected=row.get("rma") or None,
            claimed_model=row.get("model") or None,
        )


def _moment(text: str) -> datetime:
    """Return the time in *text*; one without a zone, which no scan may have, where it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.min  # noqa: DTZ901  It is refused with the rest of its kind.


def _said(answer: Answer) -> str:
    return " ".join(in_english(sentence) for sentence in (answer.sentence, *answer.notes))


def _batches(scans: Iterable[ScanIn]) -> Iterator[Sequence[ScanIn]]:
    rest = iter(scans)
    while batch := list(islice(rest, BATCH)):
        yield batch
