"""How far a mail is, and when one that was refused for now is tried again (SPEC X-3).

A mail is claimed before it is handed over, and settled afterwards. Where nobody knows whether it went, a person
decides: it never goes a second time by itself.
"""

from datetime import timedelta
from enum import StrEnum

from rmatrack.domain.errors import RuleBrokenError, _
from rmatrack.domain.mails import MailKind


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    KEPT = "kept"
    """There is no mail server: it lies in the mailbox and as a file."""
    STUCK = "stuck"
    """Nobody knows whether it went."""
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    """What it would have told stopped being true before it went."""
    BUNDLED = "bundled"
    """It goes as a part of another mail to the same person, and is as far as that one."""


WORDS: dict[MailState, str] = {
    MailState.WAITING: _("waiting"),
    MailState.SENDING: _("being sent"),
    MailState.SENT: _("sent"),
    MailState.KEPT: _("kept here"),
    MailState.STUCK: _("may have been sent"),
    MailState.FAILED: _("failed"),
    MailState.WITHDRAWN: _("withdrawn"),
    MailState.BUNDLED: _("in a bundle"),
}

KIND_WORDS: dict[MailKind, str] = {
    MailKind.WELCOME: _("welcome"),
    MailKind.CONSENT_REQUEST: _("consent request"),
    MailKind.CONSENT_REQUEST_COPY: _("consent request to full administrators"),
    MailKind.CONSENT_ACCEPTED: _("consent given"),
    MailKind.CONSENT_DECLINED: _("consent declined"),
    MailKind.CONSENT_EXPIRED: _("consent not given in time"),
    MailKind.TRIAL_STARTED: _("trial started"),
    MailKind.EXPIRY_SOON: _("trial expires soon"),
    MailKind.EXPIRY_DAY: _("trial expires today"),
    MailKind.ACCESS_ENDED: _("access ended"),
    MailKind.FINAL: _("trial over for good"),
    MailKind.NUMBERS_RELEASED: _("phone numbers released"),
    MailKind.EXTENSION_REQUESTED: _("extension requested"),
    MailKind.EXTENSION_APPROVED: _("extension approved"),
    MailKind.EXTENSION_REFUSED: _("extension refused"),
    MailKind.SET_UP_SERVICE: _("set up your service"),
    MailKind.INTEREST: _("interested in buying"),
    MailKind.RETURN_LABELS: _("return labels"),
    MailKind.RETURN_DUE: _("return due"),
    MailKind.RETURN_OVERDUE: _("return overdue"),
    MailKind.RETURN_WISH: _("wants to buy a device"),
    MailKind.CHARGE_PROPOSED: _("charge proposed"),
    MailKind.CHARGE_WITHDRAWN: _("charge withdrawn"),
    MailKind.CHARGE_DECIDED: _("charge decided"),
    MailKind.CONVERSION_SUMMARY: _("conversion summary"),
    MailKind.BOOKING_REQUEST: _("booking request"),
    MailKind.PICKUP_BOOKED: _("pickup booked"),
    MailKind.PICKUP_CALLED_OFF: _("pickup called off"),
    MailKind.ANSWER_NUMBER: _("answer: demo order numbers"),
    MailKind.ANSWER_DUE: _("answer: when it must be back"),
    MailKind.ANSWER_WAY_BACK: _("answer: how to send it back"),
    MailKind.ANSWER_STATUS: _("answer: how the return stands"),
}

BUNDLE = "bundle"
"""In place of a `MailKind`: a mail that carries others."""

UNDECIDED = frozenset({MailState.STUCK, MailState.FAILED})
"""A person says how these go on: a stuck one arrived, or either is sent again."""

LEASE = timedelta(minutes=15)
"""How long a worker has for the mails it claimed; afterwards nobody knows whether they went."""

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
TRIES = 20
"""So many refusals "for now", over more than two days, are a refusal for good."""


class NothingToDecideError(RuleBrokenError):
    """The mail's fate is known, or somebody decided before."""

    code = "mail-is-settled"
    message = _("This mail is %(state)s; there is nothing to decide any more.")

    def __init__(self, state: MailState) -> None:
        super().__init__(state=state)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, up to `LONGEST_WAIT`."""
    doublings = min(attempts - 1, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
