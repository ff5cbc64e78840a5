"""Where label numbers come from, per carrier account: a specimen range, a range allotted by the carrier, or live (C-9).

Running numbers are set aside in one guarded UPDATE, so that two workers never take one number; a source of the
shipping kit then makes the carrier's number of each. A live source, which asks the carrier, is one more `NumberSource`
to choose in `_set_aside`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from carriers.shipment import Carrier, Shipment
from carriers.sources import SPECIMENS, DhlNumbers, Issued, NumberSource, SourceKind, SsccNumbers, UpsNumbers
from rmatrack.db.labels import CarrierAccount, carrier_accounts
from rmatrack.db.numbers import numbers_left, open_sequence, take_numbers
from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.sentences import Sentence
from rmatrack.services.history import record

NEARLY_USED_UP = 500
"""So few numbers left in an allotted range that somebody should ask for more."""

_WARNING = _("Only %(left)s %(carrier)s numbers are left. Ask the carrier for a new block and enter it.")


class NumbersUsedUpError(RuleBrokenError):
    """The allotted block has fewer numbers left than were asked for."""

    code = "numbers-used-up"
    message = _(
        "%(needed)s %(carrier)s numbers are needed and %(left)s are left. Ask the carrier for a new block and enter it."
    )


class NotConnectedError(RuleBrokenError):
    """The account takes its numbers from the carrier, and nothing here can ask it."""

    code = "carrier-not-connected"
    message = _(
        "This account takes its numbers from %(carrier)s, which is not connected. Choose another source for them."
    )


class NotCertifiedError(RuleBrokenError):
    """Only an account that the carrier certified may print from a block."""

    code = "account-not-certified"
    message = _("%(carrier)s has not certified this account to print its own labels. Only specimens can be printed.")


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


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of some shipments, in their order, and a warning where few are left."""

    issued: tuple[Issued, ...]
    warning: Sentence | None = None


def issue_numbers(session: Session, carrier: Carrier, shipments: Sequence[Shipment]) -> Numbers:
    """Give each of *shipments* its number from our account with *carrier*; without an account they are specimens.

    Raises `NumbersUsedUpError`, `NotConnectedError`, or `carriers.errors.BadNumberError` where an account's own
    number has the wrong shape; then no number was taken.
    """
    with session.begin_nested():
        account = carrier_accounts(session).get(carrier)
        source, running, left = _set_aside(session, carrier, account, len(shipments))
        issued = tuple(map(source.issue, shipments, running))
    few = left is not None and left < NEARLY_USED_UP
    return Numbers(issued, Sentence(_WARNING, {"left": left, "carrier": carrier.name}) if few else None)


def allot_block(
    session: Session,
    carrier: Carrier,
    *,
    shipper_number: str,
    certified: bool,
    block: Block,
    pieces: Block | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Let our account with *carrier* number its labels from *block* from now on; what an older block had left is lost.

    DHL's needs *pieces* too. Raises `NotCertifiedError` and `BadBlockError`.
    """
    by.must(Permission.MANAGE_PEOPLE)
    if not certified:
        raise NotCertifiedError(carrier=carrier.name)
    if block.size < 1 or (carrier is Carrier.DHL and (pieces is None or pieces.size < block.size)):
        raise BadBlockError(field="block")
    account = carrier_accounts(session).get(carrier) or CarrierAccount(carrier=carrier)
    before = account.source
    account.source, account.shipper_number, account.certified = SourceKind.RANGE, shipper_number, certified
    session.add(account)
    open_sequence(session, _block_name(carrier), block.first, block.last, anew=True)
    if pieces:
        open_sequence(session, _pieces_name(carrier), pieces.first, pieces.last, anew=True)
    numbers = f"{SourceKind.RANGE} {block.first}–{block.last}"
    change = Change("account", carrier, "block-allotted", "source", before, numbers)
    record(session, [change], by=by, now=now)


def _set_aside(
    session: Session, carrier: Carrier, account: CarrierAccount | None, count: int
) -> tuple[NumberSource, range, int | None]:
    """Return a source, *count* running numbers for it, and how many its block has left, where it ends soon."""
    kind = SourceKind(account.source) if account else SourceKind.SPECIMEN
    if kind is SourceKind.LIVE:
        raise NotConnectedError(carrier=carrier.name)
    if account is None or kind is SourceKind.SPECIMEN:
        specimens = SPECIMENS[carrier]
        name = f"label:{carrier}:specimen"
        open_sequence(session, name, specimens.first, specimens.last)
        return specimens, _take(session, name, count, carrier), None
    taken = _take(session, _block_name(carrier), count, carrier)
    return _range(session, account, taken), taken, numbers_left(session, _block_name(carrier))


def _range(session: Session, account: CarrierAccount, taken: range) -> NumberSource:
    carrier, shipper = Carrier(account.carrier), account.shipper_number
    first, last = taken.start, taken.stop - 1
    match carrier:
        case Carrier.UPS:
            return UpsNumbers(shipper, first, last)
        case Carrier.DHL:
            pieces = _take(session, _pieces_name(carrier), len(taken), carrier)
            return DhlNumbers(first, last, first_piece=pieces.start)
        case Carrier.EXPEDITORS:
            return SsccNumbers(shipper, first, last)


def _take(session: Session, name: str, count: int, carrier: Carrier) -> range:
    taken = take_numbers(session, name, count)
    if taken is None:
        raise NumbersUsedUpError(needed=count, left=numbers_left(session, name) or 0, carrier=carrier.name)
    return taken


def _block_name(carrier: Carrier) -> str:
    return f"label:{carrier}:range"


def _pieces_name(carrier: Carrier) -> str:
    return f"label:{carrier}:range:pieces"
