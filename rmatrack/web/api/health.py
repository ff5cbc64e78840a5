"""Whether the app can answer at all, for whoever keeps it running."""

from http import HTTPStatus

from flask import Blueprint, Response, json
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from rmatrack.web.access import public
from rmatrack.web.sessions import read_session

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def show() -> Response:
    """Answer 200 when the database answers, else 503."""
    try:
        read_session().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return _answer("database-unreachable", HTTPStatus.SERVICE_UNAVAILABLE)
    return _answer("ok", HTTPStatus.OK)


def _answer(status: str, code: HTTPStatus) -> Response:
    return Response(json.dumps({"status": status}), status=code, content_type="application/json")
