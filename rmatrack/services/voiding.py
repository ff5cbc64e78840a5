"""Numbers that a carrier made and that are not to be used: superseded labels, and what a lost answer left (C-6).

Each is asked to be taken back where the carrier does that, and stays in sight where it does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from carriers.errors import CarrierUnavailableError, ShippingError
from carriers.http import Exchange
from carriers.kinds import KINDS
from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db import jobs
from rmatrack.db.carrier_accounts import CarrierAccount
from rmatrack.db.intents import NumberToVoid, add_voids, take_void
from rmatrack.db.labels import Label
from rmatrack.db.orders import Unit
from rmatrack.domain.errors import RmatrackError, _
from rmatrack.domain.history import Change
from rmatrack.domain.intents import VoidState
from rmatrack.domain.labels import NEXT, LabelState
from rmatrack.domain.people import SYSTEM, Actor
from rmatrack.domain.sentences import Sentence
from rmatrack.services.carrier_lines import AccountLine, Lines, note_call, open_line
from rmatrack.services.history import record
from rmatrack.services.kept_sentences import kept, sentence_of

TURN = timedelta(minutes=5)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)

TAKES_NOTHING_BACK = _(
    "%(carrier)s made %(number)s, and nobody uses it. It takes nothing back; unused it costs nothing. If it turns up on"
    " a box, somebody looks at it."
)
TOO_LATE = _("%(carrier)s does not take %(number)s back any more. If it turns up on a box, somebody looks at it.")


@dataclass(frozen=True, slots=True)
class VoidTurn:
    """What one worker asks about one number, free of any session."""

    void_id: int
    account: AccountLine
    number: str

    def take(self, lines: Lines) -> "Voided":
        """Ask the carrier to take the number back. No transaction may be open."""
        with lines.listening() as heard:
            try:
                return Voided(lines.to(self.account).void(self.number), heard, None)
            except (ShippingError, RmatrackError) as error:
                return Voided(False, heard, error)


@dataclass(frozen=True, slots=True)
class Voided:
    """What came of it."""

    done: bool
    heard: Sequence[Exchange]
    error: ShippingError | RmatrackError | None


def begin_void(session: Session, void_id: int, *, now: datetime) -> VoidTurn | None:
    """Take up a number to be taken back; `None` where somebody else does, or the carrier may not be asked now."""
    row = take_void(session, void_id, now=now, until=now + TURN)
    if row is None:
        return None
    account = session.get_one(CarrierAccount, row.account_id)
    if closed := open_line(session, account, now=now):
        row.due_at, row.claimed_until, row.why = closed.until, None, kept(closed.why)
        session.flush()
        return None
    return VoidTurn(row.id, AccountLine.of(account), row.number)


def finish_void(session: Session, turn: VoidTurn, outcome: Voided, *, now: datetime) -> None:
    """Write down what came of it: taken back, not any more, or to be asked again. Asking twice does no harm."""
    note_call(session, turn.account.id, outcome.heard, outcome.error, now=now)
    row = session.get_one(NumberToVoid, turn.void_id)
    if row.state != VoidState.WANTED:
        return
    row.claimed_until = None
    if isinstance(outcome.error, CarrierUnavailableError | RmatrackError):
        row.failures += 1
        row.due_at = now + min(FIRST_WAIT * 2 ** min(row.failures - 1, 10), LONGEST_WAIT)
        row.why = kept(sentence_of(outcome.error.message, outcome.error.params))
        session.flush()
        return
    row.ended_at, row.state = now, (VoidState.VOIDED if outcome.done else VoidState.REFUSED).value
    carrier = KINDS[Carrier(row.carrier)].name
    row.why = None if outcome.done else kept(Sentence(TOO_LATE, {"carrier": carrier, "number": row.number}))
    session.flush()
    _tell(session, row, outcome.done, now=now)


def void_numbers(
    session: Session,
    account_id: int,
    carrier: Carrier,
    numbers: Sequence[str],
    *,
    label_id: int | None = None,
    intent_id: int | None = None,
    now: datetime,
) -> set[str]:
    """Ask for numbers to be taken back; where the carrier takes nothing back, they are kept for somebody to see."""
    kind = KINDS[carrier]
    rows = [
        {
            "account_id": account_id,
            "carrier": carrier.value,
            "number": number,
            "label_id": label_id,
            "intent_id": intent_id,
            "state": (VoidState.WANTED if kind.voids else VoidState.REFUSED).value,
            "failures": 0,
            "due_at": now,
            "why": None if kind.voids else kept(Sentence(TAKES_NOTHING_BACK, {"carrier": kind.name, "number": number})),
            "created_at": now,
            "ended_at": None if kind.voids else now,
        }
        for number in dict.fromkeys(numbers)
    ]
    new = add_voids(session, rows)
    if new and kind.voids:
        jobs.enqueue(session, jobs.BUY_LABELS, account_id)
    return new


def supersede(
    session: Session, old: Label, new_id: int | None, *, by: Actor, now: datetime, reason: str | None
) -> None:
    """Let *old* be replaced by the label *new_id*, and have it voided where the carrier made it and takes it back.

    One that never left, of a carrier that takes nothing back, stays in sight among the numbers that nobody uses.
    """
    before, order_id = old.state, session.get_one(Unit, old.unit_id).order_id
    state = LabelState(old.state)
    if LabelState.SUPERSEDED in NEXT[state]:
        state = LabelState.SUPERSEDED
    if _can_be_voided(old, state) and old.account_id is not None:
        void_numbers(session, old.account_id, Carrier(old.carrier), [old.number], label_id=old.id, now=now)
        state = LabelState.VOID_REQUESTED
    elif _stays_unused(old) and old.account_id is not None:
        void_numbers(session, old.account_id, Carrier(old.carrier), [old.number], label_id=old.id, now=now)
    old.state, old.superseded_by_id = state, new_id
    session.flush()
    change = Change(
        "label", old.number, "superseded", "state", before, state, reason, order_id=order_id, unit_id=old.unit_id
    )
    record(session, [change], by=by, now=now)


def _tell(session: Session, row: NumberToVoid, done: bool, *, now: datetime) -> None:
    """Move the label that the number is of, if any, and write it down."""
    label = session.get(Label, row.label_id) if row.label_id is not None else None
    deed = "voided" if done else "void refused"
    if label is None:
        record(session, [Change("label", row.number, deed)], by=SYSTEM, now=now)
        return
    before, target = LabelState(label.state), LabelState.VOIDED if done else LabelState.VOID_FAILED
    if target in NEXT[before]:
        label.state = target
        session.flush()
    order_id = session.get_one(Unit, label.unit_id).order_id
    change = Change("label", label.number, deed, "state", before, label.state, order_id=order_id, unit_id=label.unit_id)
    record(session, [change], by=SYSTEM, now=now)


def _stays_unused(label: Label) -> bool:
    """Say whether the carrier made a label that never left, and does not take it back."""
    is_live = label.source == SourceKind.LIVE and not KINDS[Carrier(label.carrier)].voids
    return is_live and label.released_at is None


def _can_be_voided(label: Label, state: LabelState) -> bool:
    is_live = label.source == SourceKind.LIVE and KINDS[Carrier(label.carrier)].voids
    return is_live and LabelState.VOID_REQUESTED in NEXT[state]
