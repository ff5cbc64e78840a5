"""Uploaded files of shipments: kept with what was answered about them, until somebody confirms what they would do."""

from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from rmatrack.db.blobs import blob_content, keep_blob
from rmatrack.db.imports import ImportFile, import_file
from rmatrack.domain.errors import NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.services.history import record
from rmatrack.services.imports import Loaded, Preview, load
from rmatrack.services.shipment_layout import Answers
from rmatrack.services.spreadsheets import Table, read_table

_LONGEST_NAME = 255


class LoadedBeforeError(RuleBrokenError):
    """A file is confirmed once."""

    code = "loaded-before"
    message = _("%(name)s was loaded before. Upload it again if it has changed since.")

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


def keep_upload(session: Session, content: bytes, name: str, *, by: Actor, now: datetime) -> ImportFile:
    """Keep a file that `read_table` can read, for its preview."""
    by.must(Permission.RECORD_SHIPMENTS)
    file = ImportFile(
        name=name[:_LONGEST_NAME],
        blob_digest=keep_blob(session, content, "application/octet-stream", now=now),
        person_id=by.person_id,
        mapping={},
        uploaded_at=now,
    )
    session.add(file)
    session.flush()
    record(session, [Change("import", str(file.id), "uploaded", field="name", new=file.name)], by=by, now=now)
    return file


def upload(session: Session, file_id: int, *, by: Actor) -> ImportFile:
    """Return an uploaded file; raises `NotFoundError`."""
    by.must(Permission.RECORD_SHIPMENTS)
    file = import_file(session, file_id)
    if file is None:
        raise NotFoundError
    return file


def table_of(session: Session, file: ImportFile) -> Table:
    """Return the rows of an uploaded file."""
    return read_table(blob_content(session, file.blob_digest) or b"", file.name)


def answers_of(file: ImportFile) -> Answers:
    """Return what was said about a file."""
    said = cast(dict[str, dict[str, str]], file.mapping)
    return Answers(columns=said.get("columns", {}), dates=said.get("dates", {}))


def answer(session: Session, file_id: int, answers: Answers, *, by: Actor) -> None:
    """Keep more answers about a file; a later one about the same header counts."""
    file = upload(session, file_id, by=by)
    before = answers_of(file)
    file.mapping = {
        "columns": {**before.columns, **answers.columns},
        "dates": {**before.dates, **answers.dates},
    }


def confirm(session: Session, file_id: int, shown: Preview, *, policy: Policy, by: Actor, now: datetime) -> Loaded:
    """Load a file as it was shown; raises `LoadedBeforeError`, or `ConflictError` as `load` does."""
    file = upload(session, file_id, by=by)
    if file.loaded_at:
        raise LoadedBeforeError(file.name)
    done = load(session, shown, policy=policy, by=by, now=now)
    file.loaded_at = now
    file.summary = {
        "new": done.new,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "refused": done.refused,
        "units": done.units,
    }
    return done
