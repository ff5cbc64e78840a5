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
        packed = gzip.compress(manifest(session, by=g.actor, now=g.now).encode(), compresslevel=GZIP_LEVEL)
        answer = Response(packed, content_type="application/json", headers={"Content-Encoding": "gzip"})
    answer.set_etag(version, weak=True)
    return answer
