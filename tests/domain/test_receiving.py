"""What a scan means, alone and in the order of a whole shift."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmatrack.domain.discrepancies import (
    BY_ITSELF,
    CLOSED_BY,
    ClosingReason,
    ClosingReasonError,
    DiscrepancyType,
    closing_reason,
    reasons_offered,
)
from rmatrack.domain.identify import Kind, identify
from rmatrack.domain.orders import GIVEN_UP, UnitStatus
from rmatrack.domain.receiving import Loan, Outcome, Seen, judge, loan_meant
from rmatrack.domain.serials import SerialKey, normalise

DATA = Path(__file__).parents[1] / "data"

LOAN = Loan(order="D4100208", model="CP-8865-K9", status=UnitStatus.SHIPPED, shipped_on=date(2026, 7, 10))
SEEN = Seen(serial=SerialKey("SSI16460AR2"), kind=Kind.SERIAL, loan=LOAN)


def test_a_unit_that_is_out_matches() -> None:
    verdict = judge(SEEN)

    assert (verdict.outcome, verdict.receives, verdict.opens) == (Outcome.MATCHED, True, ())
    assert str(verdict.sentence).startswith("SSI16460AR2 (CP-8865-K9) is back from D4100208.")


def test_a_received_unit_is_not_received_again() -> None:
    verdict = judge(replace(SEEN, loan=replace(LOAN, status=UnitStatus.RECEIVED)))

    assert (verdict.outcome, verdict.receives, verdict.opens) == (Outcome.ALREADY_RECEIVED, False, ())


def test_a_unit_in_another_orders_box_is_received_on_its_own() -> None:
    verdict = judge(replace(SEEN, expected_order="D4100201"))

    assert (verdict.outcome, verdict.receives) == (Outcome.WRONG_ORDER, True)
    assert verdict.opens == (DiscrepancyType.WRONG_ORDER,)
    assert "received on D4100208: take it out of this box" in str(verdict.sentence)


def test_without_an_open_box_nothing_is_in_the_wrong_one() -> None:
    assert judge(replace(SEEN, expected_order=None)).outcome is Outcome.MATCHED


def test_a_unit_that_says_another_model_is_received_and_checked() -> None:
    verdict = judge(replace(SEEN, claimed_model="CP-8845-K9"))

    assert (verdict.outcome, verdict.receives) == (Outcome.WRONG_MODEL, True)
    assert verdict.opens == (DiscrepancyType.WRONG_MODEL,)


def test_the_model_may_be_read_in_any_case() -> None:
    assert judge(replace(SEEN, claimed_model="cp-8865-k9")).outcome is Outcome.MATCHED


@pytest.mark.parametrize("given_up", sorted(GIVEN_UP))
def test_a_unit_that_was_given_up_is_received_all_the_same(given_up: UnitStatus) -> None:
    verdict = judge(replace(SEEN, loan=replace(LOAN, status=given_up)))

    assert (verdict.outcome, verdict.receives) == (Outcome.SETTLED_BEFORE, True)
    assert verdict.opens == (DiscrepancyType.CAME_BACK_AFTER_SETTLED,)


def test_everything_that_is_wrong_is_noted_not_only_the_worst() -> None:
    lost = replace(LOAN, status=UnitStatus.LOST)

    verdict = judge(replace(SEEN, loan=lost, expected_order="D4100201", claimed_model="CP-8845-K9"))

    assert verdict.outcome is Outcome.SETTLED_BEFORE
    assert set(verdict.opens) == {
        DiscrepancyType.CAME_BACK_AFTER_SETTLED,
        DiscrepancyType.WRONG_ORDER,
        DiscrepancyType.WRONG_MODEL,
    }


def test_an_unknown_serial_is_parked() -> None:
    verdict = judge(replace(SEEN, loan=None))

    assert (verdict.outcome, verdict.receives) == (Outcome.NEVER_SHIPPED, False)
    assert verdict.opens == (DiscrepancyType.UNKNOWN_SERIAL,)


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.SERIAL, Kind.UNKNOWN}))
def test_another_number_on_the_box_is_no_serial_and_makes_no_work(kind: Kind) -> None:
    verdict = judge(replace(SEEN, kind=kind, loan=None))

    assert (verdict.outcome, verdict.receives, verdict.opens) == (Outcome.NOT_A_SERIAL, False, ())
    assert verdict.sentence.params["kind"] is kind


def test_what_nobody_can_read_is_looked_at() -> None:
    verdict = judge(replace(SEEN, kind=Kind.UNKNOWN, loan=None))

    assert (verdict.outcome, verdict.opens) == (Outcome.NOT_A_SERIAL, (DiscrepancyType.MALFORMED,))


def test_a_serial_that_we_shipped_is_one_whatever_it_looks_like() -> None:
    assert judge(replace(SEEN, kind=Kind.DHL_WAYBILL)).outcome is Outcome.MATCHED


def test_of_several_loans_the_one_that_is_out_is_meant() -> None:
    received = replace(LOAN, order="D4100999", status=UnitStatus.RECEIVED, shipped_on=date(2026, 9, 1))

    assert loan_meant([LOAN, received]) is LOAN


def test_of_several_ended_loans_the_latest_is_meant() -> None:
    first = replace(LOAN, status=UnitStatus.RECEIVED)
    second = replace(LOAN, order="D4100100", status=UnitStatus.LOST, shipped_on=date(2026, 9, 1))

    assert loan_meant([first, second]) is second
    assert loan_meant([]) is None


@given(
    st.builds(
        Seen,
        serial=st.just(SerialKey("FOC21213GKV")),
        kind=st.sampled_from(Kind),
        loan=st.none() | st.builds(replace, st.just(LOAN), status=st.sampled_from(UnitStatus)),
        expected_order=st.sampled_from([None, "D4100208", "D4100201"]),
        claimed_model=st.sampled_from([None, "CP-8865-K9", "CP-8845-K9"]),
    )
)
def test_every_scan_has_an_answer_that_reads_as_a_sentence(seen: Seen) -> None:
    verdict = judge(seen)

    assert str(verdict.sentence).endswith(".")
    assert "%(" not in str(verdict.sentence)
    assert not verdict.receives or seen.loan is not None


CARRIER_KINDS = {"1Z5R89390357567127": "ups-tracking", "JJD014600004617230770": "dhl-piece"}


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def test_a_recorded_shift_gets_the_expected_answers() -> None:
    loans = {
        normalise(row["Serial number"]): Loan(order=row["Demo order"], model=row["Model"], status=UnitStatus.SHIPPED)
        for row in rows("shipments.csv")
    }
    scans = {row["scan_id"]: row for row in rows("scan-log.csv")}

    answers = {}
    for scan_id, row in scans.items():
        key = normalise(row["raw"])
        kind = identify(row["raw"], CARRIER_KINDS.get(row["raw"]))
        verdict = judge(Seen(serial=key, kind=kind, loan=loans.get(key)))
        answers[scan_id] = verdict.outcome
        if verdict.receives:
            loans[key] = replace(loans[key], status=UnitStatus.RECEIVED)

    assert answers == {scan_id: row["expected"] for scan_id, row in scans.items()}


@pytest.mark.parametrize("type_", sorted(DiscrepancyType))
def test_a_person_can_close_every_type_of_discrepancy(type_: DiscrepancyType) -> None:
    offered = reasons_offered(type_)

    assert offered
    assert not BY_ITSELF & set(offered)
    assert all(closing_reason(type_, reason) is reason for reason in offered)


def test_a_reason_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ClosingReasonError) as refused:
        closing_reason(DiscrepancyType.WRONG_ORDER, ClosingReason.NOT_A_UNIT)

    assert (refused.value.code, refused.value.field) == ("wrong-closing-reason", "reason")


def test_no_reason_is_without_use() -> None:
    assert frozenset().union(*CLOSED_BY.values()) == frozenset(ClosingReason)
