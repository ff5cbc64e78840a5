"""The door at which carriers tell of parcels by themselves: whoever knows its secret is heard, quickly and once.

A carrier sends the secret in the header `credential`, as UPS Track Alert does (`UPSTrackAlert.yaml` of UPS' published
API documentation) and DHL's Unified Push does when the subscription's `hook.authentication` names that header (its
examples on developer.dhl.com, 2025-07). Who passes messages on signs them instead (`carriers.webhooks`). What comes
twice changes nothing the second time.
"""

import logging
from typing import Any

from flask import Blueprint, Response, g, json, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from carriers.shipment import Carrier
from carriers.webhooks import Verdict, judge, knows
from rmatrack.domain.errors import BadInputError, ConflictError, NotFoundError, RmatrackError, _
from rmatrack.services.door_limits import count_refusal, has_room, is_shut_out
from rmatrack.services.doors import secrets_of
from rmatrack.services.pushes import LISTENED_TO, Heard, hear
from rmatrack.settings import credentials_keys
from rmatrack.vault import Vault
from rmatrack.web.access import public
from rmatrack.web.errors import problem, status_of
from rmatrack.web.given import given
from rmatrack.web.sentences import say
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")

LARGEST_BYTES = 256 * 1024
TRIES = 3
WAIT_SECONDS = 60

log = logging.getLogger(__name__)


class NotGenuineError(RmatrackError):
    """A message without the secret of the door, or one from another time."""

    code = "not-genuine"
    message = _("This message does not carry the secret that was agreed on. Check it where the messages are sent.")


class UnreadableMessageError(BadInputError):
    """A message that is not JSON."""

    code = "unreadable-message"
    message = _("This message is not JSON. Nothing was changed.")


class TooManyMessagesError(RmatrackError):
    """More messages than this door takes in a minute."""

    code = "too-many-messages"
    message = _("Too many messages came in a minute. Send this one again in a minute.")


@bp.post("/<carrier>")
@public
def knock(carrier: str) -> Response:
    """Hear what a carrier tells."""
    listened = _listened_to(carrier)
    address = request.remote_addr or ""
    if is_shut_out(read_session(), address, now=g.now):
        return _later(TooManyMessagesError())
    body = _body()
    if not _is_genuine(listened, body):
        with write_session() as session:
            count_refusal(session, address, now=g.now)
        return _refused(401, NotGenuineError())
    with write_session() as session:
        if not has_room(session, listened, now=g.now):
            return _later(TooManyMessagesError())
    return _heard(listened, _message(body))


@bp.errorhandler(RmatrackError)
def refuse(error: RmatrackError) -> Response:
    """Answer a program, not a person."""
    return _refused(status_of(error), error)


@bp.errorhandler(HTTPException)
def refuse_request(error: HTTPException) -> Response:
    """Answer a message that is too large or has no end."""
    return problem(error.code or 400, "bad-request", error.description or "")


def _listened_to(carrier: str) -> Carrier:
    found = next((one for one in LISTENED_TO if one.value == carrier), None)
    if found is None:
        raise NotFoundError
    return found


def _body() -> bytes:
    request.max_content_length = LARGEST_BYTES
    body = request.get_data()
    if len(body) > LARGEST_BYTES:
        raise RequestEntityTooLarge
    return body


def _is_genuine(carrier: Carrier, body: bytes) -> bool:
    secrets = secrets_of(read_session(), carrier, vault=Vault(credentials_keys(given().settings)))
    close_read_session()
    if signature := request.headers.get("X-Signature"):
        timestamp = request.headers.get("X-Timestamp", "")
        verdict = judge(
            body, timestamp=timestamp, signature=signature, message_id="", secrets=secrets, seen=(), now=g.now
        )
        return verdict is Verdict.GENUINE
    offered = request.headers.get("credential") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    return knows(offered, secrets)


def _message(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableMessageError from None


def _heard(carrier: Carrier, message: Any) -> Response:
    for _try in range(TRIES):
        try:
            with write_session() as session:
                return _answer(hear(session, carrier, message, now=g.now))
        except ConflictError:
            log.info("Two messages about one parcel came at once; this one is taken in again.")
    return _later(ConflictError())


def _answer(heard: Heard) -> Response:
    told = {"changed": heard.changed, "aside": heard.aside, "asked": heard.asked}
    return Response(json.dumps(told), content_type="application/json")


def _later(error: RmatrackError) -> Response:
    answer = _refused(503 if isinstance(error, ConflictError) else 429, error)
    answer.headers["Retry-After"] = str(WAIT_SECONDS)
    return answer


def _refused(status: int, error: RmatrackError) -> Response:
    return problem(status, error.code, say(error))
