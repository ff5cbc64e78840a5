"""The one step that matters now for a customer's devices: send them back, ask for more time, or nothing (LOOKS)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rmatrack.domain.due import due_on
from rmatrack.domain.errors import _


class NextStep(StrEnum):
    """What a partner does now."""

    GIVE_DETAILS = "give-details"
    """A trial that was consented to waits for its last details."""
    GET_LABEL = "get-label"
    READ_NOTE = "read-note"
    """Elsewhere than in the United States: how it comes back from there (SPEC C-4)."""
    ASK_TIME = "ask-time"
    SEE_CHARGE = "see-charge"


class Calm(StrEnum):
    """Why there is nothing to do."""

    NONE_OUT = "none-out"
    ON_ITS_WAY = "on-its-way"
    TIME_ASKED = "time-asked"
    NOT_DUE = "not-due"


CALM_WORDS: dict[Calm, str] = {
    Calm.NONE_OUT: _("No device is out."),
    Calm.ON_ITS_WAY: _("The carrier has every parcel."),
    Calm.TIME_ASKED: _("The trials team decides about more time."),
    Calm.NOT_DUE: _("Nothing is due for a while."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """The devices of a customer that are out, as the step needs them; the dates are those of the first one due.

    `tried_through` is the last day of the customer's trial, where one runs; `latest_on` the last day to which the EULA
    may be extended (SPEC D-6).
    """

    out: int
    travelling: int
    eula_expires_on: date
    latest_on: date
    tried_through: date | None
    time_asked: bool
    has_label: bool


def next_step(loan: Loan | None, today: date, *, window_days: int, soon_days: int) -> NextStep | Calm:
    """Return the step, or why there is none; *soon_days* before the EULA expires it is time to think of the return.

    More time is the better step where the trial runs on beyond the day by which the devices must be back.
    """
    if loan is None or not loan.out:
        return Calm.NONE_OUT
    if loan.travelling >= loan.out:
        return Calm.ON_ITS_WAY
    due = due_on(loan.eula_expires_on, window_days=window_days)
    if loan.time_asked and today <= due:
        return Calm.TIME_ASKED
    if today < loan.eula_expires_on - timedelta(days=soon_days):
        return Calm.NOT_DUE
    if today <= due and loan.tried_through and loan.tried_through > due and loan.latest_on > loan.eula_expires_on:
        return NextStep.ASK_TIME
    return NextStep.GET_LABEL if loan.has_label else NextStep.READ_NOTE
