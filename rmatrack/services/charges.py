"""Charges: what happens to a proposal once it is made (SPEC R-9).

It follows its unit by itself: who comes in or moves withdraws it in the same transaction. Disputing is the partner's,
deciding is logistics'.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from rmatrack.db.charge_facts import facts_for_charges
from rmatrack.db.charge_lists import ChargeSeen, charge_with_id, charges_seen
from rmatrack.db.charges import (
    Charge,
    Moved,
    add_charges,
    charge_again,
    note_told,
    overtake_charges,
)
from rmatrack.db.recipients import partner_administrators
from rmatrack.domain.charges import (
    LONGEST_WORDS,
    ChargeCause,
    ChargeReasonError,
    ChargeState,
    DisputeWordsError,
    Withdrawal,
    decided,
    move,
)
from rmatrack.domain.due import due_on
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.mails import Mail, MailKind
from rmatrack.domain.people import SYSTEM, Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.services import news
from rmatrack.services.charge_evidence import gather
from rmatrack.services.history import record
from rmatrack.services.mail import send


def propose(
    session: Session, unit_ids: Collection[int], cause: ChargeCause, *, policy: Policy, by: Actor, now: datetime
) -> list[int]:
    """Propose a charge for each of the units, with the evidence; return the ids of those that are new.

    The partner is told by the next sweep. Of a unit and cause at most one stands.
    """
    window = policy.return_window_days
    facts, evidence = facts_for_charges(session, unit_ids), gather(session, unit_ids, window_days=window)
    models = policy.models
    rows = [
        {
            "unit_id": fact.unit_id,
            "order_id": fact.order_id,
            "cause": cause.value,
            "state": ChargeState.PROPOSED.value,
            "eula_expires_on": fact.eula_expires_on,
            "due_on": due_on(fact.eula_expires_on, window_days=window),
            "value": models[fact.model].value if fact.model in models else None,
            "currency": models[fact.model].currency if fact.model in models else "",
            "evidence": evidence[fact.unit_id],
            "proposed_at": now,
            "version": 1,
        }
        for fact in facts.values()
    ]
    made = add_charges(session, sorted(rows, key=lambda row: int(str(row["unit_id"]))))
    record(session, [_change(one, "charge proposed", reason=cause.value) for one in made], by=by, now=now)
    return [one.id for one in made]


def withdraw_charges(
    session: Session, unit_ids: Collection[int], because: Withdrawal, *, by: Actor, now: datetime
) -> None:
    """Withdraw what was proposed for units that came in, moved, or have another verdict; what was charged is to credit.

    Belongs in the transaction of what happened; without a proposal it is one statement.
    """
    if not unit_ids:
        return
    moved = overtake_charges(session, unit_ids, because, now=now)
    if not moved:
        return
    record(session, [_change(one, f"charge {one.state}", reason=because.value) for one in moved], by=by, now=now)
    told = [one.id for one in moved if one.notified_at or one.state == ChargeState.TO_CREDIT]
    said = {"because": because.value}
    send(session, _mails(session, MailKind.CHARGE_WITHDRAWN, told, said), now=now)


def charge_once_more(
    session: Session, unit_ids: Collection[int], cause: ChargeCause, *, by: Actor, now: datetime
) -> None:
    """Have what was to be credited stand again for units whose receipt, or whose other verdict, was taken back."""
    moved = charge_again(session, unit_ids, cause) if unit_ids else []
    record(session, [_change(one, f"charge {one.state}") for one in moved], by=by, now=now)


def note_partner_told(session: Session, unit_ids: Collection[int], *, now: datetime) -> None:
    """Note that the partner's administrators are told of the proposals for these units."""
    told = note_told(session, unit_ids, now=now) if unit_ids else []
    if not told:
        return
    record(session, [_change(one, f"charge {one.state}") for one in told], by=SYSTEM, now=now)
    ids = [one.id for one in told]
    news.charges_proposed(session, min(ids), {one.partner_id for one in charges_seen(session, ids)}, now=now)


def dispute(session: Session, charge_id: int, words: str, *, by: Actor, now: datetime) -> ChargeSeen:
    """Say as the partner what is not right about a charge; raises `NotFoundError`, `DisputeWordsError`."""
    by.must(Permission.DISPUTE_CHARGES)
    words = words.strip()[:LONGEST_WORDS]
    if not words:
        raise DisputeWordsError
    seen = _held(session, charge_id, by)
    charge = seen.charge
    charge.state = move(ChargeState(charge.state), ChargeState.DISPUTED).value
    charge.dispute, charge.disputed_at, charge.disputed_by = words, now, by.name
    session.flush()
    record(session, [_of(charge, "charge disputed", reason=words)], by=by, now=now)
    news.charge_disputed(session, charge.id, seen.serial, by=by, now=now)
    return seen


def decide(
    session: Session,
    charge_id: int,
    target: ChargeState,
    *,
    reason: str,
    value: Decimal | None = None,
    by: Actor,
    now: datetime,
) -> ChargeSeen:
    """Charge, waive or credit, with a reason that the partner is told; another *value* may be charged."""
    by.must(Permission.SETTLE)
    reason = reason.strip()[:LONGEST_WORDS]
    if not reason:
        raise ChargeReasonError
    seen = _held(session, charge_id, by)
    charge = seen.charge
    before = ChargeState(charge.state)
    charge.state = decided(before, target).value
    charge.reason, charge.decided_at, charge.decided_by = reason, now, by.name
    if value is not None and target is ChargeState.ACCEPTED:
        charge.value = value
    session.flush()
    record(session, [_of(charge, f"charge {target}", old=before, new=target, reason=reason)], by=by, now=now)
    news.charge_decided(session, charge.id, seen.partner_id, seen.serial, target, by=by, now=now)
    said = {"decision": target.value, "because": reason}
    send(session, _mails(session, MailKind.CHARGE_DECIDED, [charge.id], said), now=now)
    return seen


def charge_seen(session: Session, charge_id: int, *, seen_by: Actor) -> ChargeSeen:
    """Return one proposal; raises `NotFoundError`."""
    seen_by.must(Permission.SEE_CHARGES)
    seen = charge_with_id(session, charge_id, seen_by=seen_by)
    if seen is None:
        raise NotFoundError
    return seen


def _held(session: Session, charge_id: int, by: Actor) -> ChargeSeen:
    seen = charge_with_id(session, charge_id, seen_by=by, lock=True)
    if seen is None:
        raise NotFoundError
    return seen


def _mails(session: Session, kind: MailKind, charge_ids: Sequence[int], said: dict[str, str]) -> Iterable[Mail]:
    """Yield a mail for each proposal and administrator of its partner."""
    if not charge_ids:
        return
    seen = charges_seen(session, charge_ids)
    people = partner_administrators(session, {one.partner_id for one in seen})
    for one in seen:
        for to in people[one.partner_id]:
            yield Mail(
                kind=kind,
                to=to,
                key=f"{kind}:{one.charge.id}.{one.charge.version}:{to.email}",
                params={
                    "customer": one.customer,
                    "partner": one.partner,
                    "order": one.order,
                    "device": f"{one.model} · {one.serial}",
                    "credit": one.charge.state == ChargeState.TO_CREDIT,
                    "charge": one.charge.id,
                    **said,
                },
                order_id=one.charge.order_id,
            )


def _of(
    charge: Charge, deed: str, *, old: str | None = None, new: str | None = None, reason: str | None = None
) -> Change:
    return Change(
        "charge",
        str(charge.id),
        deed,
        "status" if new else None,
        old,
        new,
        reason,
        order_id=charge.order_id,
        unit_id=charge.unit_id,
    )


def _change(one: Moved, deed: str, *, reason: str | None = None) -> Change:
    return Change("charge", str(one.id), deed, reason=reason, order_id=one.order_id, unit_id=one.unit_id)
