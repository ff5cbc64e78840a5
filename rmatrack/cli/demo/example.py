"""The example files, with their dates moved so that the newest shipments are a few weeks old on the day of the demo."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib.resources import files

from rmatrack.domain.scans import ScanIn

NEWEST_SHIPMENT = date(2026, 8, 11)
NEWEST_AGE = timedelta(days=33)
LAST_SCAN = datetime.fromisoformat("2026-11-20T08:11:32+00:00")
SCANS_AGO = timedelta(hours=3)
IMPORTED_AGO = timedelta(days=13)
SHIPMENT_FILES = ("shipments.csv", "shipments-nl.csv")
BACK_ALREADY = 14
"""How many scans of the log the dock has made when the demo begins; the rest is left to be scanned."""
ODD_ONES = 3
"""How many of the log's last scans, which match nothing, it has made besides."""

_ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_DUTCH = re.compile(r"\b(\d\d)-(\d\d)-(\d{4})\b")


def shipments(name: str, today: date) -> bytes:
    """Return an example file as it is, its dates moved; encoding, delimiter and line ends stay."""
    moved = today - NEWEST_AGE - NEWEST_SHIPMENT
    content = (files("rmatrack.cli.demo") / name).read_bytes()
    encoding = "utf-8" if name == "shipments.csv" else "cp1252"
    text = content.decode(encoding)
    text = _ISO.sub(_mover(moved, "%Y-%m-%d"), text)
    return _DUTCH.sub(_mover(moved, "%d-%m-%Y"), text).encode(encoding)


def _mover(moved: timedelta, form: str) -> Callable[[re.Match[str]], str]:
    def move(found: re.Match[str]) -> str:
        return (datetime.strptime(found[0], form).date() + moved).strftime(form)  # noqa: DTZ007  A date has no zone.

    return move


def scans(now: datetime) -> list[ScanIn]:
    """Return what the dock has scanned so far: some that match, and a few that a person must look at."""
    log = (files("rmatrack.cli.demo") / "scan-log.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(log)))
    odd = [row for row in rows if row["expected"] == "never_shipped"]
    moved = now - SCANS_AGO - LAST_SCAN
    return [_scan(row, moved) for row in (*rows[:BACK_ALREADY], *odd[:ODD_ONES])]


def _scan(row: dict[str, str], moved: timedelta) -> ScanIn:
    at = datetime.fromisoformat(row["scanned_at"]) + moved
    return ScanIn(id=row["scan_id"], scanned_at=at, station=row["station"], raw=row["raw"])
