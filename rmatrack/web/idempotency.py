"""One writing step of the API, done once for each `Idempotency-Key` that a program sends (SPEC X-8)."""

import hashlib
from collections.abc import Callable, Iterator
from http import HTTPStatus

from flask import Response, g, request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from rmatrack.domain.errors import ConflictError
from rmatrack.services.idempotency import KeptAnswer, Keyed, answered_before, keep_answer
from rmatrack.web.sessions import write_session

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"

Deed = Callable[[Session], BaseModel]
Status = int | Callable[[BaseModel], int]
"""Of the answer; a function of it, where a deed may end in more than one way."""


def once(deed: Deed, *, status: Status = HTTPStatus.OK, tries: int = 1) -> Response:
    """Do *deed* in a step of its own and answer with what it returns.

    Under a key that was used before, the answer of that time is given again and nothing is done. *tries* is more than
    one where a lost race is no reason to bother the program: the whole step is done again.
    """
    keyed = _keyed()
    for left in range(tries - 1, -1, -1):
        try:
            return _step(deed, keyed, status)
        except ConflictError:
            if not left:
                raise
    raise AssertionError("A deed is tried at least once.")


def _step(deed: Deed, keyed: Keyed | None, status: Status) -> Response:
    with write_session() as session:
        if keyed is None:
            return _response(_answer(deed, session, status))
        before = answered_before(session, keyed, by=g.actor, now=g.now)
        if before:
            return _response(before, replayed=True)
        answer = _answer(deed, session, status)
        keep_answer(session, keyed, answer, by=g.actor)
    return _response(answer)


def _answer(deed: Deed, session: Session, status: Status) -> KeptAnswer:
    told = deed(session)
    return KeptAnswer(int(status(told) if callable(status) else status), told.model_dump_json().encode())


def _response(answer: KeptAnswer, *, replayed: bool = False) -> Response:
    response = Response(answer.body, status=answer.status, content_type="application/json")
    if replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return response


def _keyed() -> Keyed | None:
    key = request.headers.get(KEY_HEADER)
    return None if key is None else Keyed(key, _fingerprint())


def _fingerprint() -> str:
    """Return the digest of method, path and body; of a form its parts, because the line between them is random."""
    digest = hashlib.sha256()
    for part in (request.method.encode(), request.full_path.encode(), *_body()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _body() -> Iterator[bytes]:
    if request.mimetype != "multipart/form-data":
        yield request.get_data()
        return
    for name, value in sorted(request.form.items(multi=True)):
        yield f"{name}={value}".encode()
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        yield f"{name}={file.filename}".encode()
        yield file.stream.read()
        file.stream.seek(0)
