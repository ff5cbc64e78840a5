"""The life of a trial: its tables of statuses and of deeds, beside the same written by hand from SPEC section 1."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import rmatrack
from rmatrack.domain.errors import RmatrackError, WrongStatusError
from rmatrack.domain.trial_diagram import status_diagram
from rmatrack.domain.trials import (
    FITTING,
    NEVER_BEGAN,
    NEXT,
    Calendar,
    Deed,
    Phase,
    TrialStatus,
    extend,
    move,
    must_fit,
    phase,
)

README = Path(rmatrack.__file__).parents[1] / "README.md"

MOVES = """
pending-consent       pending-provisioning withdrawn declined consent-expired
pending-provisioning  active cancelled
active                converted cancelled lapsed
converted
cancelled
lapsed
withdrawn
declined
consent-expired
"""
"""What may follow each status."""

DEEDS = """
                      resend-consent withdraw accept decline provision set-up extend change-services convert cancel ask-devices ship show-interest
pending-consent       yes            yes      yes    yes     no        no     no     no              no      no     yes         no   no
consent-overdue       no             no       no     no      no        no     no     no              no      no     no          no   no
pending-provisioning  no             no       no     no      yes       no     no     no              no      yes    yes         no   no
running               no             no       no     no      no        yes    yes    yes             yes     yes    yes         yes  yes
grace                 no             no       no     no      no        yes    yes    no              yes     yes    no          no   yes
over                  final          final    final  final   final     final  final  final           final   final  final       final final
converted             no             no       no     no      no        no     no     no              no      no     no          no   no
cancelled             no             no       no     no      no        no     no     no              no      no     no          no   no
never-began           no             no       no     no      no        no     no     no              no      no     no          no   no
"""  # noqa: E501  A table is read whole.
"""Which deed fits which phase: `no` is refused as not fitting, `final` as final."""


def by_hand() -> dict[tuple[Phase, Deed], str]:
    header, *rows = (line.split() for line in DEEDS.strip().splitlines())
    return {(Phase(row[0]), Deed(deed)): said for row in rows for deed, said in zip(header, row[1:], strict=True)}


def test_statuses_move_as_the_specification_says() -> None:
    rows = (line.split() for line in MOVES.strip().splitlines())

    assert {status: sorted(targets) for status, *targets in rows} == {
        status.value: sorted(targets) for status, targets in NEXT.items()
    }


@pytest.mark.parametrize("status", TrialStatus)
@pytest.mark.parametrize("target", TrialStatus)
def test_a_move_is_made_or_refused(status: TrialStatus, target: TrialStatus) -> None:
    if target in NEXT[status]:
        assert move(status, target) is target
        return

    with pytest.raises(WrongStatusError):
        move(status, target)


@pytest.mark.parametrize(("where", "said"), by_hand().items(), ids=":".join)
def test_a_deed_fits_or_is_refused_with_its_code(where: tuple[Phase, Deed], said: str) -> None:
    code = {"yes": None, "no": "deed-does-not-fit", "final": "final"}[said]

    assert refusal(*where) == code


def test_every_deed_and_phase_is_in_the_table_written_by_hand() -> None:
    assert set(by_hand()) == {(current, deed) for current in FITTING for deed in Deed}


def refusal(current: Phase, deed: Deed) -> str | None:
    try:
        must_fit(deed, current)
    except RmatrackError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, Phase.RUNNING), (0, Phase.RUNNING), (1, Phase.GRACE), (30, Phase.GRACE), (31, Phase.OVER)],
)
def test_grace_is_thirty_days_after_the_last_one(days: int, expected: Phase) -> None:
    expiry = date(2026, 3, 20)

    found = phase(TrialStatus.ACTIVE, expiry + timedelta(days=days), calendar=Calendar(expiry, 30, 15))

    assert found is expected


def test_days_are_counted_as_the_specification_counts_them() -> None:
    calendar = Calendar(date(2026, 3, 20), 30, 15)

    assert [calendar.days_left(date(2026, 3, day)) for day in (10, 20, 25)] == [10, 0, -5]
    assert calendar.lapses_on == date(2026, 4, 20)
    assert calendar.numbers_released_on == date(2026, 3, 20) + timedelta(days=46)


def test_an_extension_to_the_same_day_shortens_nothing() -> None:
    assert not extend(date(2026, 4, 1), date(2026, 3, 2), days=30, confirmed=False).shortens


@pytest.mark.parametrize(("today", "expected"), [(1, Phase.PENDING_CONSENT), (2, Phase.CONSENT_OVERDUE)])
def test_a_request_can_be_accepted_through_its_last_day(today: int, expected: Phase) -> None:
    found = phase(TrialStatus.PENDING_CONSENT, date(2026, 4, today), consent_ends_on=date(2026, 4, 1))

    assert found is expected


def test_what_came_to_nothing_began_nothing() -> None:
    assert {phase(status, date(2026, 4, 1)) for status in NEVER_BEGAN} == {Phase.NEVER_BEGAN}


def test_the_diagram_has_every_status_and_every_move() -> None:
    arrows = set(re.findall(r"(\w+) --> (\w+)", status_diagram()))

    assert arrows == {
        (status.replace("-", "_"), target.replace("-", "_")) for status in NEXT for target in NEXT[status]
    }


def test_diagrams_in_the_documentation_are_drawn_from_the_table() -> None:
    diagrams = re.findall(r"```mermaid\n(stateDiagram-v2\n.*?)```", README.read_text("utf-8"), re.DOTALL)

    assert set(diagrams) <= {status_diagram()}
