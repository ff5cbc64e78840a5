"""Demo orders as their pages show them: the list, and one order with everything a caller may ask (SPEC D-4, R-10)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db import order_pages as questions
from rmatrack.db.labels import Label
from rmatrack.db.order_pages import MailOfOrder, OrdersWanted, ReturnsShown
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.receiving import Discrepancy
from rmatrack.db.returns import Rma
from rmatrack.domain import due
from rmatrack.domain.due import DueReason, DueState, TimeBar
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.orders import Progress, Stage, UnitStatus, partly_reached, stage, stages_reached
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Carrier, CarrierChoice, Policy, carrier_for, depot_for
from rmatrack.domain.policy_gaps import NoCarrierError, NoDepotError
from rmatrack.domain.returns import RmaStatus
from rmatrack.services.due_rows import DueRow, RowReader, last_pickup
from rmatrack.services.label_life import is_aged
from rmatrack.services.orders_in_short import OrderInShort, orders_in_short
from rmatrack.services.return_help import crosses_border
from rmatrack.services.timeline import Happening, order_timeline, unit_timeline

PAGE_ORDERS = 50
MOST_COUNTED = 10_000
MOST_MAILS = 20
_PORTION = 500
_CLOCKS = frozenset({"eula_expires_on", "eula_mailed_on", "expires_on"})


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """A page of orders, how many each list holds (`MOST_COUNTED` is that or more), and its neighbours' edges."""

    orders: Sequence[OrderInShort]
    counts: Mapping[ReturnsShown, int]
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOnOrder:
    """A unit with where it is, its due day and why, and its label; `state` is None once the loan has ended."""

    unit: Unit
    status: UnitStatus
    reason: DueReason
    state: DueState | None
    pickup_on: date | None
    bar: TimeBar
    label: Label | None
    label_is_old: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """All about one order. `today` is its customer's; `carrier` is a refusal where nobody is appointed."""

    order: DemoOrder
    rma: Rma | None
    rma_status: RmaStatus
    today: date
    units: Sequence[UnitOnOrder]
    labels: Sequence[Label]
    carrier: CarrierChoice | NoCarrierError
    crosses_border: bool
    administrators: Sequence[str]
    discrepancies: Sequence[Discrepancy]
    mails: Sequence[MailOfOrder]
    reached: tuple[Stage, ...]
    stage: Stage
    progress: Progress
    partly: Mapping[Stage, int]
    """How many units have reached a stage that the others have not."""
    timeline: Sequence[Happening]

    @property
    def out(self) -> Sequence[UnitOnOrder]:
        """Return the units still with the customer, the earliest due first."""
        out = (unit for unit in self.units if unit.status is UnitStatus.SHIPPED)
        return sorted(out, key=lambda unit: unit.reason.due_on)

    @property
    def booked_by_mail(self) -> bool:
        """Return whether a pickup is asked of a forwarder's desk."""
        return isinstance(self.carrier, CarrierChoice) and self.carrier.carrier is Carrier.EXPEDITORS

    @property
    def old_labels(self) -> Sequence[Label]:
        """Return the labels that are not their unit's newest."""
        newest = {unit.label.id for unit in self.units if unit.label}
        return [label for label in self.labels if label.id not in newest]

    @property
    def date_changes(self) -> Sequence[Happening]:
        """Return what moved either clock, the newest first (SPEC D-4)."""
        return [each for each in self.timeline if any(change.field in _CLOCKS for change in each.changes)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFile:
    """One loan of a serial, its other loans, and everything that happened on all of them."""

    unit: DueRow
    others: Sequence[DueRow]
    timeline: Sequence[Happening]


def orders_page(
    session: Session,
    wanted: OrdersWanted,
    *,
    seen_by: Actor,
    now: datetime,
    policy: Policy,
    before: int | None = None,
    after: int | None = None,
) -> OrdersPage:
    """Return a page of orders, the latest first: those recorded *before* one, or *after* one."""
    found = questions.page_of_orders(
        session, wanted, before=before, after=after, limit=PAGE_ORDERS + 1, seen_by=seen_by
    )
    ids = found[-PAGE_ORDERS:] if after is not None else found[:PAGE_ORDERS]
    more = len(found) > PAGE_ORDERS
    by_id = orders_in_short(session, ids, now=now, policy=policy)
    return OrdersPage(
        orders=[by_id[id_] for id_ in ids if id_ in by_id],
        counts=questions.count_orders(session, wanted, most=MOST_COUNTED, seen_by=seen_by),
        newer=ids[0] if ids and (before is not None or (after is not None and more)) else None,
        older=ids[-1] if ids and (after is not None or more) else None,
    )


def order_rows(
    session: Session, wanted: OrdersWanted, *, seen_by: Actor, now: datetime, policy: Policy
) -> Iterator[OrderInShort]:
    """Yield every order of a list, the latest first, read a portion at a time."""
    before: int | None = None
    while ids := questions.page_of_orders(session, wanted, before=before, after=None, limit=_PORTION, seen_by=seen_by):
        by_id = orders_in_short(session, ids, now=now, policy=policy)
        yield from (by_id[id_] for id_ in ids if id_ in by_id)
        before = ids[-1]


def order_file(session: Session, number: str, *, seen_by: Actor, now: datetime, policy: Policy) -> OrderFile:
    """Return all about an order; raises `NotFoundError` where there is none, or none for *seen_by*."""
    order = questions.order_numbered(session, number, seen_by=seen_by)
    if order is None:
        raise NotFoundError
    rma = questions.return_of(session, order.id)
    labels = questions.labels_of(session, order.id)
    today = due.today_in(order.customer.zone, now)
    units = _units(order, questions.units_of(session, order.id), labels, RowReader(policy, now), today)
    progress = _progress(units, labels, rma)
    carrier = _carrier(policy, order, today)
    return OrderFile(
        order=order,
        rma=rma,
        rma_status=_status(rma),
        today=today,
        units=units,
        labels=labels,
        carrier=carrier,
        crosses_border=_crosses_border(policy, order, carrier, today),
        administrators=questions.administrators_of(session, order.customer_id),
        discrepancies=questions.discrepancies_of(session, order.id, seen_by=seen_by),
        mails=questions.mails_of(session, order, most=MOST_MAILS, seen_by=seen_by),
        reached=stages_reached(progress),
        stage=stage(progress),
        progress=progress,
        partly=partly_reached(progress),
        timeline=order_timeline(session, order.id, seen_by=seen_by),
    )


def unit_file(session: Session, unit_id: int, *, seen_by: Actor, now: datetime, policy: Policy) -> UnitFile:
    """Return one loan with all that happened to its serial; raises `NotFoundError`."""
    found = questions.unit_with_id(session, unit_id, seen_by=seen_by)
    if found is None:
        raise NotFoundError
    loans = questions.loans_of(session, found.serial_key, seen_by=seen_by)
    rows = {row.unit_id: row for row in RowReader(policy, now).read_all(loans)}
    return UnitFile(
        unit=rows[unit_id],
        others=[row for row in rows.values() if row.unit_id != unit_id],
        timeline=unit_timeline(
            session,
            found.serial_key,
            [loan.id for loan in loans],
            [loan.order_id for loan in loans],
            seen_by=seen_by,
        ),
    )


def _crosses_border(policy: Policy, order: DemoOrder, carrier: CarrierChoice | NoCarrierError, today: date) -> bool:
    if isinstance(carrier, NoCarrierError) or carrier.carrier is None:
        return False
    try:
        return crosses_border(order, depot_for(policy, carrier.carrier, order.country, today))
    except NoDepotError:
        return False


def _units(
    order: DemoOrder, units: Sequence[Unit], labels: Sequence[Label], reader: RowReader, today: date
) -> list[UnitOnOrder]:
    newest: dict[int, Label] = {}
    for label in labels:
        newest.setdefault(label.unit_id, label)
    return [_unit(order, unit, newest.get(unit.id), reader, today) for unit in units]


def _unit(order: DemoOrder, unit: Unit, label: Label | None, reader: RowReader, today: date) -> UnitOnOrder:
    status = UnitStatus(unit.status)
    reason = reader.reason(unit.eula_expires_on, unit.eula_mailed_on, today)
    return UnitOnOrder(
        unit=unit,
        status=status,
        reason=reason,
        state=reader.state(reason.due_on, today) if status is UnitStatus.SHIPPED else None,
        pickup_on=last_pickup(reason.due_on, order.customer.country, order.customer.state),
        bar=due.two_clocks(
            shipped_on=order.shipped_on,
            trial_expires_on=order.trial.expires_on if order.trial else None,
            eula_expires_on=unit.eula_expires_on,
            due=reason.due_on,
            today=today,
        ),
        label=label,
        label_is_old=label is not None
        and unit.settled_at is None
        and is_aged(label, reason.due_on, reader.policy, today),
    )


def _progress(units: Sequence[UnitOnOrder], labels: Sequence[Label], rma: Rma | None) -> Progress:
    live = [label for label in labels if LabelState(label.state) not in DEAD]
    travelling = [label for label in labels if label.state in {LabelState.IN_TRANSIT, LabelState.DELIVERED}]
    return Progress(
        units=len(units),
        unsettled=sum(unit.status is UnitStatus.SHIPPED for unit in units),
        received=sum(unit.status is UnitStatus.RECEIVED for unit in units),
        inspected=sum(unit.unit.inspected_at is not None for unit in units),
        labelled=len({label.unit_id for label in live}),
        on_their_way=len({label.unit_id for label in travelling}),
        is_due=any(unit.state in {DueState.DUE_TODAY, DueState.OVERDUE} for unit in units),
        is_complete=rma is not None and rma.completed_at is not None,
    )


def _status(rma: Rma | None) -> RmaStatus:
    if rma and rma.completed_at:
        return RmaStatus.COMPLETE
    return RmaStatus.IN_PROCESS if rma and rma.in_process_at else RmaStatus.OPEN


def _carrier(policy: Policy, order: DemoOrder, today: date) -> CarrierChoice | NoCarrierError:
    try:
        return carrier_for(policy, order.country, order.state, today)
    except NoCarrierError as error:
        return error
