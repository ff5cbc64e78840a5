"""Customers: the organisations that try devices."""

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from rmatrack.db.customer_lists import customer_with_id, customers_by_name
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Permission
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import PartnerRole
from rmatrack.services.trials import customer_view
from rmatrack.web.access import allowed
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.api.trial_shapes import TrialInList, trial_in_list
from rmatrack.web.given import given
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-customers", __name__, url_prefix="/api/v1/customers", tag="Customers")

PAGE_CUSTOMERS = 50


class Customer(Found):
    """An organisation. Two may share a name; the organisation id is theirs alone."""

    id: int = Field(examples=[31])
    org_id: str = Field(examples=["7b982ff1-3ad8-432f-8e23-67c3a5464623"])
    name: str = Field(examples=["TU Delft"])
    country: str = Field(examples=["NL"])
    state: str | None
    zone: str = Field(description="In which its days are counted.", examples=["Europe/Amsterdam"])


class Administrator(Found):
    """Somebody who administers a customer's organisation."""

    email: str = Field(examples=["admin@tudelft.example"])
    name: str | None
    full: bool


class ServiceHeld(Found):
    """A service at a customer, and which partner manages it."""

    service: Service = Field(examples=["meetings"])
    partner: str | None = Field(examples=["Noordzee Networks"])


class CustomerFile(Customer):
    """A customer with its administrators, services and your trials. Its orders: `/api/v1/orders?customer=`."""

    administrators: list[Administrator]
    role: PartnerRole | None = Field(description="What you are in its organisation; null for a reader inside.")
    bought: list[ServiceHeld]
    elsewhere: list[ServiceHeld] = Field(description="On trial with other partners.", examples=[[]])
    trials: list[TrialInList] = Field(description="Those that you see, ended ones included.")


class CustomersQuery(Shape):
    """What the list is narrowed to."""

    text: Text = Field(default="", max_length=200, description="A part of the name.")
    after: int | None = Field(default=None, ge=1, le=2**62, description="`next` of the page before.")


@bp.get("")
@bp.input(CustomersQuery, location="query")
@bp.output(Page[Customer])
@allowed(Permission.SEE_ORDERS)
def index(query_data: CustomersQuery) -> Page[Customer]:
    """List customers by name."""
    session = read_session()
    last = customer_with_id(session, query_data.after, seen_by=g.actor) if query_data.after else None
    found = customers_by_name(
        session,
        part=name_key(query_data.text),
        after=(last.name_key, last.id) if last else None,
        limit=PAGE_CUSTOMERS + 1,
        seen_by=g.actor,
    )
    shown = found[:PAGE_CUSTOMERS]
    return Page(
        items=[Customer.model_validate(customer) for customer in shown],
        next=str(shown[-1].id) if len(found) > PAGE_CUSTOMERS else None,
    )


@bp.get("/<int:customer_id>")
@bp.output(CustomerFile)
@allowed(Permission.SEE_ORDERS)
def show(customer_id: int) -> CustomerFile:
    """Show one customer: what it bought, what it tries with whom, and your trials with it."""
    found = customer_with_id(read_session(), customer_id, seen_by=g.actor)
    if found is None:
        raise NotFoundError
    view = customer_view(read_session(), customer_id, seen_by=g.actor, policy=given().policy, now=g.now)
    return CustomerFile(
        **Customer.model_validate(found).model_dump(),
        administrators=[Administrator.model_validate(one) for one in found.administrators],
        role=view.role,
        bought=[ServiceHeld.model_validate(one) for one in view.bought],
        elsewhere=[ServiceHeld.model_validate(one) for one in view.elsewhere],
        trials=[trial_in_list(row) for row in view.trials],
    )
