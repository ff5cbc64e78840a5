"""The catalogue of models: what carriers and customs are told of each."""

from decimal import Decimal
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field

from rmatrack.db.catalogue import Model as ModelRow
from rmatrack.domain import catalogue as rules
from rmatrack.domain.countries import UnknownCountryError
from rmatrack.domain.customs import Fact
from rmatrack.domain.people import Permission
from rmatrack.services import catalogue
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Filled, Found, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-catalogue", __name__, url_prefix="/api/v1/models", tag="Catalogue")

REFUSALS = (
    rules.NameMissingError,
    rules.UnknownFamilyError,
    rules.BadMeasureError,
    rules.BadNetWeightError,
    rules.BadHsCodeError,
    rules.BadValueError,
    rules.BadCurrencyError,
    UnknownCountryError,
)


class Model(Found):
    """A model in its box."""

    number: str = Field(examples=["CS-KIT-K9"])
    name: str = Field(examples=["Room Kit"])
    family: str = Field(examples=["room-system"])
    weight_kg: Decimal = Field(description="Of the packed box.", examples=["7.60"])
    net_kg: Decimal | None = Field(description="Without packaging, where it is known.")
    length_mm: int = Field(examples=[760])
    width_mm: int = Field(examples=[230])
    height_mm: int = Field(examples=[210])
    made_in: str = Field(description="ISO 3166; empty while unknown.", examples=["MX"])
    hs_code: str = Field(description="Customs tariff number; empty while unknown.", examples=["851762"])
    value: Decimal = Field(description="For customs, of one device; 0 while unknown.", examples=["4900.00"])
    currency: str = Field(description="ISO 4217.", examples=["USD"])
    missing: list[Fact] = Field(description="What customs ask and the catalogue does not say.", examples=[[]])
    version: int = Field(description="Goes up with each change.", examples=[1])


class ModelFacts(Shape):
    """What the catalogue says of a model."""

    name: Filled = Field(max_length=100, examples=["Room Kit"])
    family: Filled = Field(max_length=32, examples=["room-system"])
    weight_kg: Decimal = Field(ge=0, le=1000, decimal_places=2, examples=["7.60"])
    net_kg: Decimal | None = Field(default=None, ge=0, le=1000, decimal_places=2)
    length_mm: int = Field(ge=0, le=5000, examples=[760])
    width_mm: int = Field(ge=0, le=5000, examples=[230])
    height_mm: int = Field(ge=0, le=5000, examples=[210])
    made_in: Text = Field(default="", max_length=2, examples=["MX"])
    hs_code: Text = Field(default="", max_length=20, examples=["851762"])
    value: Decimal = Field(default=Decimal(0), ge=0, le=1_000_000, decimal_places=2, examples=["4900.00"])
    currency: Filled = Field(max_length=3, examples=["USD"])


class ModelChange(ModelFacts):
    """What the catalogue is to say of a model from now on."""

    seen: int | None = Field(
        default=None, description="The `version` that was looked at; refused where it changed since.", examples=[1]
    )


class ModelIn(ModelFacts):
    """A model to be added."""

    number: Filled = Field(max_length=40, examples=["CS-KIT-K9"])


@bp.get("")
@bp.output(Everything[Model])
@allowed(Permission.SEE_POLICY)
def index() -> Everything[Model]:
    """List all models."""
    return Everything(items=[_told(entry.model) for entry in catalogue.catalogue(read_session(), by=g.actor)])


@bp.post("")
@bp.input(ModelIn)
@bp.output(Model, HTTPStatus.CREATED)
@writes
@refuses(rules.ModelExistsError, rules.BadModelNumberError, *REFUSALS)
@allowed(Permission.EDIT_CATALOGUE)
def add(json_data: ModelIn) -> Response:
    """Add a model."""
    said = json_data.model_dump(exclude={"number"})
    return once(
        lambda session: _told(
            catalogue.add_model(
                session, json_data.number, rules.ModelFacts(**said), policy=given().policy, by=g.actor, now=g.now
            )
        ),
        status=HTTPStatus.CREATED,
    )


@bp.get("/<path:number>")
@bp.output(Model)
@allowed(Permission.SEE_POLICY)
def show(number: str) -> Model:
    """Show one model."""
    return _told(catalogue.model_numbered(read_session(), number, by=g.actor))


@bp.put("/<path:number>")
@bp.input(ModelChange)
@bp.output(Model)
@writes
@refuses(*REFUSALS)
@allowed(Permission.EDIT_CATALOGUE)
def change(number: str, json_data: ModelChange) -> Response:
    """Change a model; labels and invoices made from then on say it."""
    facts, seen = rules.ModelFacts(**json_data.model_dump(exclude={"seen"})), json_data.seen
    return once(
        lambda session: _told(
            catalogue.change_model(session, number, facts, version=seen, policy=given().policy, by=g.actor, now=g.now)
        )
    )


def _told(model: ModelRow) -> Model:
    facts = {field: getattr(model, field) for field in Model.model_fields if field != "missing"}
    return Model(**facts, missing=catalogue.missing_of(model))
