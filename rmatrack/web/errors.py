"""The one place where an error becomes an answer: a page for people, problem+json for programs."""

from http import HTTPStatus

from apiflask import APIFlask, HTTPError
from flask import Flask, Response, g, json, render_template, request
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from rmatrack.domain.demo_numbers import TooManyLookUpsError
from rmatrack.domain.errors import BadInputError, NotAllowedError, NotFoundError, RmatrackError
from rmatrack.services.feeds import TooManyFetchesError
from rmatrack.services.link_limit import TooManyLinksError
from rmatrack.services.signing_in import TooManyTriesError
from rmatrack.web.access import NotSignedInError
from rmatrack.web.identity import asks_api
from rmatrack.web.languages import _
from rmatrack.web.sentences import say
from rmatrack.web.sessions import close_read_session
from rmatrack.web.shape_errors import field_problems

STATUSES: tuple[tuple[type[RmatrackError], HTTPStatus], ...] = (
    (NotSignedInError, HTTPStatus.UNAUTHORIZED),
    (TooManyTriesError, HTTPStatus.TOO_MANY_REQUESTS),
    (TooManyLookUpsError, HTTPStatus.TOO_MANY_REQUESTS),
    (TooManyFetchesError, HTTPStatus.TOO_MANY_REQUESTS),
    (TooManyLinksError, HTTPStatus.TOO_MANY_REQUESTS),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (NotAllowedError, HTTPStatus.FORBIDDEN),
    (BadInputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (RmatrackError, HTTPStatus.CONFLICT),
)
"""The first family that an error belongs to decides."""


def status_of(error: RmatrackError) -> HTTPStatus:
    """Return the HTTP status of *error*."""
    return status_of_family(type(error))


def status_of_family(error: type[RmatrackError]) -> HTTPStatus:
    """Return the HTTP status of errors of one class."""
    return next(status for family, status in STATUSES if issubclass(error, family))


def problem(status: int, code: str, message: str, field: str | None = None, **more: object) -> Response:
    """Return an error as programs read it (RFC 9457), with our stable `code`, the sentence and the field."""
    body = {"type": "about:blank", "status": status, "code": code, "message": message, "field": field, **more}
    return Response(json.dumps(body), status=status, content_type="application/problem+json")


def _refused(error: RmatrackError) -> Response:
    return _answer(status_of(error), error.code, say(error), error.field)


def _http(error: HTTPException) -> AnyResponse:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response(request.environ)
    code, message = _usual(error.code)
    answer = _answer(error.code, code, message)
    if error.code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = dict(error.get_headers(request.environ)).get("Allow", "")
    return answer


def _forged(_error: CSRFError) -> Response:
    message = _("The page was open too long, or the request came from elsewhere. Go back, reload and send it again.")
    return _answer(HTTPStatus.BAD_REQUEST, "form-expired", message)


def _malformed(error: HTTPError) -> Response:
    """Answer a program whose request does not have the described shape: the first field, and all of them."""
    code, message = _usual(error.status_code)
    if not isinstance(error.__cause__, ValidationError):
        return problem(error.status_code, code, message)
    fields = field_problems(error.__cause__)
    return problem(error.status_code, code, fields[0]["message"], fields[0]["field"] or None, errors=fields)


def _out_of_range(_error: DataError | OverflowError) -> Response:
    """Answer an address with a number or a text that no database could hold.

    What the page says beside the error is read anew: PostgreSQL tells nothing more after one.
    """
    close_read_session()
    return _answer(HTTPStatus.BAD_REQUEST, *_usual(HTTPStatus.BAD_REQUEST))


def _usual(status: int) -> tuple[str, str]:
    match status:
        case HTTPStatus.NOT_FOUND:
            return "not-found", _("There is nothing at this address. It may have been mistyped, or be somebody else's.")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return "method-not-allowed", _("This address does not take that kind of request.")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return "too-large", _("That is more than this page can take at once. Send it in smaller parts.")
        case HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
            return "wrong-content-type", _("Send the body in the content type that is described for this address.")
        case HTTPStatus.UNPROCESSABLE_ENTITY:
            return "bad-input", _("The request does not have the shape that is described for it.")
        case HTTPStatus.INTERNAL_SERVER_ERROR:
            return "internal", _("Something went wrong on our side. Nothing was changed; try again in a moment.")
    return "bad-request", _("That request could not be understood.")


def _answer(status: int, code: str, message: str, field: str | None = None) -> Response:
    if asks_api():
        return problem(status, code, message, field)
    part = "parts/problem.html" if request.headers.get("HX-Request") else "error.html"
    title = _title(status)
    stranger = g.get("actor") is None
    alone = stranger or status == HTTPStatus.INTERNAL_SERVER_ERROR  # What crashed may be the layout.
    page = render_template(part, title=title, message=message, alone=alone, stranger=stranger)
    return Response(page, status=status, content_type="text/html; charset=utf-8")


def _title(status: int) -> str:
    match status:
        case HTTPStatus.FORBIDDEN:
            return _("Not for your role")
        case HTTPStatus.NOT_FOUND:
            return _("Nothing here")
        case HTTPStatus.CONFLICT:
            return _("That cannot be done")
        case HTTPStatus.INTERNAL_SERVER_ERROR:
            return _("Our mistake")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _("Too many tries")
    return _("That did not work")


def init_app(app: Flask) -> None:
    """Answer every error here; Flask logs a crash, and then it is answered like the rest."""
    app.register_error_handler(RmatrackError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(DataError, _out_of_range)
    app.register_error_handler(OverflowError, _out_of_range)
    if isinstance(app, APIFlask):
        app.error_callback = _malformed
