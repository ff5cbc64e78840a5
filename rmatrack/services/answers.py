"""Answers to reminders: given by signed links without an account, settled by logistics (SPEC R-8).

An answer replaces an earlier one about the same thing; the same said twice changes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from carriers import recognise
from carriers.recognise import Kind
from rmatrack.db.answers import (
    AnswerSeen,
    ReturnAnswer,
    answer_with_id,
    answers_of_order,
    close_answers,
    open_answers,
    order_answered_for,
    units_to_answer_for,
)
from rmatrack.db.consent_questions import administrator_with_id
from rmatrack.db.order_pages import units_of
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Person
from rmatrack.db.recipients import partner_administrators
from rmatrack.domain.answers import (
    LONGEST_NOTE,
    PURPOSES,
    TOPICS,
    AllBackError,
    AnswerKind,
    AnswerState,
    DecisionReasonError,
    Said,
    Topic,
    TrackingError,
    checked,
    move,
)
from rmatrack.domain.consent import LinkError
from rmatrack.domain.due import due_on, today_in
from rmatrack.domain.errors import ConflictError, NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.mails import Link, Mail, MailKind
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import LONGEST_NAME, SYSTEM, Actor, PartnerId, Permission, PersonId, Role
from rmatrack.domain.policy import Carrier, Policy
from rmatrack.services import news
from rmatrack.services.history import record
from rmatrack.services.mail import send
from rmatrack.services.settling import settle

_CARRIERS: dict[Kind, Carrier] = {
    Kind.UPS_TRACKING: Carrier.UPS,
    Kind.DHL_PIECE: Carrier.DHL,
    Kind.DHL_WAYBILL: Carrier.DHL,
    Kind.SSCC: Carrier.EXPEDITORS,
}
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The page behind a link: who reads it, what is still out with its due days, what was answered before."""

    kind: AnswerKind
    order: DemoOrder
    reader: Actor
    today: date
    out: Sequence[Unit]
    due_on: date | None
    given: Sequence[AnswerSeen]


def asked(session: Session, link: Link, *, policy: Policy, now: datetime) -> Asked:
    """Return what a link asks; raises `LinkError` where it leads nowhere."""
    kind = PURPOSES.get(link.purpose)
    order = order_answered_for(session, link.subject_id)
    if kind is None or order is None:
        raise LinkError
    reader = reader_of(session, link, order)
    out = [unit for unit in units_of(session, order.id) if unit.settled_at is None]
    return Asked(
        kind=kind,
        order=order,
        reader=reader,
        today=today_in(order.customer.zone, now),
        out=out,
        due_on=min((due_on(unit.eula_expires_on, window_days=policy.return_window_days) for unit in out), default=None),
        given=[one for one in answers_of_order(session, order.id, seen_by=SYSTEM) if one.state == AnswerState.OPEN],
    )


def reader_of(session: Session, link: Link, order: DemoOrder) -> Actor:
    """Return on whose behalf a link acts: for the one order's sake, and only while the person still belongs to it."""
    permissions = frozenset({Permission.SEE_ORDERS, Permission.ASK_REPLACEMENT_LABEL})
    partner = PartnerId(order.partner_id)
    if link.person_id is not None:
        person = session.get(Person, link.person_id)
        if person is None or not person.active or person.partner_id != order.partner_id:
            raise LinkError
        return Actor(PersonId(person.id), person.name, Role(person.role), partner, permissions)
    administrator = administrator_with_id(session, link.administrator_id)
    if administrator is None or administrator.customer_id != order.customer_id:
        raise LinkError
    name = (administrator.name or administrator.email)[:LONGEST_NAME]
    return Actor(None, name, Role.CUSTOMER_ADMINISTRATOR, partner, permissions)


def recognised(said: Said, typed: str) -> Said:
    """Return *said* with the tracking number that was *typed*, if any; raises `TrackingError`."""
    if not typed.strip():
        return said
    found = recognise.recognise(typed)
    if found is None or found.holds is False or found.kind not in _CARRIERS:
        raise TrackingError(typed.strip())
    return replace(said, carrier=_CARRIERS[found.kind].value, tracking=found.number)


def answer(session: Session, link: Link, said: Said, *, policy: Policy, now: datetime) -> list[ReturnAnswer]:
    """Give an answer; return those that stand for the units that it is about.

    Raises `LinkError`, `AllBackError` where nothing is out any more, and what the answer lacks.
    """
    page = asked(session, link, policy=policy, now=now)
    order = page.order
    out = units_to_answer_for(session, order.id)
    if not out:
        raise AllBackError(order.number)
    about = [unit for unit in out if unit.id in said.unit_ids]
    said = replace(said, kind=page.kind, unit_ids=[unit.id for unit in about], note=said.note.strip()[:LONGEST_NOTE])
    checked(said, shipped_on=order.shipped_on, today=page.today)
    return write_answers(session, order, about, said, by=page.reader, now=now)


def write_answers(
    session: Session, order: DemoOrder, about: Sequence[Unit], said: Said, *, by: Actor, now: datetime
) -> list[ReturnAnswer]:
    """Write what was checked about units of an order that are held, and return the answers that stand for them."""
    standing = {one.unit_id: one for one in open_answers(session, said.unit_ids, TOPICS[said.kind])}
    new = [unit for unit in about if unit.id not in standing or not _says(standing[unit.id], said)]
    replaced = [standing[unit.id].id for unit in new if unit.id in standing]
    if replaced:
        close_answers(session, replaced, AnswerState.REPLACED, by_name=by.name, now=now, reason=None)
    made = {unit.id: _row(order, unit, said, by=by, now=now) for unit in new}
    session.add_all(made.values())
    session.flush()
    changes = [
        Change(
            "unit",
            unit.serial,
            f"answered: {said.kind}",
            reason=_words(said) or None,
            order_id=order.id,
            unit_id=unit.id,
        )
        for unit in new
    ]
    record(session, changes, by=by, now=now)
    if said.kind is AnswerKind.BUY and new:
        wish_id = made[new[0].id].id
        send(session, _wishes(session, order, new, said, by, wish_id), now=now)
        news.buying_wished(session, wish_id, order.partner_id, order.customer.name, now=now)
    return [made.get(unit.id) or standing[unit.id] for unit in about]


def _says(answered: ReturnAnswer, said: Said) -> bool:
    """Say whether somebody said the same before."""
    before = (answered.kind, answered.sent_on, answered.tracking, answered.note)
    return before == (said.kind.value, said.sent_on, said.tracking, said.note)


def _row(order: DemoOrder, unit: Unit, said: Said, *, by: Actor, now: datetime) -> ReturnAnswer:
    return ReturnAnswer(
        unit_id=unit.id,
        order_id=order.id,
        kind=said.kind.value,
        topic=TOPICS[said.kind].value,
        state=AnswerState.OPEN.value,
        sent_on=said.sent_on,
        carrier=said.carrier,
        tracking=said.tracking,
        note=said.note,
        given_at=now,
        given_by=by.name,
    )


def _words(said: Said) -> str:
    told = [said.sent_on.isoformat() if said.sent_on else "", said.tracking, said.note]
    return " · ".join(part for part in told if part)[:LONGEST_REASON]


def _wishes(
    session: Session, order: DemoOrder, units: Sequence[Unit], said: Said, by: Actor, wish_id: int
) -> list[Mail]:
    """Return the mails that pass the wish on to the partner's administrators."""
    return [
        Mail(
            kind=MailKind.RETURN_WISH,
            to=to,
            key=f"return-wish:{wish_id}:{to.email}",
            params={
                "customer": order.customer.name,
                "partner": order.partner.name,
                "order": order.number,
                "units": len(units),
                "devices": [f"{unit.model} · {unit.serial}" for unit in units],
                "by": by.name,
                "note": said.note,
            },
            order_id=order.id,
        )
        for to in partner_administrators(session, [order.partner_id])[order.partner_id]
    ]


def answer_seen(session: Session, answer_id: int, *, seen_by: Actor) -> AnswerSeen:
    """Return one answer; raises `NotFoundError`."""
    seen = answer_with_id(session, answer_id, seen_by=seen_by)
    if seen is None:
        raise NotFoundError
    return seen


def settle_answer(
    session: Session, answer_id: int, target: AnswerState, *, reason: str, by: Actor, now: datetime
) -> AnswerSeen:
    """Settle a claim of loss (accepted: the unit is lost; refused: it is back on the ladder), or deal with another.

    Raises `NotFoundError`, `DecisionReasonError`, `WrongStatusError`; `ConflictError` where the unit came in meanwhile.
    """
    by.must(Permission.SETTLE)
    seen = answer_seen(session, answer_id, seen_by=by)
    is_claim = seen.kind == AnswerKind.LOST
    move(AnswerState(seen.state), _fitting(target, is_claim))
    reason = reason.strip()[:LONGEST_REASON]
    if is_claim and not reason:
        raise DecisionReasonError
    if not close_answers(session, [answer_id], target, by_name=by.name, now=now, reason=reason or None):
        raise ConflictError
    if is_claim and target is AnswerState.ACCEPTED:
        settle(session, seen.unit_id, UnitStatus.LOST, reason=reason, by=by, now=now)
    settled = Change(
        "unit",
        seen.serial,
        f"answer {target}",
        reason=reason or None,
        order_id=seen.order_id,
        unit_id=seen.unit_id,
    )
    record(session, [settled], by=by, now=now)
    return seen


def labels_came(session: Session, order_id: int, unit_ids: Collection[int], *, by: Actor, now: datetime) -> None:
    """Take off the work list that somebody needs labels for units of an order: they have them."""
    waiting = {one.id: one.unit_id for one in open_answers(session, unit_ids, Topic.LABEL)}
    if not waiting:
        return
    closed = close_answers(session, list(waiting), AnswerState.DONE, by_name=by.name, now=now, reason=None)
    serials = {unit.id: unit.serial for unit in units_to_answer_for(session, order_id)}
    done = [waiting[answer_id] for answer_id in sorted(closed)]
    changes = [
        Change("unit", serials[unit_id], f"answer {AnswerState.DONE}", order_id=order_id, unit_id=unit_id)
        for unit_id in done
    ]
    record(session, changes, by=by, now=now)


def _fitting(target: AnswerState, is_claim: bool) -> AnswerState:
    """Return *target*; a claim is accepted or refused, anything else is dealt with."""
    fits = {AnswerState.ACCEPTED, AnswerState.REFUSED} if is_claim else {AnswerState.DONE}
    return target if target in fits else AnswerState.OPEN
