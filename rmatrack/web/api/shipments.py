"""Shipments: one demo order with its units, recorded or put right."""

from collections.abc import Mapping
from datetime import date

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from rmatrack.domain.people import Permission
from rmatrack.domain.shipment_columns import OF_THE_UNIT, Column
from rmatrack.domain.shipment_problems import Problem, ShipmentRefusedError
from rmatrack.domain.shipments import Standing
from rmatrack.services.shipment_plans import OrderPlan
from rmatrack.services.shipment_reports import FIRST_UNIT, read_report
from rmatrack.services.shipments import record_shipment
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Filled, Found, Shape, Text
from rmatrack.web.errors import problem, status_of
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sentences import say

bp = APIBlueprint("api-shipments", __name__, url_prefix="/api/v1/shipments", tag="Shipments")

MOST_UNITS = 1_000


class UnitIn(Shape):
    """A unit that left."""

    model: Filled = Field(examples=["CP-8845-K9"])
    serial: Filled = Field(examples=["FOC21213GKV"])
    eula_expires_on: date = Field(examples=["2026-11-14"])
    eula_mailed_on: date | None = Field(default=None, examples=["2026-10-01"])


class ShipmentIn(Shape):
    """A demo order as it left. What is null is not spoken of, which is not the same as blank."""

    number: Filled = Field(examples=["D4100201"])
    shipped_on: date = Field(examples=["2026-09-01"])
    partner: Filled = Field(description="Its name; a partner we do not know is added.", examples=["Noordzee Networks"])
    customer: Filled = Field(examples=["TU Delft"])
    org_id: Filled = Field(description="A UUID, or its base64 form.", examples=["7b982ff1-3ad8-432f-8e23-67c3a5464623"])
    admin_email: Filled = Field(examples=["admin@tudelft.example"])
    recipient: Filled = Field(examples=["IT Service Desk"])
    phone: Filled = Field(examples=["+31 15 278 9111"])
    ship_to_name: Text | None = Field(default=None, description="Where it is not the customer's name.")
    address_1: Filled = Field(examples=["Mekelweg 5"])
    address_2: Text | None = None
    address_3: Text | None = None
    city: Filled = Field(examples=["Delft"])
    state: Text | None = None
    postal_code: Text | None = Field(default=None, examples=["2628 CD"])
    country: Filled = Field(description="ISO 3166, or the country's name.", examples=["NL"])
    trial_expires_on: date | None = Field(default=None, description="The portal clock.", examples=["2026-12-01"])
    units: list[UnitIn] = Field(min_length=1, max_length=MOST_UNITS)


class Remark(Found):
    """Something odd that holds nothing back."""

    code: str = Field(examples=["ship-to"])
    message: str = Field(examples=["CP-8845-K9 is not meant to be shipped to AQ."])


class Recorded(Found):
    """What became of it."""

    number: str = Field(examples=["D4100201"])
    standing: Standing = Field(description="Whether the order was new, changed, or known exactly like this.")
    remarks: list[Remark]


@bp.post("")
@bp.input(ShipmentIn)
@bp.output(Recorded)
@writes
@refuses(ShipmentRefusedError)
@allowed(Permission.RECORD_SHIPMENTS)
def record(json_data: ShipmentIn) -> Response:
    """Record a shipment, or put right what was recorded of it. Its return is opened with an RMA number.

    A shipment that cannot be recorded is refused whole; `errors` then says everything that is wrong with it, each with
    its code and its field.
    """
    columns = [column for column in Column if column not in OF_THE_UNIT]
    order = _typed(json_data, columns)
    units = [_typed(unit, OF_THE_UNIT) for unit in json_data.units]

    def deed(session: Session) -> Recorded:
        return recorded(record_shipment(session, shipment, policy=given().policy, by=g.actor, now=g.now))

    try:
        shipment = read_report(order, units)
        return once(deed)
    except ShipmentRefusedError as error:
        return refused(error)


def recorded(plan: OrderPlan) -> Recorded:
    """Say what became of a shipment."""
    remarks = [Remark(code=remark.code, message=say(remark.sentence)) for remark in plan.remarks]
    return Recorded(number=plan.number, standing=plan.standing, remarks=remarks)


def refused(error: ShipmentRefusedError) -> Response:
    """Answer with everything that is wrong with a shipment."""
    errors = [_described(each) for each in error.problems]
    return problem(status_of(error), error.code, say(error), errors[0]["field"], errors=errors)


def _typed(sent: BaseModel, columns: list[Column] | tuple[Column, ...]) -> Mapping[Column, str]:
    """Return what was sent as somebody would type it; what is null is left out."""
    values = {column: getattr(sent, column.value) for column in columns}
    return {column: str(value) for column, value in values.items() if value is not None}


def _described(each: Problem) -> dict[str, str]:
    field = each.column.value if each.column else ""
    place = max(each.line - FIRST_UNIT, 0)
    return {
        "field": f"units.{place}.{field}" if each.column in OF_THE_UNIT else field,
        "message": say(each.sentence),
        "code": each.code,
    }
