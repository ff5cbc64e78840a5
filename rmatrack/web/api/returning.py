"""How an order comes back from where it is: who fetches it, by when, where to, and what has to be in the boxes."""

from datetime import date, datetime

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import Carrier
from rmatrack.domain.policy_gaps import NoCarrierError, NoDepotError
from rmatrack.services.label_wishes import LabelAtOnceError, NoLabelMissingError, TooManyLabelWishesError, want_labels
from rmatrack.services.return_help import WayBack, way_back
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Found
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.languages import language
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-returning", __name__, url_prefix="/api/v1/orders", tag="Returns")


class BoxToSend(Found):
    """A device that the carrier does not have yet; `number` is its label's, where that one may be on the box."""

    unit_id: int = Field(examples=[4711])
    serial: str = Field(examples=["FOC21213GKV"])
    model: str = Field(examples=["Cisco IP Phone 8845"])
    number: str | None = Field(examples=["1234567890"])
    due_on: date


class Return(Found):
    """The way back of an order, told in the language of `Accept-Language`."""

    order: str = Field(examples=["D4100201"])
    rma: str = Field(examples=["R000012F"])
    carrier: Carrier | None = Field(description="Nobody is appointed where it is null, and `refusal` says what to do.")
    refusal: str | None = Field(examples=[None])
    with_label: bool = Field(description="A label of ours goes on each box: ask for a replacement where it is lost.")
    needs_papers: bool = Field(description="Three signed copies of the customs invoice go with it.")
    phone: str | None = Field(examples=["+1 800 742 5877"])
    web: str | None = Field(examples=["https://mydhl.express.dhl"])
    email: str | None
    booking: str | None = Field(description="How a pickup is booked.", examples=["Call UPS, or book online."])
    fetch_by: date | None = Field(description="The last working day for a pickup.")
    boxes: list[BoxToSend]


class LabelWish(Found):
    """A request for a device's label that stands on the work list of logistics."""

    unit_id: int = Field(examples=[4711])
    given_by: str = Field(examples=["Noor West"])
    given_at: datetime


@bp.get("/<number>/return")
@bp.output(Return)
@allowed(Permission.SEE_ORDERS)
def show(number: str) -> Return:
    """Say how an order comes back."""
    way = way_back(read_session(), _exact(number), policy=given().policy, seen_by=g.actor, now=g.now)
    contact = way.contact
    return Return(
        order=way.order.number,
        rma=way.rma,
        carrier=way.carrier,
        refusal=say(way.refusal) if way.refusal else None,
        with_label=way.with_label,
        needs_papers=way.needs_papers,
        phone=contact.phone if contact else None,
        web=contact.web if contact else None,
        email=contact.email if contact else None,
        booking=_booking(way),
        fetch_by=way.fetch_by,
        boxes=[BoxToSend.model_validate(box) for box in way.to_send],
    )


@bp.post("/<number>/return/label-wishes")
@bp.output(Everything[LabelWish])
@writes
@refuses(LabelAtOnceError, NoLabelMissingError, TooManyLabelWishesError, NoCarrierError, NoDepotError)
@allowed(Permission.ASK_REPLACEMENT_LABEL)
def wish(number: str) -> Response:
    """Ask logistics for the labels that the boxes lack, outside the United States."""
    exact = _exact(number)

    def deed(session: Session) -> Everything[LabelWish]:
        wanted = want_labels(session, exact, policy=given().policy, by=g.actor, now=g.now)
        return Everything(items=[LabelWish.model_validate(one) for one in wanted])

    return once(deed)


def _exact(number: str) -> str:
    try:
        return order_number_from(number)
    except OrderNumberError:
        raise NotFoundError from None


def _booking(way: WayBack) -> str | None:
    if way.contact is None:
        return None
    return way.contact.booking.get(language()) or way.contact.booking["en"]
