"""Where label numbers come from that are ours to give: a specimen range, or a block that the carrier allotted (C-9).

Running numbers are set aside in one guarded UPDATE, so that two workers never take one number; a source of the
shipping kit then makes the carrier's number of each. The third kind of source, live, is `rmatrack.services.buying`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from carriers.kinds import KINDS, Taken
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, NumberSource, SourceKind
from rmatrack.db.carrier_accounts import CarrierAccount
from rmatrack.db.numbers import numbers_left, open_sequence, take_numbers
from rmatrack.domain.errors import RuleBrokenError, _
from rmatrack.domain.sentences import Sentence

NEARLY_USED_UP = 500
"""So few numbers left in an allotted range that somebody should ask for more."""

WARNING = _("Only %(left)s %(carrier)s numbers are left. Ask the carrier for a new block and enter it.")


class NumbersUsedUpError(RuleBrokenError):
    """The allotted block has fewer numbers left than were asked for."""

    code = "numbers-used-up"
    message = _(
        "%(needed)s %(carrier)s numbers are needed and %(left)s are left. Ask the carrier for a new block and enter it."
    )


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of some shipments, in their order, and a warning where few are left."""

    issued: tuple[Issued, ...]
    warning: Sentence | None = None


def issue_numbers(
    session: Session, carrier: Carrier, account: CarrierAccount | None, shipments: Sequence[Shipment]
) -> Numbers:
    """Give each of *shipments* its number from *account*; without one they are specimens.

    Raises `NumbersUsedUpError`, or `carriers.errors.BadNumberError` where an account's own number has the wrong
    shape; then no number was taken.
    """
    with session.begin_nested():
        source, running, left = _set_aside(session, carrier, account, len(shipments))
        issued = tuple(map(source.issue, shipments, running))
    few = left is not None and left < NEARLY_USED_UP
    return Numbers(issued, nearly_used_up(carrier, left) if few else None)


def nearly_used_up(carrier: Carrier, left: int | None) -> Sentence:
    """Return the warning that a block ends soon."""
    return Sentence(WARNING, {"left": left, "carrier": KINDS[carrier].name})


def block_name(account: CarrierAccount) -> str:
    """Return the name of the sequence that counts through the account's block."""
    return f"label:account:{account.id}:range"


def pieces_name(account: CarrierAccount) -> str:
    """Return the name of the sequence for the piece numbers beside the block."""
    return f"{block_name(account)}:pieces"


def _set_aside(
    session: Session, carrier: Carrier, account: CarrierAccount | None, count: int
) -> tuple[NumberSource, range, int | None]:
    """Return a source, *count* running numbers for it, and how many its block has left, where it ends soon."""
    kind = KINDS[carrier]
    if account is None or account.source != SourceKind.RANGE:
        name = f"label:{carrier}:specimen"
        open_sequence(session, name, kind.specimens.first, kind.specimens.last)
        return kind.specimens, _take(session, name, count, carrier), None
    taken = _take(session, block_name(account), count, carrier)
    pieces = _take(session, pieces_name(account), count, carrier) if kind.has_pieces else None
    source = kind.block(account.shipper_number, Taken(taken, pieces))
    return source, taken, numbers_left(session, block_name(account))


def _take(session: Session, name: str, count: int, carrier: Carrier) -> range:
    taken = take_numbers(session, name, count)
    if taken is None:
        left = numbers_left(session, name) or 0
        raise NumbersUsedUpError(needed=count, left=left, carrier=KINDS[carrier].name)
    return taken
