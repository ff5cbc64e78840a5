"""One question to a carrier over HTTP: answered whole, or an error that says whether it may be asked again.

`CarrierError` is the carrier's no. `CarrierUnavailableError` says that nothing was done. `CarrierUnclearError` is kept
for questions that make something: the answer was lost on the way, and what was asked for may exist.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Protocol, TypeVar

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from carriers.errors import (
    CarrierError,
    CarrierLimitError,
    CarrierUnavailableError,
    CarrierUnclearError,
    CredentialsRefusedError,
    ShippingError,
    UnreadableError,
)
from carriers.reading import Json
from carriers.redaction import redact, redact_address, redact_headers

CONNECT_SECONDS = 5.0
LARGEST_ANSWER = 32 * 1024 * 1024

T = TypeVar("T")


class Authorizer(Protocol):
    """Where the `Authorization` header comes from."""

    def header(self) -> str: ...

    def renew(self, refused: str) -> bool:
        """Forget the header that the carrier *refused*; False when there is no other."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `makes` says that a lost answer leaves a doubt, because asking twice would make two."""

    method: str
    path: str
    query: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    form: Mapping[str, str] | None = None
    makes: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it, redacted: this is what may be kept."""

    method: str
    address: str
    headers: Mapping[str, str]
    body: Json
    status: int | None
    answer: Json
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`garbled` says that the body is something else than JSON, and thus not the carrier's own."""

    status: int
    body: Json
    garbled: bool = False
    retry_after: float | None = None


class _LostError(Exception):
    """No whole answer arrived. `sent` says that the question may have."""

    def __init__(self, *, sent: bool) -> None:
        self.sent = sent
        super().__init__()


def keep_nothing(exchange: Exchange) -> None:
    """Forget *exchange*."""


class Line:
    """The line to one carrier at *base*. `reason_in` finds the carrier's own words in the body of a refusal.

    *seconds* is the patience for a whole answer, however slowly it drips. Each redacted exchange is given to *keep*.
    """

    def __init__(
        self,
        carrier: str,
        base: str,
        authorizer: Authorizer,
        reason_in: Callable[[Json], str],
        *,
        seconds: float = 30.0,
        keep: Callable[[Exchange], None] = keep_nothing,
    ) -> None:
        self.carrier = carrier
        self._base = base.rstrip("/")
        self._authorizer = authorizer
        self._reason_in = reason_in
        self._seconds = seconds
        self._keep = keep
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def ask(self, question: Question, read: Callable[[Json], T]) -> T:
        """Return what *read* makes of the answer; credentials that have expired are renewed once."""
        header = self._authorizer.header()
        answer = self._answer(question, header)
        if answer.status == 401 and self._authorizer.renew(header):
            answer = self._answer(question, self._authorizer.header())
        if refusal := self._refusal(question, answer):
            raise refusal
        if answer.garbled:
            raise self._lost(question, sent=True)
        try:
            return read(answer.body)
        except UnreadableError as unreadable:
            raise self._lost(question, sent=True) from unreadable

    def _answer(self, question: Question, authorization: str) -> Answer:
        headers = {"Accept": "application/json", **question.headers}
        try:
            answer = self._send(question, {**headers, "Authorization": authorization})
        except _LostError as lost:
            self._record(question, headers, None, "no whole answer")
            raise self._lost(question, sent=lost.sent) from lost.__cause__
        self._record(question, headers, answer)
        return answer

    def _send(self, question: Question, headers: Mapping[str, str]) -> Answer:
        ends_at = time.monotonic() + self._seconds
        try:
            with self._session.request(
                question.method,
                self._base + question.path,
                params=question.query,
                headers=headers,
                json=question.body,
                data=question.form,
                auth=_as_it_is,
                timeout=(CONNECT_SECONDS, self._seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                return _answer(response, _whole(response, ends_at))
        except (requests.RequestException, HTTPError) as error:
            raise _LostError(sent=not _never_sent(error)) from error

    def _refusal(self, question: Question, answer: Answer) -> ShippingError | None:
        """Return the error that the status stands for. Only the carrier's own words are a no; a proxy's are not."""
        match answer.status:
            case status if 200 <= status < 300:
                return None
            case 401 | 403:
                return CredentialsRefusedError(carrier=self.carrier)
            case 429:
                return CarrierLimitError(carrier=self.carrier, after_seconds=answer.retry_after)
            case status if status >= 500:
                return self._lost(question, sent=True, after=answer.retry_after)
            case status if status >= 400 and (reason := self._reason_in(answer.body)):
                return CarrierError(carrier=self.carrier, reason=reason, status=status)
        return CarrierUnavailableError(carrier=self.carrier)

    def _lost(self, question: Question, *, sent: bool, after: float | None = None) -> ShippingError:
        if question.makes and sent:
            return CarrierUnclearError(carrier=self.carrier)
        return CarrierUnavailableError(carrier=self.carrier, after_seconds=after)

    def _record(self, question: Question, headers: Mapping[str, str], answer: Answer | None, failure: str = "") -> None:
        address = requests.Request("GET", self._base + question.path, params=question.query).prepare().url or ""
        self._keep(
            Exchange(
                question.method,
                redact_address(address),
                redact_headers(headers),
                redact(question.body if question.form is None else dict(question.form)),
                answer.status if answer else None,
                redact(answer.body) if answer else None,
                failure,
            )
        )


def _whole(response: requests.Response, ends_at: float) -> bytes:
    """Return the body, read as it comes in; raises `requests.Timeout` when it drips past *ends_at* or never ends."""
    parts = bytearray()
    while part := response.raw.read1(64 * 1024, decode_content=True):
        parts += part
        if time.monotonic() > ends_at or len(parts) > LARGEST_ANSWER:
            raise requests.Timeout
    return bytes(parts)


def _answer(response: requests.Response, content: bytes) -> Answer:
    after = _retry_after(response)
    if not content:
        return Answer(response.status_code, None, retry_after=after)
    if "json" not in response.headers.get("Content-Type", ""):
        return Answer(response.status_code, None, garbled=True, retry_after=after)
    try:
        return Answer(response.status_code, json.loads(content), retry_after=after)
    except ValueError:
        return Answer(response.status_code, None, garbled=True, retry_after=after)


def _retry_after(response: requests.Response) -> float | None:
    seconds = response.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() else None


def _never_sent(error: Exception) -> bool:
    """Say whether no connection was made, so that the carrier cannot have heard the question."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave the header alone: without this a `.netrc` file would replace our own authorization."""
    return request
