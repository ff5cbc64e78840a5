"""Promises about what can be read: delimiters, encodings, header languages, workbooks, dates."""

import csv
import io
import itertools
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmatrack.domain.errors import BadInputError
from rmatrack.domain.shipment_columns import Column, column_called
from rmatrack.domain.shipments import Shipment
from rmatrack.services.shipment_layout import Answers, layout_of
from rmatrack.services.shipment_rows import shipments_in
from rmatrack.services.spreadsheets import FileEmptyError, FileUnreadableError, Row, read_table
from tests.imports.files import DATA, DUTCH, ENGLISH, USUAL, csv_file, row, xlsx_file

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(DELIMITERS),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
        "quoting": st.sampled_from([0, 1]),
    }
)
_SIGNS = st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" \";,|'")
VALUES = st.text(_SIGNS).map(lambda text: unicodedata.normalize("NFC", text.strip()))


def read(content: bytes, answers: Answers = Answers()) -> list[Shipment]:  # noqa: B008  A frozen value.
    layout = layout_of(read_table(content, "shipments.csv"), answers)
    assert not layout.questions
    reading = shipments_in(layout)
    assert not reading.problems
    return list(reading.shipments)


@pytest.mark.parametrize(
    ("encoding", "delimiter", "headers"), list(itertools.product(ENCODINGS, DELIMITERS, (ENGLISH, DUTCH)))
)
def test_any_encoding_delimiter_and_header_language_reads_the_same(
    encoding: str, delimiter: str, headers: tuple[str, ...]
) -> None:
    content = csv_file([row()], headers=headers, delimiter=delimiter, encoding=encoding)

    (shipment,) = read(content)

    assert (shipment.recipient, shipment.customer) == ("Zoë van IJssel", "Université de Liège")
    assert shipment.trial_expires_on == date(2026, 10, 26)
    assert shipment.units[0].eula_expires_on == date(2026, 9, 11)


@given(
    table=st.integers(2, 6).flatmap(
        lambda width: st.lists(st.lists(VALUES, min_size=width, max_size=width), min_size=1, max_size=8)
    ),
    dialect=DIALECTS,
)
def test_what_a_spreadsheet_writes_is_what_is_read(table: list[list[str]], dialect: dict[str, str]) -> None:
    headers = [f"column {place}" for place in range(len(table[0]))]
    content = write_csv([headers, *table], **dialect)

    found = read_table(content, "any.csv")

    expected = [[" ".join(cell.split()) for cell in cells] for cells in table]
    assert [list(row.cells) for row in found.rows[1:]] == [cells for cells in expected if any(cells)]


def write_csv(rows: list[list[str]], encoding: str = "utf-8", **dialect: object) -> bytes:
    text = io.StringIO()
    csv.writer(text, **dialect).writerows(rows)  # type: ignore[arg-type]  # Whatever hypothesis chose.
    return text.getvalue().encode(encoding)


def test_a_row_knows_the_line_it_begins_on() -> None:
    content = b'a,b\r\n"one\r\ntwo",2\r\n\r\n,\r\n3,4\r\n'

    found = read_table(content, "any.csv")

    assert list(found.rows) == [Row(1, ("a", "b")), Row(2, ("one, two", "2")), Row(6, ("3", "4"))]


def test_a_separator_line_and_cells_kept_as_text_are_understood() -> None:
    found = read_table(b'sep=;\r\nzip;city\r\n="02139";Cambridge, MA\r\n', "excel.csv")

    assert list(found.rows) == [Row(2, ("zip", "city")), Row(3, ("02139", "Cambridge, MA"))]


def test_a_title_above_the_headers_is_passed_over() -> None:
    content = b"Shipments of July\n\n" + csv_file([row()])

    (shipment,) = read(content)

    assert shipment.number == "D4100901"
    assert shipment.line == 4


def test_a_workbook_gives_dates_and_numbers_as_text() -> None:
    numbers = {"Serial number": 1234567, "Postal code": 4000, "Phone": 3243662111}
    dates = {"Ship date": date(2026, 7, 28), "EULA expires": date(2026, 9, 11), "Trial expires": 46321}
    cells = [(USUAL | numbers | dates)[header] for header in ENGLISH]

    (shipment,) = read(xlsx_file([cells]))

    assert shipment.units[0].serial == "1234567"
    assert (shipment.shipped_on, shipment.trial_expires_on) == (date(2026, 7, 28), date(2026, 10, 26))
    assert (shipment.postal_code, shipment.phone) == ("4000", "3243662111")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", FileEmptyError),
        (b"\n ;\n", FileEmptyError),
        (b"PK\x03\x04 not a workbook", FileUnreadableError),
        (b"\xff\xfe\x00", FileUnreadableError),
        (b"a\x81b", FileUnreadableError),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, error: type[BadInputError]) -> None:
    with pytest.raises(error) as refused:
        read_table(content, "what.csv")

    assert str(refused.value).startswith("what.csv")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-07-28", date(2026, 7, 28)),
        ("28-07-2026", date(2026, 7, 28)),
        ("28/7/2026", date(2026, 7, 28)),
        ("07/28/2026", date(2026, 7, 28)),
        ("28.07.26", date(2026, 7, 28)),
        ("28 juli 2026", date(2026, 7, 28)),
        ("28-jul-26", date(2026, 7, 28)),
        ("Jul 28, 2026", date(2026, 7, 28)),
        ("20260728", date(2026, 7, 28)),
        ("46231", date(2026, 7, 28)),
        ("2026-07-28 00:00:00", date(2026, 7, 28)),
    ],
)
def test_a_date_reads_however_it_is_written(written: str, meant: date) -> None:
    (shipment,) = read(csv_file([row(ship_date=written)]))

    assert shipment.shipped_on == meant


def test_one_date_decides_for_its_whole_column() -> None:
    rows = [
        row(demo_order="D4100901", ship_date="03/04/2026", serial_number="FOC21213GKA"),
        row(demo_order="D4100902", ship_date="04/28/2026", serial_number="FOC21213GKB"),
    ]

    first, second = read(csv_file(rows))

    assert (first.shipped_on, second.shipped_on) == (date(2026, 3, 4), date(2026, 4, 28))


def test_dates_that_nothing_decides_are_asked_about_and_read_as_answered() -> None:
    content = csv_file([row(ship_date="03/04/2026")])

    (question,) = layout_of(read_table(content, "shipments.csv")).questions
    (day_first,) = read(content, Answers(dates={"Ship date": "day-first"}))
    (month_first,) = read(content, Answers(dates={"Ship date": "month-first"}))

    assert question.code == "ambiguous-dates"
    assert "03/04/2026" in str(question)
    assert (day_first.shipped_on, month_first.shipped_on) == (date(2026, 4, 3), date(2026, 3, 4))


def test_an_unknown_header_is_asked_about_and_read_as_answered() -> None:
    headers = ["Device tag" if header == "Serial number" else header for header in ENGLISH]
    content = csv_file([row()], headers=headers)

    (question,) = layout_of(read_table(content, "shipments.csv")).questions
    (shipment,) = read(content, Answers(columns={"Device tag": Column.SERIAL}))

    assert (question.code, question.field) == ("missing-column", "serial")
    assert "Device tag" in str(question)
    assert shipment.units[0].serial == "FOC21213GLV"


def test_two_headers_for_one_column_are_asked_about() -> None:
    headers = ["Serial" if header == "Phone" else header for header in ENGLISH]

    questions = layout_of(read_table(csv_file([row()], headers=headers), "shipments.csv")).questions

    assert sorted((q.code for q in questions), reverse=True) == ["doubled-column", "absent-column"]


def test_columns_that_nobody_needs_are_passed_over() -> None:
    content = csv_file([row()]).replace(b"Demo order,", b"Remarks,Demo order,").replace(b"D4100901", b"hello,D4100901")

    (shipment,) = read(content)

    assert shipment.number == "D4100901"


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Proefperiode verloopt", Column.TRIAL_EXPIRES_ON),
        ("Vervaldatum EULA (gebruiksrechtovereenkomst)", Column.EULA_EXPIRES_ON),
        ("DEMO-ORDERNUMMER", Column.NUMBER),
        ("  s/n ", Column.SERIAL),
        ("Zip/Postal Code", Column.POSTAL_CODE),
        ("E-mailadres van de beheerder", Column.ADMIN_EMAIL),
        ("favourite colour", None),
    ],
)
def test_headers_are_known_by_many_names(header: str, column: Column | None) -> None:
    assert column_called(header) is column


def test_the_example_files_tell_the_same_story_without_a_question() -> None:
    english = {shipment.number: shipment for shipment in read((DATA / "shipments.csv").read_bytes())}

    dutch = read((DATA / "shipments-nl.csv").read_bytes())

    assert len(english) == 21
    assert len(dutch) == 13
    assert all(english[shipment.number] == shipment for shipment in dutch)
