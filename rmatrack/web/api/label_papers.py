"""The papers that go along with a label, for programs."""

from apiflask import APIBlueprint, FileSchema
from flask import Response, g
from pydantic import Field

from carriers.documents import DocumentKind
from rmatrack.db.label_lists import label_numbered
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Permission
from rmatrack.paper.errors import TextTooLongError, UnprintableTextError
from rmatrack.services.documents import MisreadPaperError
from rmatrack.services.label_papers import given as given_paper
from rmatrack.services.label_papers import paper_with, papers_with
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses
from rmatrack.web.api.shapes import Everything, Found
from rmatrack.web.given import given
from rmatrack.web.sessions import close_read_session, read_session

bp = APIBlueprint("api-label-papers", __name__, url_prefix="/api/v1/labels", tag="Labels")


class LabelPaper(Found):
    """A paper that goes along with a label: the carrier's own file, or a waybill document that is drawn here."""

    kind: DocumentKind = Field(examples=["waybill"])
    media_type: str = Field(examples=["application/pdf"])


@bp.get("/<number>/papers")
@bp.output(Everything[LabelPaper])
@allowed(Permission.SEE_ORDERS)
def index(number: str) -> Everything[LabelPaper]:
    """List the papers that go along with a label; none while it has not left, or once it is replaced."""
    label = label_numbered(read_session(), number, seen_by=g.actor)
    if label is None:
        raise NotFoundError
    return Everything(items=[LabelPaper.model_validate(each) for each in papers_with(read_session(), label)])


@bp.get("/<number>/papers/<kind>")
@bp.output(FileSchema(type="string", format="binary"), content_type="application/pdf")
@refuses(UnprintableTextError, TextTooLongError, MisreadPaperError)
@allowed(Permission.SEE_ORDERS)
def show(number: str, kind: str) -> Response:
    """Fetch one of the papers that go along with a label, of the type that the list says."""
    found = paper_with(read_session(), number, kind, policy=given().policy, seen_by=g.actor)
    close_read_session()
    file = given_paper(found)
    return Response(file.content, mimetype=file.media_type)
