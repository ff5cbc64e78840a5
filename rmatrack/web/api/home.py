"""A partner's home: its customers with what is out, what is due first, and the one step that matters now."""

from datetime import date

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from rmatrack.db.partner_home import HomeShow
from rmatrack.domain.due import DueState
from rmatrack.domain.extensions import ExtensionState
from rmatrack.domain.next_steps import Calm, NextStep
from rmatrack.domain.people import Permission
from rmatrack.domain.returns import RmaStatus
from rmatrack.services.partner_home import Card, partner_home
from rmatrack.web.access import allowed
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.api.trial_shapes import Trial, trial_in_short
from rmatrack.web.given import given
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-home", __name__, url_prefix="/api/v1/home", tag="Customers")


class HomeQuery(Shape):
    """What the home is narrowed to."""

    show: HomeShow = Field(default=HomeShow.ALL, description="One of its lists.")
    text: Text = Field(default="", max_length=200, description="A part of the customer's name.")
    after: int = Field(default=1, ge=1, le=100_000, description="`next` of the page before.")


class FirstDue(Found):
    """The device of a customer that is due first, and how far its return is."""

    unit_id: int = Field(examples=[4711])
    order: str = Field(examples=["D4100201"])
    serial: str = Field(examples=["FOC21213GKV"])
    due_on: date
    state: DueState | None
    days_left: int | None = Field(description="Below 0 it is overdue.", examples=[6])
    rma: str | None = Field(examples=["R000012F"])
    rma_status: RmaStatus


class MoreTime(Found):
    """A request for more time that waits, or was decided in the last 14 days."""

    id: int = Field(examples=[7])
    number: str = Field(description="Of the order.", examples=["D4100201"])
    state: ExtensionState
    to_on: date
    refused_because: str | None = Field(examples=[None])


class CustomerAtHand(Found):
    """A customer. Before its consent only the request for it is told, and no country."""

    id: int = Field(examples=[31])
    name: str = Field(examples=["Hogeschool Utrecht"])
    country: str | None = Field(examples=["NL"])
    is_request: bool = Field(description="Only a request for its consent is known.")
    out: int = Field(description="How many devices are out.", examples=[2])
    travelling: int = Field(description="How many of them a carrier has.", examples=[0])
    first: FirstDue | None
    trials: list[Trial]
    time_asked: list[MoreTime]
    charges: int = Field(description="Proposed and not yet answered.", examples=[0])
    step: NextStep | Calm = Field(description="What to do now, or why there is nothing to do.", examples=["get-label"])


class HomePage(Page[CustomerAtHand]):
    """Customers, what needs a person first, and how many each list holds."""

    counts: dict[HomeShow, int] = Field(examples=[{"all": 12, "urgent": 3, "out": 7, "waiting": 2}])


@bp.get("")
@bp.input(HomeQuery, location="query")
@bp.output(HomePage)
@allowed(Permission.SEE_ORDERS)
def show(query_data: HomeQuery) -> HomePage:
    """List the customers at hand, what needs a person first, then by due day."""
    home = partner_home(
        read_session(),
        show=query_data.show,
        text=query_data.text,
        page=query_data.after,
        seen_by=g.actor,
        policy=given().policy,
        now=g.now,
    )
    is_beyond = query_data.after > home.pages
    return HomePage(
        items=[] if is_beyond else [_told(card) for card in home.cards],
        next=str(home.page + 1) if home.page < home.pages else None,
        counts=dict(home.counts),
    )


def _told(card: Card) -> CustomerAtHand:
    first = card.first
    return CustomerAtHand(
        id=card.customer.id,
        name=card.customer.name,
        country=None if card.is_request else card.customer.country,
        is_request=card.is_request,
        out=card.out,
        travelling=card.travelling,
        first=FirstDue(
            unit_id=first.unit_id,
            order=first.order,
            serial=first.serial,
            due_on=first.due_on,
            state=first.state,
            days_left=first.days_left,
            rma=first.rma,
            rma_status=card.rma,
        )
        if first
        else None,
        trials=[trial_in_short(each.standing, each.services) for each in card.trials],
        time_asked=[MoreTime.model_validate(each) for each in card.time_asked],
        charges=card.charges,
        step=card.now,
    )
