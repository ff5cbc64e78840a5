"""The post over SMTP: one connection for a round of mails, and certainty about each of them.

A mail belongs to the server from the moment it answers the dot at the end. Whatever goes wrong before the dot may be
tried again. Where the dot is out and no answer comes, nobody knows; `smtplib.sendmail` does not tell the two apart,
which is why the last steps are taken here one by one.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy
from io import BytesIO
from urllib.parse import parse_qsl, unquote, urlsplit

from rmatrack.domain.errors import BadInputError, _
from rmatrack.domain.outbox import MailState
from rmatrack.domain.sentences import Sentence
from rmatrack.work.posts import NO_ANSWER, NOT_REACHED, REFUSED, REFUSED_FOR_NOW, Outcome

TIMEOUT_SECONDS = 30.0
_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
_TOO_FAR = (OSError, smtplib.SMTPException)
_CLOSING = 421


class MailServerError(BadInputError):
    """`RMATRACK_SMTP_URL` cannot be read."""

    code = "mail-server"
    message = _("Write RMATRACK_SMTP_URL as smtp://user:password@host:port?tls=starttls; tls may also be ssl or none.")


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over, and as whom. `tls` is `starttls`, `ssl` or `none`."""

    host: str
    port: int
    tls: str
    user: str | None
    password: str | None

    @classmethod
    def from_url(cls, url: str) -> "Server":
        """Read `smtp://user:password@host:port?tls=starttls`; raises `MailServerError`."""
        parts = urlsplit(url)
        tls = dict(parse_qsl(parts.query)).get("tls", "starttls")
        if parts.scheme != "smtp" or not parts.hostname or tls not in _PORTS:
            raise MailServerError
        user, password = (unquote(text) if text else None for text in (parts.username, parts.password))
        return cls(parts.hostname, parts.port or _PORTS[tls], tls, user, password)


class _RefusedError(Exception):
    """The server answered, and not as we hoped."""

    def __init__(self, code: int, said: bytes) -> None:
        self.code = code
        self.said = f"{code} {said.decode(errors='replace')}"
        super().__init__(self.said)


class SmtpPost:
    """Hands mails to a server. The connection is opened for the first mail and kept until `rest`."""

    def __init__(self, server: Server, sender: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self.sender = sender
        self._server = server
        self._timeout = timeout
        self._line: smtplib.SMTP | None = None

    def carry(self, message: EmailMessage, *, name: str) -> Outcome:
        """Hand *message* over and say how it went."""
        try:
            line = self._line = self._line or self._connect()
            content = self._announce(line, message)
        except _RefusedError as refused:
            return self._refused(refused)
        except _TOO_FAR as error:
            self._hang_up()
            return _not_reached(error)
        return self._hand_over(line, content)

    def rest(self) -> None:
        """Say goodbye."""
        if self._line:
            with suppress(*_TOO_FAR):
                self._line.quit()
        self._hang_up()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        secure = ssl.create_default_context()
        if server.tls == "ssl":
            line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=self._timeout, context=secure)
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        self._line = line
        if server.tls == "starttls":
            line.starttls(context=secure)
        if server.user:
            line.login(server.user, server.password or "")
        line.ehlo_or_helo_if_needed()
        return line

    def _announce(self, line: smtplib.SMTP, message: EmailMessage) -> bytes:
        """Say who writes to whom, until the server asks for the content; return that, as it goes over the line."""
        sender, reader = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        wide = not (sender + reader).isascii()
        if wide and not line.has_extn("smtputf8"):
            raise _RefusedError(553, b"the server takes plain Latin letters in addresses only")
        _expect(line.mail(sender, ["SMTPUTF8", "BODY=8BITMIME"] if wide else []), 250)
        _expect(line.rcpt(reader), 250, 251)
        _expect(line.docmd("DATA"), 354)
        return _content(message, SMTPUTF8 if wide else SMTP)

    def _hand_over(self, line: smtplib.SMTP, content: bytes) -> Outcome:
        try:
            line.send(content)
        except _TOO_FAR as error:
            self._hang_up()
            return _not_reached(error)
        try:
            line.send(b".\r\n")
            _expect(line.getreply(), 250)
        except _RefusedError as refused:
            return self._refused(refused)
        except _TOO_FAR as error:
            self._hang_up()
            return Outcome(MailState.STUCK, Sentence(NO_ANSWER, {"why": _words(error)}), goes_on=False)
        return Outcome(MailState.SENT)

    def _refused(self, refused: _RefusedError) -> Outcome:
        """Take the answer for what it is: 4xx for now, 5xx for good."""
        self._begin_anew(refused.code)
        said = {"said": refused.said}
        if refused.code // 100 == 5:
            return Outcome(MailState.FAILED, Sentence(REFUSED, said))
        return Outcome(MailState.WAITING, Sentence(REFUSED_FOR_NOW, said), goes_on=refused.code != _CLOSING)

    def _begin_anew(self, code: int) -> None:
        """Make the line ready for the next mail, or let it go where the server does."""
        try:
            if code != _CLOSING and self._line and self._line.rset()[0] == 250:
                return
        except _TOO_FAR:
            pass
        self._hang_up()

    def _hang_up(self) -> None:
        if self._line:
            self._line.close()
        self._line = None


def _expect(answer: tuple[int, bytes], *codes: int) -> None:
    if answer[0] not in codes:
        raise _RefusedError(*answer)


def _content(message: EmailMessage, policy: Policy) -> bytes:
    """Return *message* as it goes over the line, all but the dot at its end."""
    written = BytesIO()
    BytesGenerator(written, policy=policy).flatten(message)
    return re.sub(rb"(?m)^\.", b"..", written.getvalue().rstrip(b"\r\n") + b"\r\n")


def _not_reached(error: Exception) -> Outcome:
    return Outcome(MailState.WAITING, Sentence(NOT_REACHED, {"why": _words(error)}), counts=False, goes_on=False)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
