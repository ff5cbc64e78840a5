"""A customer's consent: who may answer, until when (SPEC T-12 – T-14)."""

from datetime import date, timedelta
from enum import StrEnum

from rmatrack.domain.errors import NotAllowedError, NotFoundError, RuleBrokenError, _


class Answer(StrEnum):
    """What a full administrator said."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


WORDS: dict[Answer, str] = {Answer.ACCEPTED: _("accepted"), Answer.DECLINED: _("declined")}


class NotFullAdministratorError(NotAllowedError):
    """Only a full administrator's personal link answers (SPEC T-13)."""

    code = "not-full-administrator"
    message = _("Only a full administrator of your organisation can answer. They have been sent a link of their own.")


class AnsweredError(RuleBrokenError):
    """Somebody answered before."""

    code = "consent-answered"
    message = _("This request was %(answer)s already. Nothing has changed.")

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer=answer)


class LinkError(NotFoundError):
    """A link that we did not make, or made for something else."""

    code = "bad-link"
    message = _("This link is not complete. Open it from the mail again, or ask for a new one.")


class LinkExpiredError(LinkError):
    """A link whose day is over."""

    code = "link-expired"
    message = _("This link has expired. Ask your partner for a new one.")


def last_day(asked_on: date, *, window_days: int) -> date:
    """Return the last day on which a request can be accepted; asking again does not move it."""
    return asked_on + timedelta(days=window_days)
