"""Photos of devices: each kept once, whoever sends it again (SPEC R-6)."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.blobs import keep_blob
from rmatrack.db.inspections import UnitPhoto, photos_of, units_to_inspect
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.inspection import TooManyPhotosError
from rmatrack.domain.people import Actor, Permission
from rmatrack.paper.photos import MEDIA_TYPE, Photo
from rmatrack.services.history import record

MOST_PHOTOS = 24


def add_photos(session: Session, unit_id: int, photos: Sequence[Photo], *, by: Actor, now: datetime) -> list[UnitPhoto]:
    """Add photos that `rmatrack.paper.photos.prepare` made, and return those that are new."""
    by.must(Permission.INSPECT)
    unit = next(iter(units_to_inspect(session, {unit_id}, seen_by=by)), None)
    if unit is None:
        raise NotFoundError
    have = {photo.digest for photo in photos_of(session, {unit_id})}
    added = keep_photos(session, photos, have, unit_id=unit_id, by=by, now=now)
    changes = [
        Change("unit", unit.serial, "photo added", "photo", new=photo.digest, order_id=unit.order_id, unit_id=unit_id)
        for photo in added
    ]
    record(session, changes, by=by, now=now)
    return added


def keep_photos(
    session: Session,
    photos: Sequence[Photo],
    have: AbstractSet[str],
    *,
    unit_id: int | None,
    scan_id: str | None = None,
    by: Actor,
    now: datetime,
) -> list[UnitPhoto]:
    """Keep photos of a unit or a scan apart from those it has (digests); raises `TooManyPhotosError`."""
    added: dict[str, UnitPhoto] = {}
    for photo in photos:
        digest = keep_blob(session, photo.large, MEDIA_TYPE, now=now)
        if digest in have or digest in added:
            continue
        added[digest] = UnitPhoto(
            unit_id=unit_id,
            scan_id=scan_id,
            digest=digest,
            small_digest=keep_blob(session, photo.small, MEDIA_TYPE, now=now),
            width=photo.width,
            height=photo.height,
            person_id=by.person_id,
            added_by=by.name,
            added_at=now,
        )
    if len(have) + len(added) > MOST_PHOTOS:
        raise TooManyPhotosError(len(have), MOST_PHOTOS)
    session.add_all(added.values())
    session.flush()
    return list(added.values())
