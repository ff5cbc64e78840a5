"""Ways for a mail to leave: what a post is, and what it says of each mail it was given."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from rmatrack.domain.errors import _
from rmatrack.domain.outbox import MailState
from rmatrack.domain.sentences import Sentence

REFUSED = _("The mail server refused it: %(said)s")
REFUSED_FOR_NOW = _("The mail server cannot take it now: %(said)s")
NOT_REACHED = _("The mail server could not be used: %(why)s")
NO_ANSWER = _("The mail server did not say whether it took it: %(why)s")
UNREADABLE = _("The letter could not be written: %(why)s")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: `sent`, `kept`, `failed` for good, `waiting` for another try, or `stuck`: nobody knows.

    `counts` says whether it was a try of this mail; `goes_on` whether the next one may follow at once.
    """

    state: MailState
    problem: Sentence | None = None
    counts: bool = True
    goes_on: bool = True


class Post(Protocol):
    """Takes mails away. `sender` is who they come from."""

    sender: str

    def carry(self, message: EmailMessage, *, name: str) -> Outcome:
        """Take *message* away, and say how it went; *name* tells it apart from all others."""

    def rest(self) -> None:
        """Let go of what is only needed while mails are carried."""
