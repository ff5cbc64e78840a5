"""The post without a mail server: every mail lies in the mailbox, and as a file that any mail program opens."""

from email.message import EmailMessage
from pathlib import Path

from rmatrack.domain.outbox import MailState
from rmatrack.work.posts import Outcome


class KeepingPost:
    """Writes each mail to a file in *folder*; one of the same name is the same mail."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.sender = sender
        self._folder = folder

    def carry(self, message: EmailMessage, *, name: str) -> Outcome:
        """Keep *message* as `<name>.eml`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{name}.eml").write_bytes(message.as_bytes())
        return Outcome(MailState.KEPT)

    def rest(self) -> None:
        """There is nothing to let go of."""
