"""Asking carriers: who may ask when, with which credentials, and what is remembered of it (SPEC C-9, C-11).

The circuit and the counts of questions of each account are rows that all processes share. A call is made with no
transaction open: `open_line` in a short one before it, `note_call` in a short one after it; `ask` does the three.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from json import loads
from threading import Lock, local
from typing import TypeVar

from sqlalchemy.orm import Session

from carriers.circuit import Circuit
from carriers.connections import Connection, Door
from carriers.errors import (
    CarrierLimitError,
    CarrierUnavailableError,
    CarrierUnclearError,
    CredentialsRefusedError,
    ShippingError,
)
from carriers.http import Exchange
from carriers.kinds import KINDS
from carriers.shipment import Carrier
from carriers.tokens import Credentials
from rmatrack.db.carrier_accounts import CarrierAccount, CarrierTraffic, ExchangeRow, keep_exchanges, traffic_of
from rmatrack.db.intents import hurry
from rmatrack.domain.errors import RuleBrokenError, _
from rmatrack.domain.sentences import Sentence
from rmatrack.services.carrier_allowance import Allowed, count_asked, used_up_until
from rmatrack.services.kept_sentences import kept, sentence_of
from rmatrack.vault import LockedError, Vault

REFUSED_PAUSE = timedelta(minutes=15)
"""So long nobody asks with credentials that the carrier refused; new ones end it."""

LEFT_ALONE = _("%(carrier)s did not answer several times, so it is left alone until the next try.")

T = TypeVar("T")
Step = Callable[[], AbstractContextManager[Session]]
"""Opens a session for one writing step, which commits at its end."""


class NotConnectedError(RuleBrokenError):
    """The account has no line to the carrier: nothing to connect to, or no credentials."""

    code = "carrier-not-connected"
    message = _("%(account)s is not connected to %(carrier)s. Enter its credentials with the account.")


class CredentialsLockedError(RuleBrokenError):
    """The credentials were encrypted with a key that is not here."""

    code = "credentials-locked"
    message = _("The credentials of %(account)s cannot be decrypted with the present key. Enter them again.")


class LineClosedError(RuleBrokenError):
    """The circuit is open, or the questions of the hour or the day are used up."""

    code = "carrier-line-closed"
    message = _("%(carrier)s is not asked before %(until)s. Try again then.")


@dataclass(frozen=True, slots=True)
class AccountLine:
    """What a call needs to know of an account, free of its session."""

    id: int
    version: int
    carrier: Carrier
    name: str
    number: str
    country: str
    host: str
    credentials: str | None = field(repr=False)

    @classmethod
    def of(cls, account: CarrierAccount) -> "AccountLine":
        """Return what a call needs of *account*."""
        return cls(
            account.id,
            account.version,
            Carrier(account.carrier),
            account.name,
            account.shipper_number,
            account.country,
            account.host,
            account.credentials,
        )


@dataclass(frozen=True, slots=True)
class Closed:
    """Why an account's line may not be used, and until when."""

    until: datetime
    why: Sentence


class Lines:
    """The connections of this process, each kept as long as its account stays as it is: a token holds for hours.

    *vault* is opened when the first account is asked for: whoever never asks a carrier needs no key.
    """

    def __init__(self, vault: Callable[[], Vault], now: Callable[[], datetime], *, seconds: float = 30.0) -> None:
        self._vault = vault
        self._now = now
        self._seconds = seconds
        self._lock = Lock()
        self._connections: dict[int, tuple[AccountLine, Connection]] = {}
        self._heard = local()

    def to(self, account: AccountLine) -> Connection:
        """Return the connection; raises `NotConnectedError` and `CredentialsLockedError`."""
        with self._lock:
            known = self._connections.get(account.id)
            if known and known[0] == account:
                return known[1]
            connection = self._connect(account)
            self._connections[account.id] = account, connection
            return connection

    @contextmanager
    def listening(self) -> Iterator[list[Exchange]]:
        """Collect what this thread's calls say and hear inside the block."""
        heard: list[Exchange] = []
        self._heard.exchanges = heard
        try:
            yield heard
        finally:
            del self._heard.exchanges

    def _connect(self, account: AccountLine) -> Connection:
        connect = KINDS[account.carrier].connect
        if connect is None or not account.credentials:
            raise NotConnectedError(account=account.name, carrier=KINDS[account.carrier].name)
        return connect(
            Door(
                account=account.number,
                credentials=unlocked(self._vault(), account.credentials, account.name),
                now=self._now,
                country=account.country,
                host=account.host,
                seconds=self._seconds,
                keep=self._keep,
            )
        )

    def _keep(self, exchange: Exchange) -> None:
        exchanges: list[Exchange] | None = getattr(self._heard, "exchanges", None)
        if exchanges is not None:
            exchanges.append(exchange)


def unlocked(vault: Vault, locked: str, account: str) -> Credentials:
    """Return credentials as the carrier knows them; raises `CredentialsLockedError`."""
    try:
        user, secret = loads(vault.unlock(locked))
    except LockedError:
        raise CredentialsLockedError(account=account) from None
    return Credentials(user, secret)


def open_line(session: Session, account: CarrierAccount, *, now: datetime, share: float = 1.0) -> Closed | None:
    """Take a turn on the account's line, or say why and until when nobody may.

    *share* is how much of the allowance may be used up for this kind of question.
    """
    traffic, carrier = traffic_of(session, account.id), KINDS[Carrier(account.carrier)].name
    circuit = Circuit(traffic.failures, traffic.opens_at)
    if not circuit.may_ask(now):
        return Closed(traffic.opens_at or now, Sentence(LEFT_ALONE, {"carrier": carrier}))
    if used_up := used_up_until(traffic, Allowed.to(account), now=now, share=share):
        until, why = used_up
        return Closed(until, Sentence(why, {"carrier": carrier}))
    count_asked(traffic, 1)
    traffic.opens_at = circuit.asking(now).opens_at
    return None


def note_call(
    session: Session, account_id: int, heard: Sequence[Exchange], error: Exception | None, *, now: datetime
) -> None:
    """Remember what was said, and what *error*, or none, means for the next who wants to ask.

    A carrier that answers again is asked at once for all that waited for it.
    """
    traffic = traffic_of(session, account_id)
    circuit, answered = Circuit(traffic.failures, traffic.opens_at), _answered(error)
    after = circuit.after(now, answered=answered, wait=_wait(error))
    traffic.failures, traffic.opens_at = after.failures, after.opens_at
    count_asked(traffic, max(0, len(heard) - 1))
    if answered:
        traffic.answered_at, traffic.away_since, traffic.why = now, None, None
        if circuit.failures:
            hurry(session, account_id, now=now)
    elif isinstance(error, ShippingError):
        traffic.away_since = traffic.away_since or now
        traffic.failed_at, traffic.why = now, kept(sentence_of(error.message, error.params))
    keep_exchanges(session, account_id, map(_row, heard), now=now)


def close_circuit(traffic: CarrierTraffic) -> None:
    """Let the carrier be asked at once: something about the account has changed."""
    traffic.failures, traffic.opens_at, traffic.why = 0, None, None


def ask(
    step: Step,
    lines: Lines,
    account: CarrierAccount,
    question: Callable[[Connection], T],
    *,
    now: Callable[[], datetime],
    share: float = 1.0,
) -> T:
    """Ask a carrier something that makes nothing. No transaction may be open.

    Raises `LineClosedError`, `NotConnectedError`, `CredentialsLockedError` and what the connection raises.
    """
    line = AccountLine.of(account)
    connection = lines.to(line)
    with step() as session:
        closed = open_line(session, session.get_one(CarrierAccount, line.id), now=now(), share=share)
    if closed:
        raise LineClosedError(carrier=KINDS[line.carrier].name, until=f"{closed.until:%H:%M} UTC")
    error: Exception | None = None
    with lines.listening() as heard:
        try:
            return question(connection)
        except ShippingError as trouble:
            error = trouble
            raise
        finally:
            with step() as session:
                note_call(session, line.id, heard, error, now=now())


def _answered(error: Exception | None) -> bool:
    """Say whether the carrier answered; a refusal is an answer too."""
    return not isinstance(error, CarrierUnavailableError | CarrierUnclearError)


def _wait(error: Exception | None) -> timedelta | None:
    if isinstance(error, CredentialsRefusedError):
        return REFUSED_PAUSE
    if isinstance(error, CarrierUnavailableError) and error.after_seconds is not None:
        return timedelta(seconds=error.after_seconds)
    return timedelta(minutes=1) if isinstance(error, CarrierLimitError) else None


def _row(exchange: Exchange) -> ExchangeRow:
    return ExchangeRow(
        exchange.method,
        exchange.address,
        dict(exchange.headers),
        exchange.body,
        exchange.status,
        exchange.answer,
        exchange.failure,
    )
