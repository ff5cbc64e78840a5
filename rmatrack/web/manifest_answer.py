"""The manifest of a shift over HTTP, for stations and programs: packed, and not sent to who has the same already."""

import gzip
from http import HTTPStatus

from flask import Response, g, request
from sqlalchemy.orm import Session

from rmatrack.services.scan_manifest import manifest, manifest_version

GZIP_LEVEL = 5


def manifest_answer(session: Session) -> Response:
    """Return the manifest, or 304 where the reader has this version."""
    version = manifest_version(session, by=g.actor, now=g.now)
    if request.if_none_match.contains_weak(version):
        answer = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        answer = _packed(manifest(session, by=g.actor, now=g.now).encode())
    answer.set_etag(version, weak=True)
    answer.vary.add("Accept-Encoding")
    return answer


def _packed(content: bytes) -> Response:
    """Return the manifest packed, for readers that can unpack it; a browser always can."""
    if not request.accept_encodings["gzip"]:
        return Response(content, content_type="application/json")
    packed = gzip.compress(content, compresslevel=GZIP_LEVEL)
    return Response(packed, content_type="application/json", headers={"Content-Encoding": "gzip"})
