"""The one step that matters now, as a rule without a database."""

from datetime import date, timedelta
from typing import Any

import pytest

from rmatrack.domain.next_steps import Calm, Loan, NextStep, next_step

TODAY = date(2026, 11, 22)


def loan(eula_in_days: int, **more: Any) -> Loan:
    expires_on = TODAY + timedelta(days=eula_in_days)
    usual: dict[str, Any] = {
        "out": 2,
        "travelling": 0,
        "eula_expires_on": expires_on,
        "latest_on": expires_on + timedelta(days=30),
        "tried_through": None,
        "time_asked": False,
        "has_label": True,
    }
    return Loan(**(usual | more))


def step(given: Loan | None) -> NextStep | Calm:
    return next_step(given, TODAY, window_days=14, soon_days=7)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, Calm.NONE_OUT),
        (loan(30), Calm.NOT_DUE),
        (loan(8), Calm.NOT_DUE),
        (loan(7), NextStep.GET_LABEL),
        (loan(-14), NextStep.GET_LABEL),
        (loan(-40), NextStep.GET_LABEL),
        (loan(-3, has_label=False), NextStep.READ_NOTE),
        (loan(-3, travelling=2), Calm.ON_ITS_WAY),
        (loan(-3, travelling=1), NextStep.GET_LABEL),
        (loan(-3, time_asked=True), Calm.TIME_ASKED),
        (loan(-20, time_asked=True), NextStep.GET_LABEL),
        (loan(3, tried_through=TODAY + timedelta(days=60)), NextStep.ASK_TIME),
        (loan(3, tried_through=TODAY + timedelta(days=17)), NextStep.GET_LABEL),
        (loan(-15, tried_through=TODAY + timedelta(days=60)), NextStep.GET_LABEL),
        (
            loan(3, tried_through=TODAY + timedelta(days=60), latest_on=TODAY + timedelta(days=3)),
            NextStep.GET_LABEL,
        ),
    ],
)
def test_the_step_follows_from_the_two_clocks(given: Loan | None, expected: NextStep | Calm) -> None:
    assert step(given) is expected
