"""Our accounts with carriers: entered, changed, put to use, given blocks of numbers, tried out (SPEC C-9).

Credentials go in and never come out: they are kept encrypted, and history says only that they changed.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from json import dumps
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from carriers.errors import ShippingError
from carriers.kinds import KINDS
from carriers.shipment import Carrier
from carriers.sources import SourceKind
from carriers.tokens import Credentials
from rmatrack.db import jobs
from rmatrack.db.carrier_accounts import (
    CarrierAccount,
    account_in_use,
    account_with_id,
    all_accounts,
    traffic_of,
)
from rmatrack.db.intents import hurry
from rmatrack.db.numbers import numbers_left_of, open_sequence
from rmatrack.domain.errors import BadInputError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.sentences import Sentence
from rmatrack.services.carrier_lines import Lines, Step, ask, close_circuit
from rmatrack.services.history import record
from rmatrack.services.label_numbers import block_name, pieces_name
from rmatrack.vault import Vault

CHANGED = "changed"
"""What history says of credentials."""


class CarrierAnswerError(RuleBrokenError):
    """What the carrier, or the line to it, had to say."""

    code = "carrier-answer"
    message = _("%(account)s was tried out: %(why)s")


class NameTakenError(BadInputError):
    """Two accounts of one name could not be told apart."""

    code = "account-name-taken"
    message = _("There is an account called %(name)s already. Choose another name.")


class NoCredentialsError(RuleBrokenError):
    """A live account asks the carrier and needs credentials for that."""

    code = "credentials-missing"
    message = _("Labels from the carrier need credentials. Enter both parts of them.")


class CredentialsAgainError(BadInputError):
    """Credentials are never sent to another address than the one they were entered for."""

    code = "credentials-again"
    message = _("The address changes, so enter the credentials again: they are not sent anywhere else by themselves.")


class BadHostError(BadInputError):
    """Credentials travel encrypted, or not at all."""

    code = "bad-carrier-address"
    message = _("The address of the API begins with https://, such as %(example)s.")


class NoLiveLabelsError(BadInputError):
    """This carrier has no API that makes labels."""

    code = "no-live-labels"
    message = _("%(carrier)s makes no labels for others. Choose specimens or an allotted range.")


class NotCertifiedError(RuleBrokenError):
    """Only an account that the carrier certified may print from a block."""

    code = "account-not-certified"
    message = _("%(carrier)s has not certified this account to print its own labels. Only specimens can be printed.")


class NoBlockError(RuleBrokenError):
    """A range without numbers."""

    code = "no-number-block"
    message = _("This account has no block of numbers yet. Enter the block that %(carrier)s allotted.")


class BadBlockError(BadInputError):
    """A block that ends before it begins, or lacks the piece numbers that DHL's need."""

    code = "bad-number-block"
    message = _("A block of numbers needs a first and a later last number, and for DHL as many piece numbers.")


@dataclass(frozen=True, slots=True)
class Block:
    """Running numbers from *first* to *last*, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """Return how many numbers the block has."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountValues:
    """What can be said of an account beside its credentials."""

    name: str
    source: SourceKind
    shipper_number: str
    country: str = ""
    certified: bool = False
    host: str = ""
    asks_per_hour: int | None = None
    asks_per_day: int | None = None


def add_account(
    session: Session,
    carrier: Carrier,
    values: AccountValues,
    credentials: Credentials | None,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> CarrierAccount:
    """Enter an account; the first of its carrier is in use at once. Raises what `change_account` raises."""
    by.must(Permission.MANAGE_PEOPLE)
    account = CarrierAccount(
        carrier=carrier.value,
        name=values.name,
        source=SourceKind.SPECIMEN.value,
        shipper_number=values.shipper_number,
        in_use=account_in_use(session, carrier) is None,
    )
    _must_be_free(session, values.name, None)
    session.add(account)
    session.flush()
    record(session, [Change("account", values.name, "added", "carrier", None, carrier.value)], by=by, now=now)
    return _write(session, account, values, credentials, vault=vault, by=by, now=now)


def change_account(
    session: Session,
    account_id: int,
    values: AccountValues,
    credentials: Credentials | None,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> CarrierAccount:
    """Change an account; without new *credentials* it keeps those it has.

    Raises `NameTakenError`, `BadHostError`, `CredentialsAgainError`, `NoCredentialsError`, `NoLiveLabelsError`,
    `NotCertifiedError` and `NoBlockError`.
    """
    by.must(Permission.MANAGE_PEOPLE)
    account = account_numbered(session, account_id)
    _must_be_free(session, values.name, account)
    return _write(session, account, values, credentials, vault=vault, by=by, now=now)


def use_account(session: Session, account_id: int, *, by: Actor, now: datetime) -> CarrierAccount:
    """Let new labels of the carrier come from this account; labels that another gave stay its own."""
    by.must(Permission.MANAGE_PEOPLE)
    account = account_numbered(session, account_id)
    before = account_in_use(session, account.carrier)
    if before is account:
        return account
    if before:
        before.in_use = False
        session.flush()
    account.in_use = True
    session.flush()
    old = before.name if before else None
    record(session, [Change("account", account.name, "put to use", "name", old, account.name)], by=by, now=now)
    return account


def allot_block(
    session: Session,
    account_id: int,
    block: Block,
    pieces: Block | None = None,
    *,
    certified: bool,
    by: Actor,
    now: datetime,
) -> CarrierAccount:
    """Let an account number its labels from *block* from now on; what an older block had left is lost.

    DHL's needs *pieces* too. Raises `NotCertifiedError` and `BadBlockError`.
    """
    by.must(Permission.MANAGE_PEOPLE)
    account = account_numbered(session, account_id)
    kind = KINDS[Carrier(account.carrier)]
    if not certified:
        raise NotCertifiedError(carrier=kind.name)
    if block.size < 1 or (kind.has_pieces and (pieces is None or pieces.size < block.size)):
        raise BadBlockError(field="first")
    before = account.source
    account.source, account.certified = SourceKind.RANGE.value, certified
    session.flush()
    open_sequence(session, block_name(account), block.first, block.last, anew=True)
    if pieces and kind.has_pieces:
        open_sequence(session, pieces_name(account), pieces.first, pieces.last, anew=True)
    numbers = f"{SourceKind.RANGE} {block.first}–{block.last}"
    record(session, [Change("account", account.name, "block-allotted", "source", before, numbers)], by=by, now=now)
    return account


def try_out(step: Step, lines: Lines, account: CarrierAccount, *, by: Actor, now: Callable[[], datetime]) -> None:
    """Ask the carrier something harmless with the account's credentials. No transaction may be open.

    A line which is left alone is tried all the same. Raises `CarrierAnswerError`, and what `carrier_lines.ask` raises
    of our own.
    """
    by.must(Permission.MANAGE_PEOPLE)
    with step() as session:
        close_circuit(traffic_of(session, account.id))
    try:
        ask(step, lines, account, lambda connection: connection.try_out(), now=now)
    except ShippingError as error:
        why = Sentence(error.message, error.params)
        raise CarrierAnswerError(account=account.name, why=why) from error
    with step() as session:
        hurry(session, account.id, now=now())
        jobs.enqueue(session, jobs.BUY_LABELS, account.id)


def account_numbered(session: Session, account_id: int) -> CarrierAccount:
    """Return an account by its id; raises `NotFoundError`."""
    account = account_with_id(session, account_id)
    if account is None:
        raise NotFoundError
    return account


def _write(
    session: Session,
    account: CarrierAccount,
    values: AccountValues,
    credentials: Credentials | None,
    *,
    vault: Vault,
    by: Actor,
    now: datetime,
) -> CarrierAccount:
    kind = KINDS[Carrier(account.carrier)]
    key, changes = account.name, []
    _must_be_safe(values.host, next(iter(kind.hosts.values()), "https://api.example.com"))
    if account.credentials and credentials is None and values.host != account.host:
        raise CredentialsAgainError(field="user")
    for name in (each.name for each in fields(values)):
        old, new = getattr(account, name), getattr(values, name)
        if old != new:
            changes.append(Change("account", key, CHANGED, name, _text(old), _text(new)))
            setattr(account, name, new)
    if credentials:
        account.credentials = vault.lock(dumps([credentials.user, credentials.secret]))
        account.credentials_at = now
        changes.append(Change("account", key, CHANGED, "credentials", None, CHANGED))
    _must_be_possible(session, account)
    session.flush()
    record(session, changes, by=by, now=now)
    close_circuit(traffic_of(session, account.id))
    if hurry(session, account.id, now=now):
        jobs.enqueue(session, jobs.BUY_LABELS, account.id)
    return account


def _must_be_possible(session: Session, account: CarrierAccount) -> None:
    kind = KINDS[Carrier(account.carrier)]
    match SourceKind(account.source):
        case SourceKind.LIVE:
            if not kind.makes_labels:
                raise NoLiveLabelsError(field="source", carrier=kind.name)
            if not account.credentials:
                raise NoCredentialsError(field="user")
        case SourceKind.RANGE:
            if not account.certified:
                raise NotCertifiedError(field="certified", carrier=kind.name)
            if block_name(account) not in numbers_left_of(session, [block_name(account)]):
                raise NoBlockError(field="source", carrier=kind.name)


def _must_be_free(session: Session, name: str, account: CarrierAccount | None) -> None:
    if any(other.name == name and other is not account for other in all_accounts(session)):
        raise NameTakenError(field="name", name=name)


def _must_be_safe(host: str, example: str) -> None:
    """Raise `BadHostError` for an address to which credentials would travel in the open; this machine is safe."""
    if not host:
        return
    parts = urlsplit(host)
    here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
    if not parts.hostname or parts.username or not (parts.scheme == "https" or here):
        raise BadHostError(field="host", example=example)


def _text(value: object) -> str | None:
    return None if value in ("", None) else str(value)
