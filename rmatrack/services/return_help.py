"""How an order comes back from where it is: who fetches it, what to say, what to have ready (SPEC C-3, C-4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from carriers.customs import needs_papers
from carriers.shipment import Address
from carriers.writing import town
from rmatrack.db.labels import Label, newest_labels
from rmatrack.db.order_pages import order_numbered, return_of, units_of
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.units_to_label import UnitToLabel, units_to_label
from rmatrack.domain.due import today_in
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Carrier, CarrierContact, Depot, Policy, carrier_for, contact_for, depot_for, model_of
from rmatrack.domain.policy_gaps import NoCarrierError, NoDepotError, UnknownModelError
from rmatrack.services.due_rows import RowReader, last_pickup
from rmatrack.services.label_content import depot_address

_TRAVELS = frozenset({LabelState.IN_TRANSIT, LabelState.DELIVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A device that is still out, in its box. `number` is its label's, where that one may be on the box.

    Weight and size (length, width, height) are empty where neither catalogue nor policy knows the model.
    """

    unit_id: int
    serial: str
    model: str
    weight_kg: Decimal | None
    size_mm: tuple[int, ...]
    number: str | None
    piece: str
    travels: bool
    due_on: date
    pickup_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """The way back of an order. `carrier` is None where nobody is appointed, and `refusal` says why."""

    order: DemoOrder
    rma: str
    today: date
    carrier: Carrier | None
    refusal: NoCarrierError | NoDepotError | None
    contact: CarrierContact | None
    depot: Depot | None
    boxes: Sequence[Box]

    @property
    def with_label(self) -> bool:
        """Return whether a label of ours goes on the box at once: in the United States (SPEC C-4)."""
        return self.carrier is Carrier.UPS

    @property
    def needs_papers(self) -> bool:
        """Return whether a customs border lies between the customer and the depot (SPEC C-10)."""
        return self.depot is not None and crosses_border(self.order, self.depot)

    @property
    def depot_town(self) -> str:
        """Return the depot's town as its country writes it: "Austin TX 78744", "5928 LS Venlo"."""
        return town(depot_address(self.depot.address)) if self.depot else ""

    @property
    def to_send(self) -> Sequence[Box]:
        """Return the boxes that the carrier does not have yet."""
        return [box for box in self.boxes if not box.travels]

    @property
    def with_waybill(self) -> Sequence[Box]:
        """Return the boxes to send whose waybill document the driver wants: those with a label of DHL."""
        return [box for box in self.to_send if box.number] if self.carrier is Carrier.DHL else []

    @property
    def weight_kg(self) -> Decimal | None:
        """Return what the boxes to send weigh together, where each is known."""
        weights = [box.weight_kg for box in self.to_send]
        return sum((weight for weight in weights if weight), Decimal(0)) if all(weights) else None

    @property
    def due_on(self) -> date | None:
        """Return the first due day among the boxes to send."""
        return min((box.due_on for box in self.to_send), default=None)

    @property
    def fetch_by(self) -> date | None:
        """Return the last working day for a pickup by the first due day among the boxes to send."""
        return min((box.pickup_on or box.due_on for box in self.to_send), default=None)

    @property
    def pickup_on(self) -> date | None:
        """Return the last working day for a pickup before the first due day, where that day itself is none."""
        return min(((box.due_on, box.pickup_on) for box in self.to_send if box.pickup_on), default=(None, None))[1]


def way_back(
    session: Session, number: str, *, policy: Policy, seen_by: Actor, now: datetime, unit_id: int | None = None
) -> WayBack:
    """Return how the order *number* comes back, or one unit of it; raises `NotFoundError`."""
    order = order_numbered(session, number, seen_by=seen_by)
    rma = return_of(session, order.id) if order else None
    if order is None or rma is None:
        raise NotFoundError
    today = today_in(order.customer.zone, now)
    carrier, depot, refusal = _carried(policy, order, today)
    return WayBack(
        order=order,
        rma=rma.number,
        today=today,
        carrier=carrier,
        refusal=refusal,
        contact=contact_for(policy, carrier, order.country, today, state=order.state) if carrier else None,
        depot=depot,
        boxes=_boxes(session, order, unit_id, policy=policy, seen_by=seen_by, now=now),
    )


def crosses_border(order: DemoOrder, depot: Depot) -> bool:
    """Return whether a customs border lies between the customer and *depot* (SPEC C-10)."""
    return needs_papers(_place(order), depot_address(depot.address))


def _place(order: DemoOrder) -> Address:
    """Return where an order is fetched, as far as customs care."""
    return Address(order.ship_to_name, (), order.city, order.postal_code, order.country)


def _carried(
    policy: Policy, order: DemoOrder, on: date
) -> tuple[Carrier | None, Depot | None, NoCarrierError | NoDepotError | None]:
    try:
        carrier = carrier_for(policy, order.country, order.state, on).required()
        return carrier, depot_for(policy, carrier, order.country, on), None
    except (NoCarrierError, NoDepotError) as refusal:
        return None, None, refusal


def _boxes(
    session: Session, order: DemoOrder, unit_id: int | None, *, policy: Policy, seen_by: Actor, now: datetime
) -> list[Box]:
    out = [unit for unit in units_of(session, order.id) if unit.settled_at is None and unit_id in (None, unit.id)]
    ids = [unit.id for unit in out]
    details, labels = units_to_label(session, ids, seen_by=seen_by), newest_labels(session, ids)
    reader = RowReader(policy, now)
    return [_box(order, unit, details[unit.id], labels.get(unit.id), reader) for unit in out]


def _box(order: DemoOrder, unit: Unit, detail: UnitToLabel, label: Label | None, reader: RowReader) -> Box:
    due_on = reader.reason(unit.eula_expires_on, unit.eula_mailed_on, reader.today(unit.zone)).due_on
    weight_kg, size_mm = _measured(detail, reader.policy)
    state = LabelState(label.state) if label else None
    holds = label is not None and label.released_at is not None and state not in DEAD
    return Box(
        unit_id=unit.id,
        serial=unit.serial,
        model=detail.model_name or unit.model,
        weight_kg=weight_kg,
        size_mm=size_mm,
        number=label.number if label and holds else None,
        piece=label.piece if label and holds else "",
        travels=state in _TRAVELS,
        due_on=due_on,
        pickup_on=last_pickup(due_on, order.country, order.state),
    )


def _measured(detail: UnitToLabel, policy: Policy) -> tuple[Decimal | None, tuple[int, ...]]:
    """Return weight and size as the catalogue has them, or as the policy does."""
    if detail.weight_kg and detail.length_mm and detail.width_mm and detail.height_mm:
        return detail.weight_kg, (detail.length_mm, detail.width_mm, detail.height_mm)
    try:
        model = model_of(policy, detail.model)
    except UnknownModelError:
        return None, ()
    return model.weight_kg, tuple(model.box_mm)
