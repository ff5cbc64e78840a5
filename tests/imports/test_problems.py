"""Promises about what is refused and what is only remarked: the code, the line, the column, and what to do."""

from typing import Any

import pytest
from sqlalchemy import Engine, update

from rmatrack.db.engine import writing
from rmatrack.db.returns import Rma
from rmatrack.domain.policy import Policy
from rmatrack.domain.shipment_problems import Problem
from rmatrack.domain.shipments import Standing
from tests.imports.files import NOW, csv_file, loaded, previewed, row

OTHER_ORG = "11111111-2222-4333-8444-555555555555"


def problems(engine: Engine, policy: Policy, *rows: dict[str, str]) -> list[Problem]:
    return previewed(engine, csv_file(rows), policy).problems


def remarks(engine: Engine, policy: Policy, *rows: dict[str, str]) -> list[Problem]:
    shown = previewed(engine, csv_file(rows), policy)
    assert not shown.problems
    return list(shown.remarks)


@pytest.mark.parametrize(
    ("wrong", "code", "column", "remedy"),
    [
        ({"demo_order": "4100901"}, "bad-order-number", "Demo order", "It is a D with 2 to 11 digits"),
        ({"ship_date": "2026-02-30"}, "bad-date", "Ship date", "Write it as year-month-day"),
        ({"eula_expires": ""}, "missing-value", "EULA expires", "Fill it in."),
        ({"organization_id": "12345"}, "bad-org-id", "Organization ID", "Give the UUID"),
        ({"admin_e_mail": "the boss"}, "bad-email", "Admin e-mail", "Write it as name@company.example."),
        ({"country": "Belgistan"}, "unknown-country", "Country", "Use its two letters"),
        ({"serial_number": "---"}, "bad-serial", "Serial number", "Type it from the label"),
        ({"serial_number": "1.23457E+11"}, "number-cut-off", "Serial number", "Format the column as text"),
        ({"phone": "1" * 41}, "too-long", "Phone", "Shorten it."),
        ({"recipient": ""}, "missing-value", "Recipient", "Fill it in."),
    ],
)
def test_a_bad_value_is_named_with_line_column_and_remedy(
    sqlite_engine: Engine, policy: Policy, wrong: dict[str, str], code: str, column: str, remedy: str
) -> None:
    fine = row(demo_order="D4100999", serial_number="FOC21213GKZ")

    (problem,) = problems(sqlite_engine, policy, fine, row(**wrong))

    assert (problem.code, problem.line, problem.header) == (code, 3, column)
    assert remedy in str(problem)
    assert str(problem).startswith(f"Line 3, column {column}: ")


def test_every_bad_row_is_named(sqlite_engine: Engine, policy: Policy) -> None:
    rows = [row(country="??"), row(country="??", serial_number="FOC21213GKA"), row(serial_number="", recipient="")]

    found = problems(sqlite_engine, policy, *rows)

    assert {(problem.line, problem.code) for problem in found} == {
        (2, "unknown-country"),
        (3, "unknown-country"),
        (4, "missing-value"),
    }


def test_a_bad_value_is_named_once_however_the_other_rows_read(sqlite_engine: Engine, policy: Policy) -> None:
    rows = [row(city=""), row(serial_number="FOC21213GKA"), row(serial_number="FOC21213GKB", city="Luik")]

    found = problems(sqlite_engine, policy, *rows)

    assert [(problem.code, problem.line) for problem in found] == [("missing-value", 2)]


def test_an_unquoted_separator_is_seen(sqlite_engine: Engine, policy: Policy) -> None:
    content = csv_file([row(), row(demo_order="D4100902", serial_number="FOC21213GKA")]).replace(
        b"D4100902,2026-07-28,", b"D4100902,2026-07-28,Northwind, "
    )

    found = previewed(sqlite_engine, content, policy).problems

    assert [(problem.code, problem.line) for problem in found] == [("too-many-cells", 3)]


def test_rows_of_one_order_must_agree(sqlite_engine: Engine, policy: Policy) -> None:
    rows = [row(), row(serial_number="FOC21213GKA", city="Luik")]

    (problem,) = problems(sqlite_engine, policy, *rows)

    assert (problem.code, problem.line, problem.header) == ("rows-disagree", 3, "City")
    assert "line 2 of the same order says Liège" in str(problem)


def test_rows_of_one_order_agree_however_they_are_written(sqlite_engine: Engine, policy: Policy) -> None:
    rows = [row(), row(demo_order="d4100901", country="België", ship_date="28-07-2026", serial_number="FOC21213GKA")]

    assert not problems(sqlite_engine, policy, *rows)


def test_a_serial_twice_in_an_order_is_refused(sqlite_engine: Engine, policy: Policy) -> None:
    (problem,) = problems(sqlite_engine, policy, row(), row(serial_number="foc-2121-3glv"))

    assert (problem.code, problem.line) == ("serial-twice", 3)


def test_a_serial_on_two_orders_holds_both_back(sqlite_engine: Engine, policy: Policy) -> None:
    found = problems(sqlite_engine, policy, row(), row(demo_order="D4100902"))

    assert [(problem.code, problem.order) for problem in found] == [
        ("serial-on-two-orders", "D4100901"),
        ("serial-on-two-orders", "D4100902"),
    ]
    assert "D4100902, line 3" in str(found[0])


def test_a_serial_that_is_still_out_is_refused(engine: Engine, policy: Policy) -> None:
    loaded(engine, csv_file([row()]), policy)

    (problem,) = problems(engine, policy, row(demo_order="D4100902"))

    assert (problem.code, problem.line, problem.header) == ("serial-out", 2, "Serial number")
    assert "still out on D4100901" in str(problem)


def test_an_address_of_another_organisation_is_refused(engine: Engine, policy: Policy) -> None:
    loaded(engine, csv_file([row()]), policy)

    (problem,) = problems(
        engine, policy, row(demo_order="D4100902", serial_number="FOC21213GKA", organization_id=OTHER_ORG)
    )

    assert (problem.code, problem.header) == ("email-taken", "Admin e-mail")


def test_an_address_for_two_new_organisations_is_refused_for_both(sqlite_engine: Engine, policy: Policy) -> None:
    other = row(demo_order="D4100902", serial_number="FOC21213GKA", organization_id=OTHER_ORG)

    found = problems(sqlite_engine, policy, row(), other)

    assert [(problem.code, problem.line) for problem in found] == [("email-of-two", 2), ("email-of-two", 3)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"partner": "Contoso Telecom"}, "other-partner"),
        ({"organization_id": OTHER_ORG, "admin_e_mail": "it@other.example"}, "other-customer"),
        ({"model": "CP-8845-K9"}, "other-model"),
        ({"serial_number": "FOC21213GKA"}, "units-left-out"),
    ],
)
def test_what_an_import_does_not_change_is_refused(
    sqlite_engine: Engine, policy: Policy, change: dict[str, str], code: str
) -> None:
    loaded(sqlite_engine, csv_file([row()]), policy)

    (problem,) = problems(sqlite_engine, policy, row(**change))

    assert (problem.code, problem.order, problem.line) == (code, "D4100901", 2)


def test_nothing_is_added_to_a_return_that_is_complete(sqlite_engine: Engine, policy: Policy) -> None:
    loaded(sqlite_engine, csv_file([row()]), policy)
    with writing(sqlite_engine) as session:
        session.execute(update(Rma).values(completed_at=NOW))

    (problem,) = problems(sqlite_engine, policy, row(), row(serial_number="FOC21213GKA"))

    assert (problem.code, problem.line) == ("return-complete", 3)


def test_orders_of_one_trial_cannot_end_it_on_two_days(sqlite_engine: Engine, policy: Policy) -> None:
    second: dict[str, Any] = {"demo_order": "D4100902", "serial_number": "FOC21213GKA"}
    loaded(sqlite_engine, csv_file([row(), row(**second)]), policy)

    shown = previewed(sqlite_engine, csv_file([row(trial_expires="2026-11-30"), row(**second)]), policy)

    assert [(problem.code, problem.line) for problem in shown.problems] == [("trial-dates-disagree", 2)]
    assert shown.counts[Standing.UNCHANGED] == 1


@pytest.mark.parametrize(
    ("odd", "code", "words"),
    [
        ({"country": "JP"}, "no-carrier", "Ask the trials team"),
        ({"model": "CS-BOARD-99"}, "unknown-model", "CS-BOARD-99 is not in the catalogue"),
        ({"model": "CP-8845-K9"}, "ship-to", "CP-8845-K9 is not meant to be shipped to BE"),
        ({"serial_number": "FOC21213GKO"}, "letter-for-digit", "Did you mean FOC21213GK0?"),
        ({"serial_number": "FOC21993GK0"}, "wrong-week", "weeks run from 01 to 53"),
        ({"serial_number": "FOC30503GK0"}, "made-after-shipping", "after the day we shipped it"),
        ({"eula_expires": "2026-07-01"}, "eula-before-shipping", "before the units were shipped"),
        (
            {"country": "US", "state": "MA", "postal_code": "2139"},
            "zero-restored",
            "2139 was read as 02139",
        ),
    ],
)
def test_what_is_odd_is_remarked_and_recorded(
    sqlite_engine: Engine, policy: Policy, odd: dict[str, str], code: str, words: str
) -> None:
    found = {remark.code: remark for remark in remarks(sqlite_engine, policy, row(**odd))}

    assert words in str(found[code])
    assert found[code].line == 2
    assert loaded(sqlite_engine, csv_file([row(**odd)]), policy).new == 1


def test_broken_limits_are_remarked(sqlite_engine: Engine, policy: Policy) -> None:
    rows = [row(serial_number=f"FOC21213GK{place}") for place in range(6)]
    again = row(demo_order="D4100902", serial_number="FOC21213GKZ")

    codes = [remark.code for remark in remarks(sqlite_engine, policy, *rows, again)]

    assert "too-many-units" in codes
    assert "model-sent-before" in codes


def test_a_remark_names_a_few_orders_and_counts_the_rest(sqlite_engine: Engine, policy: Policy) -> None:
    rows = [row(demo_order=f"D42{place:05}", serial_number=f"FOC2121{place:04}") for place in range(9)]

    (*_, last) = [each for each in remarks(sqlite_engine, policy, *rows) if each.code == "model-sent-before"]

    assert "on D4200000, D4200001, D4200002, D4200003, D4200004, +3, and" in str(last)


def test_too_many_trials_of_a_partner_are_remarked(sqlite_engine: Engine, policy: Policy) -> None:
    most = policy.terms.device_trials_per_partner
    rows = [
        row(demo_order=f"D42{place:05}", serial_number=f"FOC2121{place:04}", trial_expires=f"2027-01-{place + 1:02}")
        for place in range(most + 1)
    ]
    loaded(sqlite_engine, csv_file(rows[:2]), policy)

    found = {remark.code for remark in remarks(sqlite_engine, policy, *rows[2:])}
    fewer = {remark.code for remark in remarks(sqlite_engine, policy, *rows[2:-1])}

    assert "too-many-trials" in found
    assert "too-many-trials" not in fewer


def test_an_earlier_eula_date_and_another_name_are_remarked(sqlite_engine: Engine, policy: Policy) -> None:
    loaded(sqlite_engine, csv_file([row()]), policy)

    found = remarks(sqlite_engine, policy, row(eula_expires="2026-09-01", customer="ULiège"))

    assert {remark.code for remark in found} == {"eula-earlier", "customer-name"}
