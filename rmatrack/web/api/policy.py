"""The policy in force: which carrier a country has and why, and every table."""

from datetime import date
from typing import Any

from apiflask import APIBlueprint
from flask import g
from pydantic import Field

from rmatrack.domain import policy as rules
from rmatrack.domain.countries import UnknownCountryError, country_from
from rmatrack.domain.people import Permission
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses
from rmatrack.web.api.shapes import Everything, Found, Shape, Text
from rmatrack.web.given import given

bp = APIBlueprint("api-policy", __name__, url_prefix="/api/v1", tag="Policy")


class CarrierAnswer(Found):
    """Who carries returns out of a country."""

    country: str = Field(examples=["PL"])
    carrier: rules.Carrier | None = Field(description="Null where a row says that nobody does.", examples=["dhl"])
    reason: str = Field(examples=["Poland: DHL, by the trial article."])
    since: date


class PlaceQuery(Shape):
    """A place in a country, where the state makes a difference."""

    state: Text = Field(default="", max_length=50, description="Such as PR in the United States.")
    on: date | None = Field(default=None, description="The day asked about; today where it is absent.")


class PolicyTable(Found):
    """A table of the policy, row by row as it was written."""

    name: str = Field(examples=["limits/limit"])
    rows: list[dict[str, Any]] = Field(examples=[[{"name": "grace-days", "value": 30, "from": "2024-01-01"}]])


@bp.get("/carriers/<country>")
@bp.input(PlaceQuery, location="query")
@bp.output(CarrierAnswer)
@refuses(UnknownCountryError, NoCarrierError)
@allowed(Permission.SEE_ORDERS)
def carrier(country: str, query_data: PlaceQuery) -> CarrierAnswer:
    """Say who carries returns out of a country (ISO 3166 code), since when and why."""
    code = country_from(country)
    return CarrierAnswer.model_validate(
        rules.carrier_for(given().policy, code, query_data.state, query_data.on or g.now.date())
    )


@bp.get("/policy")
@bp.output(Everything[PolicyTable])
@allowed(Permission.SEE_POLICY)
def tables() -> Everything[PolicyTable]:
    """List every table of the policy, each row with its reason and the day from which it counts."""
    rows = given().policy.rows
    return Everything(items=[PolicyTable(name=name, rows=[dict(row) for row in rows[name]]) for name in rows])
