"""Converting a trial to a paid order: what would be lost, the order, and how far its set-up is."""

from datetime import datetime
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field, field_validator
from sqlalchemy.orm import Session

from rmatrack.domain import conversion as rules
from rmatrack.domain.consequences import Step
from rmatrack.domain.conversion import Contact, Order
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Permission
from rmatrack.domain.starting import EmailShapeError
from rmatrack.domain.trial_services import Service, in_order, services_in
from rmatrack.services import converting
from rmatrack.services.consequences import consequences_of
from rmatrack.services.trial_standing import trial_seen
from rmatrack.web.access import allowed
from rmatrack.web.api.field_names import fields_named
from rmatrack.web.api.managing import sentences_of
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Found, Shape, Text
from rmatrack.web.api.trial_choices import MOST_NAMED
from rmatrack.web.api.trial_shapes import MANAGING, NO_FIT
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-conversions", __name__, url_prefix="/api/v1/trials/<int:trial_id>", tag="Converting a trial")

_ONE = "|".join(Service)


class ServicesQuery(Shape):
    """What the order holds."""

    services: Text = Field(
        pattern=rf"^(({_ONE})(,({_ONE})){{0,{MOST_NAMED - 1}}})?$",
        description="Services, with commas between them; none where it is empty.",
        examples=["meetings,calling"],
    )


class ConversionPreview(Found):
    """The order beside the trial."""

    kept: list[Service] = Field(description="On trial, and ordered.", examples=[["calling"]])
    lost: list[Service] = Field(description="On trial, not ordered: lost at expiry.", examples=[["meetings"]])
    added: list[Service] = Field(description="Ordered, and not on trial.", examples=[[]])
    sentences: list[str] = Field(
        description="What converting does to devices that are out.", examples=[["No device of this trial is out."]]
    )


class OrderIn(Shape):
    """A paid order, as it was placed in Cisco Commerce Workspace: by you, or by your distributor for you."""

    order_number: Text = Field(max_length=200, examples=["W10045678"])
    services: list[Service] = Field(max_length=MOST_NAMED, examples=[["meetings", "calling"]])
    distributor: Text = Field(default="", max_length=200, description="Its name, where it placed the order.")
    contact: Contact = Field(default=rules.RECOMMENDED, description="Whose administrator sets the services up.")
    contact_email: Text = Field(default="", max_length=254, description="Where it is not you.")
    confirmed: bool = Field(default=False, description="That what the order leaves out may be lost.")

    def order(self) -> Order:
        """Return it as the services take it."""
        return Order(
            number=self.order_number,
            services=frozenset(self.services),
            distributor=self.distributor,
            contact=self.contact,
            contact_email=self.contact_email,
            confirmed=self.confirmed,
        )


class Conversion(Found):
    """A trial's paid order, and when its services were set up."""

    trial_id: int = Field(examples=[12])
    order_number: str = Field(examples=["W10045678"])
    distributor: str | None
    services: list[Service] = Field(examples=[["meetings", "calling"]])
    lost: list[Service] = Field(description="Runs to the trial's expiry.", examples=[[]])
    contact: Contact
    contact_email: str = Field(examples=["ada@noordzee.example"])
    created_at: datetime
    set_up_at: datetime | None

    @field_validator("services", "lost", mode="before")
    @classmethod
    def _apart(cls, kept: str | list[str]) -> list[str]:
        return kept.split() if isinstance(kept, str) else kept


@bp.get("/conversion-preview")
@bp.input(ServicesQuery, location="query")
@bp.output(ConversionPreview)
@refuses(*NO_FIT)
@allowed(Permission.SEE_ORDERS)
def preview(trial_id: int, query_data: ServicesQuery) -> ConversionPreview:
    """Say what an order would keep, lose and add, before anything is confirmed."""
    session, policy = read_session(), given().policy
    ordered = services_in(query_data.services.replace(",", " "))
    found = converting.conversion_preview(session, trial_id, ordered, policy=policy, by=g.actor, now=g.now)
    effect = consequences_of(session, trial_id, Step.CONVERT, seen_by=g.actor, policy=policy, now=g.now)
    return ConversionPreview(
        kept=in_order(found.kept),
        lost=in_order(found.lost),
        added=in_order(found.added),
        sentences=sentences_of(effect),
    )


@bp.get("/conversion")
@bp.output(Conversion)
@allowed(Permission.SEE_ORDERS)
def show(trial_id: int) -> Conversion:
    """Show the paid order of a trial."""
    session = read_session()
    trial_seen(session, trial_id, seen_by=g.actor, policy=given().policy, now=g.now)
    found = converting.conversion_of(session, trial_id)
    if found is None:
        raise NotFoundError
    return Conversion.model_validate(found)


@bp.post("/convert")
@bp.input(OrderIn)
@bp.output(Conversion, HTTPStatus.CREATED)
@writes
@refuses(
    *MANAGING,
    rules.ThroughDistributorError,
    rules.OrderNumberMissingError,
    rules.NothingOrderedError,
    rules.LossesNotConfirmedError,
    EmailShapeError,
)
@allowed(Permission.MANAGE_TRIALS)
def convert(trial_id: int, json_data: OrderIn) -> Response:
    """Note that a paid order was placed; the provisioning contact is sent the link that sets its services up."""

    def deed(session: Session) -> Conversion:
        with fields_named("contact_{}".format, EmailShapeError):
            made = converting.convert(
                session, trial_id, json_data.order(), policy=given().policy, by=g.actor, now=g.now
            )
        return Conversion.model_validate(made)

    return once(deed, status=HTTPStatus.CREATED)
