"""Expeditors, asked where its files are. It counts questions by the clock hour, so we do too."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from carriers.errors import CarrierError, CarrierLimitError
from carriers.expeditors_api import tracking
from carriers.expeditors_api.tracking import reason_in
from carriers.http import Exchange, Line, Question, keep_nothing
from carriers.limits import HourlyLimit
from carriers.parcel_states import ParcelEvent
from carriers.reading import Json
from carriers.tokens import Credentials, Tokens, token_line

HOST = "https://api.expeditors.com/tracking/v2"
TOKEN = "/oauth2/token"  # noqa: S105  # An address, not a password.
TOKENS_PER_HOUR = 10
QUESTIONS_PER_HOUR = 2000

_UNKNOWN = 404

T = TypeVar("T")


class Expeditors:
    """All methods raise `CarrierError` or `CarrierUnavailableError`; every question only reads.

    Several processes that share the credentials divide the *questions_per_hour* among them.
    """

    def __init__(
        self,
        credentials: Credentials,
        now: Callable[[], datetime],
        *,
        host: str = HOST,
        questions_per_hour: int = QUESTIONS_PER_HOUR,
        seconds: float = 30.0,
        keep: Callable[[Exchange], None] = keep_nothing,
    ) -> None:
        door = token_line("Expeditors", host, credentials, reason_in, seconds=seconds, keep=keep)
        tokens = HourlyLimit("Expeditors", TOKENS_PER_HOUR, now)
        self._questions = HourlyLimit("Expeditors", questions_per_hour, now)
        self._tokens = Tokens(door, TOKEN, limit=tokens.take)
        self._line = Line("Expeditors", host, self._tokens, reason_in, seconds=seconds, keep=keep)

    def sign_in(self) -> None:
        """Fetch a token anew: the question that shows whether the credentials hold."""
        self._tokens.fetch_anew()

    def files_under(self, rma: str) -> list[str]:
        """Return the file numbers that carry exactly *rma*; the API itself finds all that begin with it."""
        found = self._ask(tracking.by_reference(rma), tracking.read_files)
        return [number for number in found if rma in self._references(number)]

    def changed(self, start: datetime, end: datetime) -> list[str]:
        """Return the files that changed between two moments."""
        return self._ask(tracking.changed_between(start, end), tracking.read_files)

    def events(self, file_number: str) -> list[ParcelEvent]:
        """Return what Expeditors reports of a file; nothing for one that it does not know yet."""
        return self._ask(tracking.events_of(file_number), lambda body: tracking.read_events(body, file_number))

    def _references(self, file_number: str) -> list[str]:
        return self._ask(tracking.references_of(file_number), tracking.read_references)

    def _ask(self, question: Question, read: Callable[[Json], list[T]]) -> list[T]:
        self._questions.take()
        try:
            return self._line.ask(question, read)
        except CarrierLimitError:
            self._questions.shut()
            raise CarrierLimitError(carrier="Expeditors", after_seconds=self._questions.seconds_left) from None
        except CarrierError as refusal:
            if refusal.params.get("status") == _UNKNOWN:
                return []
            raise
