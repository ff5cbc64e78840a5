"""Customers: the organisations that try devices."""

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from rmatrack.db.customer_lists import customer_with_id, customers_by_name
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Permission
from rmatrack.web.access import allowed
from rmatrack.web.api.shapes import Found, Page, Shape, Text
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


class CustomerFile(Customer):
    """A customer with its administrators. Its orders: `/api/v1/orders?customer=`."""

    administrators: list[Administrator]


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
    """Show one customer."""
    found = customer_with_id(read_session(), customer_id, seen_by=g.actor)
    if found is None:
        raise NotFoundError
    return CustomerFile.model_validate(found)
