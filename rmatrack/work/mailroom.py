"""What delivering mail needs, as the settings say: where letters are written, and by which post they leave."""

from dataclasses import dataclass
from pathlib import Path

from rmatrack.domain.mails import Link
from rmatrack.services.links import Links
from rmatrack.services.mail_letters import Desk
from rmatrack.settings import Settings, secret_key
from rmatrack.work.keeping import KeepingPost
from rmatrack.work.posts import Post
from rmatrack.work.smtp import TIMEOUT_SECONDS, Server, SmtpPost


@dataclass(frozen=True, slots=True)
class Mailroom:
    """Without a *server* mail is kept in *folder*."""

    desk: Desk
    sender: str
    server: Server | None
    folder: Path
    timeout: float = TIMEOUT_SECONDS

    @classmethod
    def from_settings(cls, settings: Settings) -> "Mailroom":
        """Raises `MailServerError` where the settings cannot be read."""

        def sign(link: Link) -> str:
            return Links(secret_key(settings)).token(link)

        return cls(
            Desk(settings.base_url, sign),
            settings.mail_from,
            Server.from_url(settings.smtp_url) if settings.smtp_url else None,
            settings.data_dir / "mail",
        )

    def post(self) -> Post:
        """Return a post for one round."""
        if self.server:
            return SmtpPost(self.server, self.sender, timeout=self.timeout)
        return KeepingPost(self.folder, self.sender)
