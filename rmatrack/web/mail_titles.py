"""What a mail is called before it is written."""

from rmatrack.domain.mails import MailKind
from rmatrack.domain.outbox import BUNDLE
from rmatrack.web.languages import _, first_up, word


def mail_title(kind: str) -> str:
    """Return what a mail of *kind* is about, as the beginning of a line."""
    return first_up(_("several notices in one mail") if kind == BUNDLE else word(MailKind(kind)))
