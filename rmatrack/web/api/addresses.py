"""Checking an address with the carrier before something is sent there: a suggestion, never a condition."""

from enum import StrEnum

from apiflask import APIBlueprint
from pydantic import Field

from carriers.shipment import Address
from rmatrack.services.address_checks import Checked, check_address, checker
from rmatrack.web.access import signed_in
from rmatrack.web.api.shapes import Filled, Found, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = APIBlueprint("api-addresses", __name__, url_prefix="/api/v1/addresses", tag="Carriers")

LONGEST = 200


class Verdict(StrEnum):
    """What the carrier thinks of an address."""

    KNOWN = "known"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"
    NOT_CHECKED = "not-checked"


class AddressIn(Shape):
    """An address as somebody wrote it."""

    company: Text = Field(default="", max_length=LONGEST, examples=["University of Texas at Austin"])
    lines: list[Filled] = Field(min_length=1, max_length=3, examples=[["500 Congres Ave"]])
    city: Filled = Field(max_length=LONGEST, examples=["Austin"])
    state: Text = Field(default="", max_length=LONGEST, examples=["TX"])
    postal_code: Text = Field(default="", max_length=20, examples=["78701"])
    country: Text = Field(pattern="^[A-Z]{2}$", examples=["US"])


class AddressOut(Found):
    """An address as the carrier writes it."""

    lines: list[str] = Field(examples=[["500 CONGRESS AVE STE 100"]])
    city: str = Field(examples=["AUSTIN"])
    state: str = Field(examples=["TX"])
    postal_code: str = Field(examples=["78701-4321"])
    country: str = Field(examples=["US"])


class AddressChecked(Found):
    """What came of it."""

    verdict: Verdict = Field(
        description="`not-checked` where no carrier could be asked: outside the United States and Puerto Rico, without"
        " an account that is connected, or while the carrier is away. Going on is always possible."
    )
    suggestions: list[AddressOut] = Field(description="To be taken or left, the likeliest first.")


@bp.post("/check")
@bp.input(AddressIn)
@bp.output(AddressChecked)
@signed_in
def check(json_data: AddressIn) -> AddressChecked:
    """Ask the carrier what it thinks of an address. Nothing is kept, and nothing is changed."""
    account = checker(read_session())
    close_read_session()
    asked = Address(
        name=json_data.company,
        lines=tuple(json_data.lines),
        city=json_data.city,
        postal_code=json_data.postal_code,
        country=json_data.country,
        state=json_data.state,
    )
    return _told(check_address(write_session, given().lines, account, asked, now=given().now))


def _told(checked: Checked) -> AddressChecked:
    return AddressChecked(
        verdict=Verdict(checked.verdict.value) if checked.verdict else Verdict.NOT_CHECKED,
        suggestions=[_written(each) for each in checked.suggestions],
    )


def _written(address: Address) -> AddressOut:
    return AddressOut(
        lines=list(address.lines),
        city=address.city,
        state=address.state,
        postal_code=address.postal_code,
        country=address.country,
    )
