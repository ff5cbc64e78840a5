"""The one box: every order that a typed key or a pasted mail leads to, and why."""

from apiflask import APIBlueprint
from flask import g, request
from pydantic import Field

from rmatrack.domain.demo_numbers import (
    MOST_SERIALS,
    NothingClaimedError,
    NothingProvenError,
    TooManyLookUpsError,
    TooManySerialsError,
)
from rmatrack.domain.lookup import Why
from rmatrack.domain.orgids import OrgIdError, OtherThingsIdError
from rmatrack.domain.pasted import KeyKind
from rmatrack.domain.people import Permission
from rmatrack.services import lookup
from rmatrack.services.demo_numbers import count_ask
from rmatrack.services.demo_numbers import demo_numbers as demo_numbers_of
from rmatrack.web.access import allowed
from rmatrack.web.api.orders import OrderInShort
from rmatrack.web.api.routes import refuses
from rmatrack.web.api.shapes import Filled, Found, Shape, Text
from rmatrack.web.claims import claim_of
from rmatrack.web.given import given
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.steady import steadily

bp = APIBlueprint("api-find", __name__, url_prefix="/api/v1/find", tag="Find")


class FindQuery(Shape):
    """A key: serial, order, RMA, tracking number, customer, organisation id or e-mail."""

    q: Filled = Field(max_length=2000, examples=["FOC21213GKV"])


class FindIn(Shape):
    """A text with keys in it, such as a mail."""

    text: Filled = Field(max_length=100_000, examples=["Where do I send FOC21213GKV of order D4100201?"])


class Reason(Found):
    """One key that led there."""

    why: Why
    key: str = Field(examples=["FOC21213GKV"])
    unit_id: int | None
    line: int = Field(description="Of the text, counted from 1.", examples=[4])
    written: str | None = Field(description="How it was written, where it was read as what was probably meant.")


class Match(Found):
    """An order, or a customer who has none (then `order` is null)."""

    reasons: list[Reason]
    customer: str = Field(examples=["University of Texas at Austin"])
    order: OrderInShort | None


class Key(Found):
    """A key that was read in the text."""

    kind: KeyKind
    value: str = Field(examples=["FOC21213GKV"])
    line: int = Field(description="Of the text, counted from 1.", examples=[4])


class FindAnswer(Found):
    """What a text led to: where most keys point first, then what is still out, then the newest."""

    matches: list[Match]
    keys: list[Key]
    missing: list[Key] = Field(description="Keys that led nowhere.")
    doubtful: list[Key] = Field(description="What led nowhere and may have been no key: words, phone numbers.")


class ClaimIn(Shape):
    """What proves to know an order: organisation id and administrator, or all serials of an order or a trial."""

    org_id: Text = Field(default="", max_length=200, examples=["7b982ff1-3ad8-432f-8e23-67c3a5464623"])
    admin_email: Text = Field(default="", max_length=254, examples=["admin@utexas.example"])
    serials: list[Filled] = Field(default=[], max_length=MOST_SERIALS, examples=[["FOC21213GKV", "FOC21213GKW"]])


class DemoNumbers(Found):
    """The open demo orders that were proven."""

    numbers: list[str] = Field(examples=[["D4100201"]])


@bp.get("")
@bp.input(FindQuery, location="query")
@bp.output(FindAnswer)
@allowed(Permission.FIND)
def show(query_data: FindQuery) -> FindAnswer:
    """Find orders by a key."""
    return _found(query_data.q)


@bp.post("")
@bp.input(FindIn)
@bp.output(FindAnswer)
@allowed(Permission.FIND)
def read(json_data: FindIn) -> FindAnswer:
    """Find every order in a text that is too long for an address; nothing is changed."""
    return _found(json_data.text)


@bp.post("/demo-numbers")
@bp.input(ClaimIn)
@bp.output(DemoNumbers)
@refuses(
    NothingProvenError, NothingClaimedError, TooManySerialsError, TooManyLookUpsError, OrgIdError, OtherThingsIdError
)
@allowed(Permission.FIND)
def demo_numbers(json_data: ClaimIn) -> DemoNumbers:
    """Name the orders that the caller proves to know; all that is not proven is answered alike, in the same time."""
    claim = claim_of(json_data.org_id, json_data.admin_email, "\n".join(json_data.serials))
    with steadily():
        with write_session() as session:
            count_ask(session, by=g.actor, address=request.remote_addr or "", now=g.now)
        return DemoNumbers(numbers=demo_numbers_of(read_session(), claim, seen_by=g.actor))


def _found(text: str) -> FindAnswer:
    found = lookup.find(read_session(), text, seen_by=g.actor, now=g.now, policy=given().policy)
    return FindAnswer.model_validate(found)
