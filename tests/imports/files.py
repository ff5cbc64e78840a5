"""Shipment files for tests: rows with a few values of their own, written as any spreadsheet would."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # It comes without types.
from sqlalchemy import Engine, func, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.tables import METADATA
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.policy import Policy
from rmatrack.services import imports
from rmatrack.services.imports import NO_ANSWERS, Answers, Loaded, Preview
from rmatrack.services.spreadsheets import read_table

DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2026, 8, 20, 9, tzinfo=UTC)

USUAL = {
    "Demo order": "D4100901",
    "Ship date": "2026-07-28",
    "Partner": "Northwind Collaboration",
    "Customer": "Université de Liège",
    "Organization ID": "2c8f3a90-8a54-4cf2-9d0e-6f1d5f0b7a11",
    "Admin e-mail": "it@uliege.example",
    "Recipient": "Zoë van IJssel",
    "Phone": "+32 4 366 21 11",
    "Address 1": "Place du 20 Août 7",
    "Address 2": "",
    "City": "Liège",
    "State": "",
    "Postal code": "4000",
    "Country": "BE",
    "Model": "CS-DESKPRO-K9",
    "Serial number": "FOC21213GLV",
    "EULA expires": "2026-09-11",
    "Trial expires": "2026-10-26",
}
ENGLISH = tuple(USUAL)
DUTCH = (
    "Demo-bestelnummer",
    "Verzenddatum",
    "Partner",
    "Klant",
    "Organisatie-ID",
    "E-mail beheerder",
    "Ontvanger",
    "Telefoon",
    "Adres 1",
    "Adres 2",
    "Plaats",
    "Staat",
    "Postcode",
    "Land",
    "Model",
    "Serienummer",
    "Vervaldatum EULA",
    "Einde proefperiode",
)


def row(**changes: str) -> dict[str, str]:
    """A usual row with some values changed: `row(serial_number="…")` for the header `Serial number`."""
    by_name = {header.lower().replace(" ", "_").replace("-", "_"): header for header in USUAL}
    return USUAL | {by_name[name]: value for name, value in changes.items()}


def csv_file(
    rows: Iterable[Mapping[str, str]],
    *,
    headers: Sequence[str] = ENGLISH,
    delimiter: str = ",",
    encoding: str = "utf-8",
    **dialect: Any,
) -> bytes:
    """The rows as a CSV file, under *headers*, which stand for the usual ones in their order."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, **dialect)
    writer.writerow(headers)
    writer.writerows([row[header] for header in ENGLISH[: len(headers)]] for row in rows)
    return text.getvalue().encode(encoding)


def xlsx_file(rows: Iterable[Sequence[Any]], headers: Sequence[str] = ENGLISH) -> bytes:
    """The rows as a workbook; dates are written as dates, numbers as numbers."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "d-m-yyyy"})
    sheet = book.add_worksheet()
    for line, cells in enumerate([headers, *rows]):
        sheet.write_row(line, 0, cells)
    book.close()
    return content.getvalue()


def previewed(
    engine: Engine, content: bytes, policy: Policy, *, name: str = "shipments.csv", answers: Answers = NO_ANSWERS
) -> Preview:
    """What loading the file would do."""
    table = read_table(content, name)
    with reading(engine) as session:
        return imports.preview(session, table, policy=policy, by=SYSTEM, answers=answers)


def loaded(engine: Engine, content: bytes, policy: Policy) -> Loaded:
    """Load the file, whatever the preview says."""
    shown = previewed(engine, content, policy)
    with writing(engine) as session:
        return imports.load(session, shown, policy=policy, by=SYSTEM, now=NOW)


def row_counts(engine: Engine) -> dict[str, int]:
    """How many rows every table has."""
    with reading(engine) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in METADATA.sorted_tables
        }
