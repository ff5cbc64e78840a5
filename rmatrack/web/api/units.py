"""Units: the lists of what is out, due and back, with the reason for every date; and one with all that happened."""

from datetime import date, datetime

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from rmatrack.db.due import Sort
from rmatrack.db.due_conditions import Show
from rmatrack.domain.due import DueState
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import Carrier
from rmatrack.services.due import Carriage, DueFilter, Sorting, due_page
from rmatrack.services.due_rows import DueRow
from rmatrack.services.label_life import with_old_labels
from rmatrack.services.orders import unit_file
from rmatrack.web.access import allowed
from rmatrack.web.api.happenings import Happening, happenings
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

MOST_DAYS = 36_500

bp = APIBlueprint("api-units", __name__, url_prefix="/api/v1/units", tag="Units")


class Unit(Found):
    """One loan of one serial, with both clocks; dates are the customer's."""

    id: int = Field(examples=[4711])
    serial: str = Field(examples=["FOC21213GKV"])
    model: str = Field(examples=["CP-8845-K9"])
    status: UnitStatus
    order: str = Field(examples=["D4100201"])
    rma: str | None = Field(examples=["R000012F"])
    customer_id: int = Field(examples=[31])
    customer: str = Field(examples=["University of Texas at Austin"])
    partner: str = Field(examples=["Noordzee Networks"])
    country: str = Field(description="Of the ship-to address, ISO 3166.", examples=["US"])
    zone: str = Field(examples=["America/Chicago"])
    carrier: Carrier | None = Field(description="Null where nobody is appointed.")
    shipped_on: date
    trial_expires_on: date | None = Field(description="The portal clock.")
    eula_expires_on: date = Field(description="The EULA clock.")
    eula_mailed_on: date | None
    due_on: date = Field(description="The last day on which it may come back.", examples=["2026-11-28"])
    due_reason: str = Field(description="Why, in words.", examples=["Due 28 Nov: EULA expired 14 Nov, +14 days"])
    due_state: DueState | None = Field(description="Null once the loan has ended.")
    days_left: int | None = Field(description="Below 0 when overdue.", examples=[6])
    pickup_on: date | None = Field(description="The last working day for a pickup, where the due day is none.")
    received_at: datetime | None


class UnitFile(Found):
    """One loan of a serial, its other loans, and everything that happened on all of them."""

    unit: Unit
    others: list[Unit]
    timeline: list[Happening]


class Counts(Found):
    """How many units each list holds; a count of `counted_to` means that many or more."""

    out: int
    soon: int
    today: int
    overdue: int
    received: int
    counted_to: int


class UnitPage(Page[Unit]):
    """A page of a list of units."""

    counts: Counts
    old_labels: list[int] = Field(
        description="Ids of the units on this page whose label should be checked or replaced.", examples=[[4711]]
    )


class UnitsQuery(Shape):
    """What the list is narrowed to, and how it is sorted."""

    show: Show = Field(default=Show.OUT, description="Which list.")
    partner: int | None = Field(default=None, ge=1, le=2**62)
    customer: int | None = Field(default=None, ge=1, le=2**62)
    country: Text | None = Field(default=None, description="Of the ship-to address, ISO 3166.")
    carrier: Carriage | None = None
    model: Text | None = None
    text: Text = Field(default="", max_length=200, description="A part of a name, or how an order or serial begins.")
    within: int | None = Field(default=None, ge=0, le=MOST_DAYS, description="Received in the last so many days.")
    late_from: int | None = Field(
        default=None, ge=-MOST_DAYS, le=MOST_DAYS, description="Received so many days after the due day, or later."
    )
    late_to: int | None = Field(
        default=None, ge=-MOST_DAYS, le=MOST_DAYS, description="Received so many days after the due day, or earlier."
    )
    sort: Sort = Sort.DUE
    descending: bool = False
    after: Text | None = Field(default=None, description="`next` of the page before.")


@bp.get("")
@bp.input(UnitsQuery, location="query")
@bp.output(UnitPage)
@allowed(Permission.SEE_ORDERS)
def index(query_data: UnitsQuery) -> UnitPage:
    """List units: out, due soon, due today, overdue, or received."""
    found = due_page(
        read_session(),
        DueFilter(
            show=query_data.show,
            partner_id=query_data.partner,
            customer_id=query_data.customer,
            country=query_data.country,
            carrier=query_data.carrier,
            model=query_data.model,
            text=query_data.text,
            within=query_data.within,
            late=_late(query_data),
        ),
        seen_by=g.actor,
        now=g.now,
        policy=given().policy,
        sorting=Sorting(query_data.sort, descending=query_data.descending),
        after=query_data.after,
    )
    counts = {show.value: found.counts[show] for show in Show}
    return UnitPage(
        items=[unit(row) for row in found.rows],
        next=found.after,
        counts=Counts(**counts, counted_to=found.counted_to),
        old_labels=sorted(with_old_labels(read_session(), found.rows, policy=given().policy)),
    )


@bp.get("/<int:unit_id>")
@bp.output(UnitFile)
@allowed(Permission.SEE_ORDERS)
def show(unit_id: int) -> UnitFile:
    """Show one unit, its other loans, and its timeline."""
    found = unit_file(read_session(), unit_id, seen_by=g.actor, now=g.now, policy=given().policy)
    return UnitFile(
        unit=unit(found.unit),
        others=[unit(other) for other in found.others],
        timeline=happenings(found.timeline),
    )


def _late(asked: UnitsQuery) -> tuple[int | None, int | None] | None:
    span = (asked.late_from, asked.late_to)
    return None if span == (None, None) else span


def unit(row: DueRow) -> Unit:
    """Return a unit as programs see it."""
    return Unit(
        id=row.unit_id,
        due_reason=say(row.reason.sentence),
        due_state=row.state,
        **{name: getattr(row, name) for name in Unit.model_fields if name not in {"id", "due_reason", "due_state"}},
    )
