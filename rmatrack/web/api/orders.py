"""Demo orders: the list, one with units, RMA, labels, clocks and history, and correcting its EULA date."""

from datetime import date, datetime

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.order_pages import OrdersWanted, ReturnsShown
from rmatrack.domain.due import DueState
from rmatrack.domain.eula import EulaBeforeShipmentError, LoanEndedError, NothingChosenError, ReasonMissingError
from rmatrack.domain.names import name_key
from rmatrack.domain.orders import Stage, UnitStatus
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import Carrier, CarrierChoice
from rmatrack.domain.returns import RmaStatus
from rmatrack.domain.serials import normalise
from rmatrack.services.eula import change_eula_expiry
from rmatrack.services.orders import OrderFile as File
from rmatrack.services.orders import UnitOnOrder, order_file, orders_page
from rmatrack.web.access import allowed
from rmatrack.web.api.happenings import Happening, happenings
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Page, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-orders", __name__, url_prefix="/api/v1/orders", tag="Orders")


class OrderInShort(Found):
    """An order as lists show it; `due_on` is the earliest due day among the units still out."""

    number: str = Field(examples=["D4100201"])
    rma: str | None = Field(examples=["R000012F"])
    rma_status: RmaStatus
    customer_id: int = Field(examples=[31])
    customer: str = Field(examples=["University of Texas at Austin"])
    partner: str = Field(examples=["Noordzee Networks"])
    city: str = Field(examples=["Austin"])
    country: str = Field(examples=["US"])
    shipped_on: date
    units: int = Field(examples=[3])
    out: int = Field(examples=[2])
    received: int = Field(examples=[1])
    due_on: date | None
    state: DueState | None


class OrdersQuery(Shape):
    """What the list is narrowed to."""

    returns: ReturnsShown = Field(default=ReturnsShown.OPEN, description="By how far their return is.")
    partner: int | None = Field(default=None, ge=1, le=2**62)
    customer: int | None = Field(default=None, ge=1, le=2**62)
    country: Text | None = Field(default=None, description="Of the ship-to address, ISO 3166.")
    text: Text = Field(default="", max_length=200, description="A part of a name, or how an order or RMA begins.")
    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


class ShipTo(Found):
    """Where an order went."""

    ship_to_name: str = Field(examples=["University of Texas at Austin"])
    recipient: str = Field(examples=["IT Service Desk"])
    phone: str = Field(examples=["+1 512 555 0142"])
    address_1: str = Field(examples=["110 Inner Campus Drive"])
    address_2: str
    address_3: str
    city: str = Field(examples=["Austin"])
    state: str = Field(examples=["TX"])
    postal_code: str = Field(examples=["78705"])
    country: str = Field(examples=["US"])


class OrderLabel(Found):
    """A label of one of its units."""

    number: str = Field(examples=["1ZXXXXXX9000000010"])
    unit_id: int = Field(examples=[4711])
    carrier: Carrier
    service: str = Field(examples=["ground"])
    state: str = Field(examples=["created"])
    created_at: datetime


class OrderUnit(Found):
    """A unit of an order: where it is, its due day and why, and its newest label."""

    id: int = Field(examples=[4711])
    serial: str = Field(examples=["FOC21213GKV"])
    model: str = Field(examples=["CP-8845-K9"])
    status: UnitStatus
    eula_expires_on: date
    eula_mailed_on: date | None
    due_on: date
    due_reason: str = Field(examples=["Due 28 Nov: EULA expired 14 Nov, +14 days"])
    due_state: DueState | None = Field(description="Null once the loan has ended.")
    pickup_on: date | None = Field(description="The last working day for a pickup, where the due day is none.")
    received_at: datetime | None
    label: str | None = Field(description="The number of its newest label.")


class CarrierOfOrder(Found):
    """Who carries its returns, since when and why; without a carrier, what to do."""

    carrier: Carrier | None
    reason: str


class Progress(Found):
    """How many units of an order have come how far."""

    units: int = Field(examples=[5])
    labelled: int = Field(description="Those with a label that is not replaced or voided.", examples=[5])
    on_their_way: int = Field(description="Those whose parcel the carrier has, or has delivered.", examples=[3])
    received: int = Field(examples=[2])
    inspected: int = Field(examples=[1])


class OrderFile(Found):
    """All about one order."""

    number: str = Field(examples=["D4100201"])
    customer_id: int = Field(examples=[31])
    customer: str = Field(examples=["University of Texas at Austin"])
    org_id: str = Field(examples=["7b982ff1-3ad8-432f-8e23-67c3a5464623"])
    administrators: list[str] = Field(examples=[["admin@utexas.example"]])
    partner: str = Field(examples=["Noordzee Networks"])
    shipped_on: date
    ship_to: ShipTo
    trial_expires_on: date | None = Field(description="The portal clock; it moves no return date.")
    rma: str | None = Field(examples=["R000012F"])
    rma_status: RmaStatus
    stage: Stage = Field(description="The furthest that the order has reached.")
    progress: Progress
    carrier: CarrierOfOrder
    units: list[OrderUnit]
    labels: list[OrderLabel] = Field(description="Replaced ones included, the latest first.")


class Timeline(Found):
    """What happened to an order, the newest first."""

    items: list[Happening]


class EulaIn(Shape):
    """Another EULA date for units of an order."""

    units: list[int] = Field(min_length=1, max_length=500, description="Their ids.", examples=[[4711]])
    expires_on: date = Field(examples=["2026-12-14"])
    reason: Filled = Field(max_length=500, examples=["The EULA mail says so."])


class EulaChanged(Found):
    """The serials whose date changed."""

    serials: list[str] = Field(examples=[["FOC21213GKV"]])


@bp.get("")
@bp.input(OrdersQuery, location="query")
@bp.output(Page[OrderInShort])
@allowed(Permission.SEE_ORDERS)
def index(query_data: OrdersQuery) -> Page[OrderInShort]:
    """List orders, the latest recorded first."""
    found = orders_page(
        read_session(),
        OrdersWanted(
            shown=query_data.returns,
            partner_id=query_data.partner,
            customer_id=query_data.customer,
            country=query_data.country,
            start=normalise(query_data.text),
            name=name_key(query_data.text),
        ),
        before=query_data.after,
        seen_by=g.actor,
        now=g.now,
        policy=given().policy,
    )
    return Page(
        items=[OrderInShort.model_validate(order) for order in found.orders],
        next=str(found.older) if found.older else None,
    )


@bp.get("/<number>")
@bp.output(OrderFile)
@allowed(Permission.SEE_ORDERS)
def show(number: str) -> OrderFile:
    """Show one order with its units, RMA, labels and clocks."""
    return _told(_file(number))


@bp.get("/<number>/history")
@bp.output(Timeline)
@allowed(Permission.SEE_ORDERS)
def history(number: str) -> Timeline:
    """Tell what happened to an order, its units, labels and return."""
    return Timeline(items=happenings(_file(number).timeline))


@bp.post("/<number>/eula")
@bp.input(EulaIn)
@bp.output(EulaChanged)
@writes
@refuses(EulaBeforeShipmentError, NothingChosenError, ReasonMissingError, LoanEndedError)
@allowed(Permission.CORRECT_SHIPMENTS)
def correct_eula(number: str, json_data: EulaIn) -> Response:
    """Correct the EULA date of some units; their due days move with it."""

    def deed(session: Session) -> EulaChanged:
        changed = change_eula_expiry(
            session,
            number.upper(),
            json_data.units,
            json_data.expires_on,
            reason=json_data.reason,
            by=g.actor,
            now=g.now,
        )
        return EulaChanged(serials=[unit.serial for unit in changed])

    return once(deed)


def _file(number: str) -> File:
    return order_file(read_session(), number.upper(), seen_by=g.actor, now=g.now, policy=given().policy)


def _told(file: File) -> OrderFile:
    order = file.order
    return OrderFile(
        number=order.number,
        customer_id=order.customer_id,
        customer=order.customer.name,
        org_id=order.customer.org_id,
        administrators=list(file.administrators),
        partner=order.partner.name,
        shipped_on=order.shipped_on,
        ship_to=ShipTo.model_validate(order),
        trial_expires_on=order.trial.expires_on if order.trial else None,
        rma=file.rma.number if file.rma else None,
        rma_status=file.rma_status,
        stage=file.stage,
        progress=Progress.model_validate(file.progress),
        carrier=_carrier(file),
        units=[_unit(each) for each in file.units],
        labels=[OrderLabel.model_validate(label) for label in file.labels],
    )


def _carrier(file: File) -> CarrierOfOrder:
    if isinstance(file.carrier, CarrierChoice):
        return CarrierOfOrder.model_validate(file.carrier)
    return CarrierOfOrder(carrier=None, reason=say(file.carrier))


def _unit(each: UnitOnOrder) -> OrderUnit:
    return OrderUnit(
        id=each.unit.id,
        serial=each.unit.serial,
        model=each.unit.model,
        status=each.status,
        eula_expires_on=each.unit.eula_expires_on,
        eula_mailed_on=each.unit.eula_mailed_on,
        due_on=each.reason.due_on,
        due_reason=say(each.reason.sentence),
        due_state=each.state,
        pickup_on=each.pickup_on,
        received_at=each.unit.received_at,
        label=each.label.number if each.label else None,
    )
