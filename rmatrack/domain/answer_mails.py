"""The questions that callers have about a demo order, and that a prepared mail answers."""

from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.mails import MailKind


class About(StrEnum):
    """What is asked."""

    NUMBER = "number"
    DUE = "due"
    WAY_BACK = "way-back"
    STATUS = "status"


WORDS: dict[About, str] = {
    About.NUMBER: _("What is our demo order number?"),
    About.DUE: _("When must it be back, and why?"),
    About.WAY_BACK: _("How do we send it back?"),
    About.STATUS: _("How is our return coming along?"),
}

KINDS: dict[About, MailKind] = {
    About.NUMBER: MailKind.ANSWER_NUMBER,
    About.DUE: MailKind.ANSWER_DUE,
    About.WAY_BACK: MailKind.ANSWER_WAY_BACK,
    About.STATUS: MailKind.ANSWER_STATUS,
}


class StrangerError(BadInputError):
    """An answer goes to an address that we keep, and never to one that was only written in a mail."""

    code = "not-a-reader"
    message = _(
        "%(email)s is no administrator of this customer and nobody of the partner. Choose one of those who are."
    )

    def __init__(self, email: str) -> None:
        super().__init__(field="to", email=email)


class NothingOutError(RuleBrokenError):
    """Everything is back, so that there is nothing to say about when and how."""

    code = "nothing-out"
    message = _("No device of %(order)s is out any more. Answer how the return is coming along instead.")

    def __init__(self, order: str) -> None:
        super().__init__(order=order)
