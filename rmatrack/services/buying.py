"""Labels that the carrier makes: wanted, and bought once whatever happens on the line (SPEC C-6, C-9).

Each step with a carrier is three: `begin_turn` writes down what will be asked and commits, `Turn.take` asks with no
transaction open, `finish_turn` writes down what came of it. What is asked, and what a lost answer means, is decided by
`carriers.intents`; a turn that its worker did not live to finish becomes doubtful when it has aged, and the carrier is
asked by reference before anything is bought again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from carriers import intents as kit
from carriers.errors import CarrierUnclearError
from carriers.intents import Intent
from carriers.kinds import KINDS
from carriers.live import LAST
from carriers.shipment import Carrier, Shipment
from carriers.sources import Issued, SourceKind
from rmatrack.db import jobs
from rmatrack.db.blobs import keep_blob
from rmatrack.db.carrier_accounts import CarrierAccount
from rmatrack.db.intents import LabelIntent, add_intents, take_intent, take_look_back
from rmatrack.db.label_batches import wake_batches
from rmatrack.db.label_requests import give_label
from rmatrack.db.labels import Label, add_labels, keep_documents, newest_labels
from rmatrack.db.numbers import open_sequence, take_numbers
from rmatrack.db.orders import Unit
from rmatrack.domain.history import Change
from rmatrack.domain.intents import IntentState
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.people import SYSTEM, Actor, PersonId, Role
from rmatrack.services.buying_turns import LOOK_AGAIN, Deed, Outcome, Turn
from rmatrack.services.carrier_lines import AccountLine, note_call, open_line
from rmatrack.services.goods import goods_kept
from rmatrack.services.history import record
from rmatrack.services.kept_sentences import kept, sentence_of, told
from rmatrack.services.label_content import kept_shipment
from rmatrack.services.voiding import supersede, void_numbers
from rmatrack.services.working_days import working_days

TURN = timedelta(minutes=5)
"""So long a turn may last; past it, its worker counts as dead. A carrier is asked up to four things in one."""

LOOKED_BACK = timedelta(days=1)
"""So long after a label was made the carrier is asked once more what else it made."""

LEAVES_AT = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label to be bought for a unit: what it is to say, and which label it stands in for."""

    unit_id: int
    rma_id: int
    order_id: int
    attempt: int
    content: Mapping[str, object]
    replaces_id: int | None = None
    reason: str | None = None


def want_labels(
    session: Session, account: CarrierAccount, wanted: Iterable[Wanted], *, by: Actor, now: datetime
) -> None:
    """Write down that labels are to be bought; a unit that waits for one already goes on waiting for that one."""
    all_wanted = {each.unit_id: each for each in wanted}
    new = add_intents(session, [_row(account, each, by, now) for each in all_wanted.values()])
    if not new:
        return
    name = KINDS[Carrier(account.carrier)].name
    record(
        session,
        [
            Change("label", name, "wanted", reason=each.reason, order_id=each.order_id, unit_id=unit_id)
            for unit_id, each in all_wanted.items()
            if unit_id in new
        ],
        by=by,
        now=now,
    )
    jobs.enqueue(session, jobs.BUY_LABELS, account.id)


def begin_turn(session: Session, intent_id: int, *, now: datetime) -> Turn | None:
    """Take up an intent that is due and write down what will be asked; `None` where there is nothing to ask now."""
    row = take_intent(session, intent_id, now=now, until=now + TURN)
    if row is None:
        return None
    account = session.get_one(CarrierAccount, row.account_id)
    if row.state == IntentState.CALLING:
        _doubt(row, now)
        session.flush()
        return None
    if row.state == IntentState.WANTED and session.get_one(Unit, row.unit_id).settled_at is not None:
        _end(session, row, IntentState.DROPPED, now=now)
        return None
    if closed := open_line(session, account, now=now):
        row.due_at, row.why, row.claimed_until = closed.until, kept(closed.why), None
        session.flush()
        return None
    deed = Deed.SETTLE if row.state == IntentState.UNCLEAR else Deed.BUY
    if deed is Deed.BUY:
        begun = kit.begin(_intent(row), _reference(session, account), now)
        row.state, row.running, row.called_at = IntentState.CALLING.value, begun.running, begun.called_at
    session.flush()
    return _turn(session, row, account, deed, now)


def begin_look_back(session: Session, intent_id: int, *, now: datetime) -> Turn | None:
    """Take up an intent that is over, to ask once more what was made for it."""
    row = take_look_back(session, intent_id, now=now, until=now + LOOK_AGAIN)
    if row is None:
        return None
    account = session.get_one(CarrierAccount, row.account_id)
    if closed := open_line(session, account, now=now):
        row.look_back_at = closed.until
        session.flush()
        return None
    session.flush()
    return _turn(session, row, account, Deed.LOOK_BACK, now)


def finish_turn(session: Session, turn: Turn, outcome: Outcome, *, now: datetime) -> None:
    """Write down what came of a turn. One that lasted too long is somebody else's now, who asks what it made."""
    note_call(session, turn.account.id, outcome.heard, outcome.error, now=now)
    row = session.get_one(LabelIntent, turn.intent_id)
    if row.version != turn.version:
        return
    made, failed = outcome.intent, outcome.error
    _give_back(session, row, made.stray, now=now)
    if turn.deed is Deed.LOOK_BACK:
        row.look_back_at = now + LOOK_AGAIN if failed else None
        session.flush()
        return
    row.running, row.failures, row.due_at = made.running, made.failures, made.due_at
    row.doubtful, row.claimed_until = list(made.doubtful), None
    if failed:
        row.why = kept(sentence_of(failed.message, failed.params))
    match made.state:
        case kit.IntentState.MADE if made.issued:
            _keep_label(session, row, made.issued, now=now)
        case kit.IntentState.REFUSED:
            _refuse(session, row, now=now)
        case _:
            row.state = made.state.value
            session.flush()


def _row(account: CarrierAccount, wanted: Wanted, by: Actor, now: datetime) -> dict[str, object]:
    return {
        "account_id": account.id,
        "carrier": account.carrier,
        "unit_id": wanted.unit_id,
        "rma_id": wanted.rma_id,
        "order_id": wanted.order_id,
        "attempt": wanted.attempt,
        "content": dict(wanted.content),
        "replaces_id": wanted.replaces_id,
        "reason": wanted.reason,
        "by_id": by.person_id,
        "by_name": by.name,
        "by_role": by.role.value,
        "state": IntentState.WANTED.value,
        "failures": 0,
        "doubtful": [],
        "due_at": now,
        "created_at": now,
        "version": 1,
    }


def _keep_label(session: Session, row: LabelIntent, issued: Issued, *, now: datetime) -> None:
    """Make the label of what was bought; a number that came too late for its unit is given back."""
    newest = newest_labels(session, [row.unit_id]).get(row.unit_id)
    if newest is not None and newest.id != row.replaces_id and newest.state not in DEAD:
        _give_back(session, row, (issued.number,), now=now)
        _end(session, row, IntentState.DROPPED, now=now)
        return
    image = issued.documents[0] if issued.documents else None
    kind = KINDS[Carrier(row.carrier)]
    label = {
        "rma_id": row.rma_id,
        "unit_id": row.unit_id,
        "attempt": newest.attempt + 1 if newest else 1,
        "carrier": row.carrier,
        "service": kind.service,
        "source": SourceKind.LIVE.value,
        "number": issued.number,
        "piece": issued.piece_id,
        "state": LabelState.INTENT.value,
        "content": dict(row.content),
        "account_id": row.account_id,
        "image_digest": keep_blob(session, image.content, image.media_type, now=now) if image else None,
        "created_at": now,
        "version": 1,
    }
    if not add_labels(session, [label]):
        _give_back(session, row, (issued.number,), now=now)
        _end(session, row, IntentState.DROPPED, now=now)
        return
    kept_label = newest_labels(session, [row.unit_id])[row.unit_id]
    keep_documents(session, kept_label.id, issued.documents, now=now)
    record(session, [_change(row, issued.number, "issued", "number", None, issued.number)], by=_asker(row), now=now)
    if newest is not None and newest.id == row.replaces_id and newest.state not in DEAD:
        supersede(session, newest, kept_label.id, by=_asker(row), now=now, reason=row.reason)
    give_label(session, row.id, kept_label.id)
    row.label_id, row.why = kept_label.id, None
    _end(session, row, IntentState.MADE, now=now)


def _refuse(session: Session, row: LabelIntent, *, now: datetime) -> None:
    name = KINDS[Carrier(row.carrier)].name
    record(session, [_change(row, name, "refused", reason=str(told(row.why)) if row.why else None)], by=SYSTEM, now=now)
    _end(session, row, IntentState.REFUSED, now=now)


def _end(session: Session, row: LabelIntent, state: IntentState, *, now: datetime) -> None:
    used = row.running is not None or row.doubtful
    row.state, row.ended_at, row.claimed_until = state.value, now, None
    row.look_back_at = now + LOOKED_BACK if used else None
    session.flush()
    wake(session)


def wake(session: Session) -> None:
    """Put in line the batches that waited for labels and wait for none any more."""
    for batch_id in wake_batches(session):
        jobs.enqueue(session, jobs.DRAW_LABELS, batch_id)


def _give_back(session: Session, row: LabelIntent, numbers: Sequence[str], *, now: datetime) -> None:
    if not numbers:
        return
    new = void_numbers(session, row.account_id, Carrier(row.carrier), numbers, intent_id=row.id, now=now)
    record(session, [_change(row, number, "void asked") for number in sorted(new)], by=SYSTEM, now=now)


def _doubt(row: LabelIntent, now: datetime) -> None:
    doubted = kit.doubt(_intent(row), Carrier(row.carrier), now)
    lost = CarrierUnclearError(carrier=KINDS[Carrier(row.carrier)].name)
    row.state, row.failures, row.due_at = IntentState.UNCLEAR.value, doubted.failures, now
    row.why, row.claimed_until = kept(sentence_of(lost.message, lost.params)), None


def _turn(session: Session, row: LabelIntent, account: CarrierAccount, deed: Deed, now: datetime) -> Turn:
    intent = _intent(row)
    if row.label_id is not None:
        intent = replace(intent, issued=Issued(session.get_one(Label, row.label_id).number, SourceKind.LIVE))
    leaves_at = _next_working_day(intent.shipment, now)
    return Turn(row.id, row.version, deed, AccountLine.of(account), intent, leaves_at, goods_kept(row.content))


def _intent(row: LabelIntent) -> Intent:
    return Intent(
        shipment=kept_shipment(row.content),
        due_at=row.due_at,
        state=kit.IntentState(row.state) if row.state != IntentState.DROPPED else kit.IntentState.REFUSED,
        running=row.running,
        called_at=row.called_at,
        failures=row.failures,
        doubtful=tuple(row.doubtful),
    )


def _reference(session: Session, account: CarrierAccount) -> int:
    name = f"label:account:{account.id}:live"
    open_sequence(session, name, 1, LAST)
    taken = take_numbers(session, name, 1)
    assert taken is not None  # noqa: S101  There are a billion of them.
    return taken.start


def _next_working_day(shipment: Shipment, now: datetime) -> datetime:
    works = working_days(shipment.ship_from.country, shipment.ship_from.state)
    days = (now.date() + timedelta(days=ahead) for ahead in range(1, 10))
    return datetime.combine(next((day for day in days if works(day)), now.date() + timedelta(days=1)), LEAVES_AT)


def _asker(row: LabelIntent) -> Actor:
    """Return whoever wanted the label, for history; may nothing more."""
    person_id = PersonId(row.by_id) if row.by_id is not None else None
    return Actor(person_id, row.by_name, Role(row.by_role), None, frozenset())


def _change(
    row: LabelIntent,
    key: str,
    deed: str,
    field: str | None = None,
    old: str | None = None,
    new: str | None = None,
    reason: str | None = None,
) -> Change:
    return Change("label", key, deed, field, old, new, reason or row.reason, order_id=row.order_id, unit_id=row.unit_id)
