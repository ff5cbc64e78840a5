"""A person's saved filters: which there are, one more, one less."""

from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field

from rmatrack.domain.lists import ListName
from rmatrack.services import saved_filters
from rmatrack.web.access import signed_in
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Filled, Found, Shape
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-saved-filters", __name__, url_prefix="/api/v1/saved-filters", tag="Saved filters")


class SavedFilter(Found):
    """What you narrowed a list to, under a name of yours."""

    id: int = Field(examples=[7])
    list: ListName
    name: str = Field(examples=["Overdue in Germany"])
    arguments: str = Field(description="Of the list's address.", examples=["country=DE&state=overdue"])


class SavedFilterIn(Shape):
    """A filter to be saved; one of yours with the same name is replaced."""

    list: ListName
    name: Filled = Field(max_length=saved_filters.LONGEST_NAME, examples=["Overdue in Germany"])
    arguments: Filled = Field(max_length=saved_filters.LONGEST_ARGUMENTS, examples=["state=overdue&country=DE"])


@bp.get("")
@bp.output(Everything[SavedFilter])
@signed_in
def index() -> Everything[SavedFilter]:
    """List your saved filters."""
    found = saved_filters.own_filters(read_session(), by=g.actor)
    return Everything(items=[SavedFilter.model_validate(each) for each in found])


@bp.post("")
@bp.input(SavedFilterIn)
@bp.output(SavedFilter, HTTPStatus.CREATED)
@writes
@refuses(saved_filters.NoNameError, saved_filters.NothingToSaveError, saved_filters.TooManyFiltersError)
@signed_in
def save(json_data: SavedFilterIn) -> Response:
    """Save what a list is narrowed to."""
    return once(
        lambda session: SavedFilter.model_validate(
            saved_filters.save_filter(
                session, json_data.list, json_data.name, json_data.arguments, by=g.actor, now=g.now
            )
        ),
        status=HTTPStatus.CREATED,
    )


@bp.delete("/<int:filter_id>")
@bp.output(SavedFilter)
@writes
@signed_in
def forget(filter_id: int) -> Response:
    """Forget a filter."""
    return once(lambda session: SavedFilter.model_validate(saved_filters.forget_filter(session, filter_id, by=g.actor)))
