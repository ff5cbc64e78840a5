"""Fetching mail from an IMAP folder: each message is kept and committed before the server hears that it was seen.

The standard library's client is enough for one folder and two commands; what others add is for mail programs.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from rmatrack.domain.errors import BadInputError, _
from rmatrack.domain.inbound import MOST_BYTES

TIMEOUT_SECONDS = 30
AT_ONCE = 50
"""Messages in one round; the rest is there in a minute."""

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
_PORTS = {"imap": 143, "imaps": 993}
_UID = re.compile(rb"[0-9]+")

log = logging.getLogger(__name__)


class LetterboxError(BadInputError):
    """The setting names no IMAP folder."""

    code = "bad-imap-url"
    message = _("RMATRACK_IMAP_URL is no address of a mail folder. Write imaps://user:password@host/INBOX.")


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A folder on a server. `tls` is `ssl`, `starttls` or, for a server on this machine, `none`."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    tls: str

    @classmethod
    def from_url(cls, url: str) -> "Letterbox":
        """Read `imaps://user:password@host:port/folder`, or `imap://…?tls=starttls`; raises `LetterboxError`."""
        parts = urlsplit(url)
        tls = "ssl" if parts.scheme == "imaps" else parse_qs(parts.query).get("tls", ["starttls"])[0]
        if parts.scheme not in _PORTS or not parts.hostname or tls not in {"ssl", "starttls", "none"}:
            raise LetterboxError
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            tls=tls,
        )


def empty(letterbox: Letterbox, take: Callable[[bytes], object]) -> int:
    """Give every unseen message to *take*, mark it as seen after that, and return how many there were.

    Raises `OSError` or `imaplib.IMAP4.error` where the server cannot be used.
    """
    server = _connected(letterbox)
    try:
        count = 0
        for uid in _unseen(server, letterbox.folder):
            raw = _message(server, uid)
            if raw is None:
                continue
            take(raw)
            server.uid("STORE", uid, "+FLAGS", r"(\Seen)")
            count += 1
        return count
    finally:
        _leave(server)


@dataclass(slots=True)
class Rounds:
    """Empties a letterbox again and again, less often while its server cannot be used."""

    letterbox: Letterbox
    take: Callable[[bytes], object]
    now: Callable[[], datetime]
    _failures: int = 0
    _not_before: datetime | None = None

    def go(self) -> int:
        """Empty it, if it is time to, and return how many messages there were."""
        if self._not_before and self.now() < self._not_before:
            return 0
        try:
            count = empty(self.letterbox, self.take)
        except (OSError, imaplib.IMAP4.error) as error:
            self._failures += 1
            wait = min(FIRST_WAIT * (1 << min(self._failures - 1, 16)), LONGEST_WAIT)
            self._not_before = self.now() + wait
            log.warning("Mail could not be fetched from %s: %s. Tried again in %s.", self.letterbox.host, error, wait)
            return 0
        self._failures, self._not_before = 0, None
        return count


def _connected(letterbox: Letterbox) -> imaplib.IMAP4:
    trusted = ssl.create_default_context()
    server: imaplib.IMAP4
    if letterbox.tls == "ssl":
        server = imaplib.IMAP4_SSL(letterbox.host, letterbox.port, ssl_context=trusted, timeout=TIMEOUT_SECONDS)
    else:
        server = imaplib.IMAP4(letterbox.host, letterbox.port, timeout=TIMEOUT_SECONDS)
    try:
        if letterbox.tls == "starttls":
            server.starttls(ssl_context=trusted)
        server.login(letterbox.user, letterbox.password)
    except BaseException:
        _leave(server)
        raise
    return server


def _unseen(server: imaplib.IMAP4, folder: str) -> Iterator[str]:
    quoted = '"{}"'.format(folder.replace("\\", "\\\\").replace('"', '\\"'))
    status, said = server.select(quoted)
    if status != "OK":
        raise imaplib.IMAP4.error(f"the folder {folder} cannot be opened: {said!r}")
    _status, found = server.uid("SEARCH", "UNSEEN")
    for uid in _UID.findall(b" ".join(each for each in found if each))[:AT_ONCE]:
        yield uid.decode()


def _message(server: imaplib.IMAP4, uid: str) -> bytes | None:
    """Return the beginning of a message, as much as is kept, without marking it."""
    _status, answer = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)")
    return next((each[1] for each in answer or () if isinstance(each, tuple)), None)


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        server.shutdown()
