"""The papers that go along with a label, each as a file."""

from flask import Blueprint, Response, g

from carriers.documents import DocumentKind
from rmatrack.domain.people import Permission
from rmatrack.services.label_papers import given as given_paper
from rmatrack.services.label_papers import paper_with
from rmatrack.web.access import allowed
from rmatrack.web.given import given
from rmatrack.web.languages import _l
from rmatrack.web.papers import file_answer
from rmatrack.web.sessions import close_read_session, read_session

bp = Blueprint("papers", __name__)

KINDS = {
    DocumentKind.WAYBILL: _l("Waybill document"),
    DocumentKind.INVOICE: _l("The carrier's customs invoice"),
    DocumentKind.RECEIPT: _l("Receipt"),
}


@bp.get("/<number>/papers/<kind>")
@allowed(Permission.SEE_ORDERS)
def show(number: str, kind: str) -> Response:
    """Give a paper: the carrier's own file, or what we draw in its place."""
    found = paper_with(read_session(), number, kind, policy=given().policy, seen_by=g.actor)
    close_read_session()
    file = given_paper(found)
    return file_answer(file.content, file.media_type, f"{kind}-{number}")
