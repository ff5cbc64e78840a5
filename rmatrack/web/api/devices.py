"""Devices of trials: what may still be had, asking for them, the queue of what is to be shipped, and shipping it."""

from datetime import date, datetime
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.parcels import ParcelRequest
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.parcels import Left, RequestState
from rmatrack.domain.people import Permission
from rmatrack.domain.shipment_problems import ShipmentRefusedError
from rmatrack.domain.starting import NotSalesAdministratorError
from rmatrack.services import parcels
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Page, Shape
from rmatrack.web.api.shipments import MOST_UNITS, Recorded, UnitIn, recorded, refused
from rmatrack.web.api.trial_choices import DEVICE_REFUSALS, DevicesIn
from rmatrack.web.api.trial_shapes import MANAGING, NO_FIT
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.languages import language
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-devices", __name__, url_prefix="/api/v1", tag="Devices of trials")


class DeviceCount(Found):
    """So many of a model."""

    model: str = Field(examples=["CP-8845-K9"])
    quantity: int = Field(examples=[2])


class DeviceRequest(Found):
    """A request for devices in a trial."""

    id: int = Field(examples=[4])
    trial_id: int = Field(examples=[12])
    state: RequestState
    models: list[DeviceCount]
    recipient: str = Field(examples=["Wim Jansen"])
    city: str = Field(examples=["Utrecht"])
    country: str = Field(examples=["NL"])
    requested_at: datetime
    order_number: str | None = Field(description="The demo order with which it left.", examples=["D4100201"])


class DeviceRequestWaiting(DeviceRequest):
    """A request in the queue of logistics."""

    customer: str = Field(examples=["Hogeschool Utrecht"])
    partner: str = Field(examples=["Noordzee Networks"])
    is_ready: bool = Field(description="Nothing ships before the trial is active.")


class WaitingQuery(Shape):
    """Which part of the queue."""

    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


class LeftQuery(Shape):
    """For which trial; without one, for a trial to be started."""

    trial: int | None = Field(default=None, ge=1, le=2**62)


class ModelLeft(Found):
    """How many of a model one more order may hold; 0 where this trial had it before."""

    code: str = Field(examples=["CP-8845-K9"])
    name: str = Field(examples=["Cisco IP Phone 8845"])
    left: int = Field(examples=[2])


class FamilyLeft(Found):
    """Models that share a limit."""

    code: str = Field(examples=["phones"])
    name: str = Field(examples=["Phones"])
    left: int = Field(examples=[4])
    models: list[ModelLeft]


class DevicesLeft(Found):
    """What may still be had, to be shown before a form is filled in."""

    is_open: bool = Field(description="Whether devices can be ordered at all.")
    trials: int | None = Field(description="More trials with devices; null where it cannot be read.", examples=[17])
    units: int = Field(description="In one order.", examples=[5])
    families: list[FamilyLeft]


class ShipIn(Shape):
    """The demo order with which devices leave: the models that were asked for, by serial."""

    number: Filled = Field(max_length=50, examples=["D4100201"])
    shipped_on: date = Field(examples=["2026-09-01"])
    units: list[UnitIn] = Field(min_length=1, max_length=MOST_UNITS)


@bp.get("/devices-left")
@bp.input(LeftQuery, location="query")
@bp.output(DevicesLeft)
@refuses(NotSalesAdministratorError, NotFoundError)
@allowed(Permission.MANAGE_TRIALS)
def left(query_data: LeftQuery) -> DevicesLeft:
    """Say what is left of the limits: by model, by family, in one order, and of trials with devices."""
    found = parcels.devices_left(
        read_session(), trial_id=query_data.trial, policy=given().policy, by=g.actor, now=g.now
    )
    return DevicesLeft(
        is_open=found.is_open,
        trials=found.trials,
        units=found.units,
        families=[_family(code, found) for code in found.families],
    )


@bp.post("/trials/<int:trial_id>/devices")
@bp.input(DevicesIn)
@bp.output(DeviceRequest, HTTPStatus.CREATED)
@writes
@refuses(*MANAGING, *DEVICE_REFUSALS)
@allowed(Permission.MANAGE_TRIALS)
def ask(trial_id: int, json_data: DevicesIn) -> Response:
    """Ask for devices in a trial; logistics ships them once it is active."""

    def deed(session: Session) -> DeviceRequest:
        parcel = json_data.parcel()
        return device_request(
            parcels.ask_devices(session, trial_id, parcel, policy=given().policy, by=g.actor, now=g.now)
        )

    return once(deed, status=HTTPStatus.CREATED)


@bp.get("/device-requests")
@bp.input(WaitingQuery, location="query")
@bp.output(Page[DeviceRequestWaiting])
@allowed(Permission.SEE_ORDERS)
def waiting(query_data: WaitingQuery) -> Page[DeviceRequestWaiting]:
    """List the devices that are to be shipped, the oldest first."""
    found = parcels.waiting_devices(
        read_session(),
        after=query_data.after,
        limit=parcels.PAGE + 1,
        seen_by=g.actor,
        policy=given().policy,
        now=g.now,
    )
    shown = found[: parcels.PAGE]
    return Page(
        items=[
            DeviceRequestWaiting(
                **device_request(each.parcel).model_dump(),
                customer=each.standing.customer.name,
                partner=each.standing.partner.name,
                is_ready=each.is_ready,
            )
            for each in shown
        ],
        next=str(shown[-1].parcel.id) if len(found) > len(shown) else None,
    )


@bp.post("/device-requests/<int:request_id>/withdraw")
@bp.output(DeviceRequest)
@writes
@refuses(*MANAGING, parcels.NotWaitingError)
@allowed(Permission.MANAGE_TRIALS)
def withdraw(request_id: int) -> Response:
    """Take back a request for devices that did not leave yet."""
    return once(
        lambda session: device_request(
            parcels.withdraw_devices(session, request_id, policy=given().policy, by=g.actor, now=g.now)
        )
    )


@bp.post("/device-requests/<int:request_id>/ship")
@bp.input(ShipIn)
@bp.output(Recorded)
@writes
@refuses(*NO_FIT, parcels.NotWaitingError, parcels.OtherModelsError, OrderNumberError, ShipmentRefusedError)
@allowed(Permission.RECORD_SHIPMENTS)
def ship(request_id: int, json_data: ShipIn) -> Response:
    """Record that requested devices left as a demo order; its return is opened with an RMA number."""
    units = [parcels.Packed(**unit.model_dump()) for unit in json_data.units]

    def deed(session: Session) -> Recorded:
        plan = parcels.ship_devices(
            session,
            request_id,
            order_number_from(json_data.number),
            units,
            shipped_on=json_data.shipped_on,
            policy=given().policy,
            by=g.actor,
            now=g.now,
        )
        return recorded(plan)

    try:
        return once(deed)
    except ShipmentRefusedError as error:
        return refused(error)


def device_request(parcel: ParcelRequest) -> DeviceRequest:
    """Return a request for devices as programs see it."""
    return DeviceRequest(
        id=parcel.id,
        trial_id=parcel.trial_id,
        state=RequestState(parcel.state),
        models=[DeviceCount.model_validate(line) for line in parcel.lines],
        recipient=parcel.recipient,
        city=parcel.city,
        country=parcel.country,
        requested_at=parcel.requested_at,
        order_number=parcel.order_number,
    )


def _family(code: str, found: Left) -> FamilyLeft:
    policy = given().policy
    return FamilyLeft(
        code=code,
        name=policy.families[code].names[language()],
        left=found.families[code],
        models=[
            ModelLeft(code=model.code, name=model.name, left=found.models[model.code])
            for model in policy.models.values()
            if model.family == code
        ],
    )
