"""Device extensions: the partner asks, the trials team decides, and the EULA clock moves to the day asked for (D-6).

RMA and labels stay as they are; the portal clock is not touched (SPEC D-4).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.extension_questions import (
    has_open_request,
    move_eula,
    order_to_extend,
    request_with_order,
    requests_in_state,
    units_of_requests,
    units_out,
)
from rmatrack.db.extensions import ExtensionRequest, ExtensionUnit
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.recipients import trials_team
from rmatrack.domain.charges import Withdrawal
from rmatrack.domain.due import due_on, today_in
from rmatrack.domain.errors import NotFoundError, _
from rmatrack.domain.extensions import (
    ExtensionPendingError,
    ExtensionState,
    NothingOutError,
    latest_day,
    move,
    must_be_possible,
    reason_from,
)
from rmatrack.domain.history import Change
from rmatrack.domain.mails import MailKind
from rmatrack.domain.orders import order_number_from
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.sentences import Sentence
from rmatrack.services import news
from rmatrack.services.charges import withdraw_charges
from rmatrack.services.extension_mails import Shipped, extension_mails, partner_recipients
from rmatrack.services.history import record
from rmatrack.services.mail import send

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class NewDue:
    """What an extension does to a unit: its due day now, and then."""

    unit: Unit
    due_on: date
    new_due_on: date


@dataclass(frozen=True, slots=True)
class ExtensionPreview:
    """What approving would do: new due days, the latest day that can be asked for, and which mails will go."""

    order: str
    units: Sequence[NewDue]
    latest_on: date
    mails: Sequence[Sentence]


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """A request in a list, with its units and what approving would do."""

    request: ExtensionRequest
    state: ExtensionState
    order: DemoOrder
    customer: Customer
    partner: Partner
    units: Sequence[NewDue]


def preview_extension(
    session: Session,
    number: str,
    to_on: date,
    *,
    unit_ids: Collection[int] = (),
    policy: Policy,
    by: Actor,
    now: datetime,
) -> ExtensionPreview:
    """Return what an extension to *to_on* would do; raises what stands in its way."""
    shipped = _order(session, number, by)
    units = _chosen(units_out(session, shipped.order.id), unit_ids)
    _must_be_possible(shipped, units, to_on, policy=policy, now=now)
    return ExtensionPreview(
        order=shipped.order.number,
        units=_new_due(units, to_on, policy),
        latest_on=_latest(shipped, policy),
        mails=[Sentence(_ASKED_MAIL), Sentence(_DECIDED_MAIL), Sentence(_REMINDERS, {"due": _due(to_on, policy)})],
    )


_ASKED_MAIL = _("The trials team is asked by mail.")
_DECIDED_MAIL = _("Your administrators are told by mail what was decided.")
_REMINDERS = _("Once approved, reminders follow the new due day, %(due)s. The labels stay valid.")


def request_extension(
    session: Session,
    number: str,
    to_on: date,
    *,
    reason: str,
    unit_ids: Collection[int] = (),
    policy: Policy,
    by: Actor,
    now: datetime,
) -> ExtensionRequest:
    """Ask to keep an order's units (all that are out, or *unit_ids*) with a EULA through *to_on*."""
    by.must(Permission.ASK_EXTENSION)
    reason = reason_from(reason)
    shipped = _order(session, number, by, lock=True)
    if has_open_request(session, shipped.order.id):
        raise ExtensionPendingError(shipped.order.number)
    units = _chosen(units_out(session, shipped.order.id), unit_ids)
    _must_be_possible(shipped, units, to_on, policy=policy, now=now)
    request = ExtensionRequest(
        order_id=shipped.order.id,
        partner_id=shipped.partner.id,
        to_on=to_on,
        reason=reason,
        state=ExtensionState.REQUESTED.value,
        requested_at=now,
        requested_by_id=by.person_id,
    )
    session.add(request)
    session.flush()
    session.add_all(ExtensionUnit(request_id=request.id, unit_id=unit.id) for unit in units)
    asked = _change(shipped.order, "extension requested", new=to_on, reason=reason)
    record(session, [asked], by=by, now=now)
    said = {"from_on": min(unit.eula_expires_on for unit in units).isoformat(), "by": by.name, "reason": reason}
    team = trials_team(session)
    send(session, extension_mails(MailKind.EXTENSION_REQUESTED, request, shipped, units, team, said), now=now)
    news.extension_requested(session, request.id, shipped.order.number, by=by, now=now)
    return request


def approve_extension(
    session: Session, request_id: int, *, policy: Policy, by: Actor, now: datetime
) -> ExtensionRequest:
    """Move the EULA expiry of the units that are still out to the day asked for; overdue or not."""
    by.must(Permission.APPROVE_EXTENSIONS)
    request, shipped = _request(session, request_id, by)
    state = move(ExtensionState(request.state), ExtensionState.APPROVED)
    asked = {unit.id for unit in units_of_requests(session, [request.id])[request.id]}
    units = _chosen(units_out(session, request.order_id, lock=True), asked)
    _must_be_possible(shipped, units, request.to_on, policy=policy, now=now)
    later = [unit for unit in units if unit.eula_expires_on < request.to_on]
    changes = [
        Change(
            "unit",
            unit.serial,
            "extended",
            "eula_expires_on",
            unit.eula_expires_on.isoformat(),
            request.to_on.isoformat(),
            request.reason,
            order_id=unit.order_id,
            unit_id=unit.id,
        )
        for unit in later
    ]
    _decide(request, state, by=by, now=now)
    session.flush()
    move_eula(session, {unit.id for unit in later}, request.to_on)
    for unit in later:
        session.expire(unit)
    record(session, changes, by=by, now=now)
    withdraw_charges(session, {unit.id for unit in later}, Withdrawal.EXTENDED, by=by, now=now)
    said = {"due_on": _due(request.to_on, policy).isoformat()}
    partner = partner_recipients(session, request, shipped)
    send(session, extension_mails(MailKind.EXTENSION_APPROVED, request, shipped, later, partner, said), now=now)
    news.extension_decided(session, request.id, shipped.partner.id, shipped.order.number, approved=True, by=by, now=now)
    return request


def refuse_extension(
    session: Session, request_id: int, *, reason: str, policy: Policy, by: Actor, now: datetime
) -> ExtensionRequest:
    """Refuse a request, and say why; the due days stay."""
    by.must(Permission.APPROVE_EXTENSIONS)
    because = reason_from(reason)
    request, shipped = _request(session, request_id, by)
    _decide(request, move(ExtensionState(request.state), ExtensionState.REFUSED), by=by, now=now)
    request.refused_because = because
    session.flush()
    record(session, [_change(shipped.order, "extension refused", new=None, reason=because)], by=by, now=now)
    units = units_of_requests(session, [request.id])[request.id]
    due = _due(min(unit.eula_expires_on for unit in units), policy)
    said = {"because": because, "due_on": due.isoformat()}
    partner = partner_recipients(session, request, shipped)
    send(session, extension_mails(MailKind.EXTENSION_REFUSED, request, shipped, units, partner, said), now=now)
    news.extension_decided(
        session, request.id, shipped.partner.id, shipped.order.number, approved=False, by=by, now=now
    )
    return request


def withdraw_extension(session: Session, request_id: int, *, by: Actor, now: datetime) -> ExtensionRequest:
    """Take back a request that was not decided."""
    by.must(Permission.ASK_EXTENSION)
    request, shipped = _request(session, request_id, by)
    _decide(request, move(ExtensionState(request.state), ExtensionState.WITHDRAWN), by=by, now=now)
    session.flush()
    record(session, [_change(shipped.order, "extension withdrawn", new=None)], by=by, now=now)
    return request


def extension_requests(
    session: Session,
    *,
    state: ExtensionState | None = ExtensionState.REQUESTED,
    order_id: int | None = None,
    newest_first: bool = False,
    after: int | None = None,
    limit: int = _SHOWN,
    seen_by: Actor,
    policy: Policy,
) -> list[ExtensionRow]:
    """Return requests with what approving would do: the queue of the trials team, or one's own, the newest first.

    *after* is the id of the last request of the page before.
    """
    found = requests_in_state(
        session, state, seen_by=seen_by, order_id=order_id, newest_first=newest_first, after=after, limit=limit
    )
    return _rows(session, found, policy)


def all_extension_requests(
    session: Session, *, state: ExtensionState | None, newest_first: bool, seen_by: Actor, policy: Policy
) -> Iterator[ExtensionRow]:
    """Return every request of a list, read a portion at a time."""
    after: int | None = None
    while rows := extension_requests(
        session, state=state, newest_first=newest_first, after=after, seen_by=seen_by, policy=policy
    ):
        yield from rows
        after = rows[-1].request.id


def extension_with_id(session: Session, request_id: int, *, seen_by: Actor, policy: Policy) -> ExtensionRow:
    """Return one request; raises `NotFoundError`."""
    found = request_with_order(session, request_id, seen_by=seen_by)
    if found is None:
        raise NotFoundError
    return _rows(session, [found], policy)[0]


def _rows(
    session: Session, found: Sequence[Row[ExtensionRequest, DemoOrder, Customer, Partner]], policy: Policy
) -> list[ExtensionRow]:
    units = units_of_requests(session, {row[0].id for row in found})
    return [
        ExtensionRow(
            request=request,
            state=ExtensionState(request.state),
            order=order,
            customer=customer,
            partner=partner,
            units=_new_due(units[request.id], request.to_on, policy),
        )
        for request, order, customer, partner in found
    ]


def _order(session: Session, number: str, by: Actor, *, lock: bool = False) -> Shipped:
    row = order_to_extend(session, order_number_from(number), seen_by=by, lock=lock)
    if row is None:
        raise NotFoundError
    return Shipped(*row)


def _request(session: Session, request_id: int, by: Actor) -> tuple[ExtensionRequest, Shipped]:
    row = request_with_order(session, request_id, seen_by=by, lock=True)
    if row is None:
        raise NotFoundError
    request, order, customer, partner = row
    return request, Shipped(order, customer, partner)


def _chosen(units: Sequence[Unit], unit_ids: Collection[int]) -> list[Unit]:
    chosen = [unit for unit in units if not unit_ids or unit.id in unit_ids]
    if not chosen:
        raise NothingOutError
    return chosen


def _must_be_possible(shipped: Shipped, units: Iterable[Unit], to_on: date, *, policy: Policy, now: datetime) -> None:
    must_be_possible(
        to_on,
        [unit.eula_expires_on for unit in units],
        shipped_on=shipped.order.shipped_on,
        today=today_in(shipped.customer.zone, now),
        most_days=policy.terms.device_trial_most_days,
    )


def _latest(shipped: Shipped, policy: Policy) -> date:
    return latest_day(shipped.order.shipped_on, most_days=policy.terms.device_trial_most_days)


def _new_due(units: Iterable[Unit], to_on: date, policy: Policy) -> list[NewDue]:
    return [
        NewDue(unit, _due(unit.eula_expires_on, policy), _due(max(unit.eula_expires_on, to_on), policy))
        for unit in units
    ]


def _due(eula_expires_on: date, policy: Policy) -> date:
    return due_on(eula_expires_on, window_days=policy.return_window_days)


def _decide(request: ExtensionRequest, state: ExtensionState, *, by: Actor, now: datetime) -> None:
    request.state, request.decided_at = state.value, now
    request.decided_by_id, request.decided_by = by.person_id, by.name


def _change(order: DemoOrder, deed: str, *, new: date | None, reason: str | None = None) -> Change:
    return Change(
        "order",
        order.number,
        deed,
        "to_on" if new else None,
        new=new.isoformat() if new else None,
        reason=reason,
        order_id=order.id,
    )
