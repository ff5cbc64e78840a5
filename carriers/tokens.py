"""Who we are, told to a carrier: user and password each time, or an OAuth token that is kept while it holds."""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from carriers.http import Exchange, Line, Question
from carriers.reading import Json, text

MARGIN_SECONDS = 60.0
"""A token is renewed so long before it ends, so that it does not end on its way."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key and its secret; neither shows when it is printed."""

    user: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def basic(self) -> str:
        pair = f"{self.user}:{self.secret}".encode()
        return f"Basic {b64encode(pair).decode()}"


@dataclass(frozen=True, slots=True)
class Basic:
    """The same user and password with each question."""

    credentials: Credentials

    def header(self) -> str:
        return self.credentials.basic

    def renew(self, refused: str) -> bool:
        return False


class Tokens:
    """OAuth client credentials. One thread fetches a token, the others wait for it.

    *limit* is called before each fetch and may raise, where the carrier counts them.
    """

    def __init__(
        self,
        line: Line,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        limit: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = line
        self._question = Question("POST", path, headers=headers or {}, form={"grant_type": "client_credentials"})
        self._limit = limit
        self._clock = clock
        self._lock = Lock()
        self._header = ""
        self._ends_at = 0.0

    def header(self) -> str:
        with self._lock:
            if not self._header or self._clock() >= self._ends_at:
                self._fetch()
            return self._header

    def renew(self, refused: str) -> bool:
        with self._lock:
            if self._header == refused:
                self._header = ""
        return True

    def fetch_anew(self) -> None:
        """Fetch a token, whether or not the one at hand still holds."""
        with self._lock:
            self._fetch()

    def _fetch(self) -> None:
        self._limit()
        asked_at = self._clock()
        token, seconds = self._line.ask(self._question, _token)
        self._header = f"Bearer {token}"
        self._ends_at = asked_at + max(seconds - MARGIN_SECONDS, seconds / 2)


def token_line(
    carrier: str,
    base: str,
    credentials: Credentials,
    reason_in: Callable[[Json], str],
    *,
    seconds: float,
    keep: Callable[[Exchange], None],
) -> Line:
    """Return the line on which tokens are fetched."""
    return Line(carrier, base, Basic(credentials), reason_in, seconds=seconds, keep=keep)


def _token(body: Json) -> tuple[str, float]:
    """Return the token and its life in seconds, which UPS writes as text."""
    life = text(body, "expires_in")
    return text(body, "access_token"), float(life) if life.isdecimal() else 0.0
