"""Devices on the inspection bench: received, of a model that holds data or of one that holds none; and photos."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from PIL import Image
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from rmatrack.db.engine import writing
from rmatrack.db.orders import Unit
from rmatrack.domain.inspection import Condition, Disposition
from rmatrack.domain.people import SYSTEM
from rmatrack.services.inspection import Verdict
from rmatrack.services.receiving import record_scans
from tests.fixtures.app import NOON
from tests.receiving.shipments import make_order, scan

PHONE, ROOM = "CP-8845-K9", "CS-KIT-K9"
ONE, TWO, THREE = "FOC21213GKV", "FNS17231KZ7", "SSI16460ARS"


def receive(engine: Engine, serials: Iterable[str], *, model: str = PHONE, order: str = "D4100201") -> dict[str, int]:
    """Ship *serials* as *model* and receive them, a minute apart; returns the units' ids by serial."""
    serials = list(serials)
    with writing(engine) as session:
        make_order(session, order, serials)
        session.execute(update(Unit).where(Unit.serial_key.in_(serials)).values(model=model))
        scans = [scan(serial, _minute(number), number) for number, serial in enumerate(serials)]
        record_scans(session, scans, by=SYSTEM, now=NOON)
        return ids_of(session)


def ids_of(session: Session) -> dict[str, int]:
    return {row[0]: row[1] for row in session.execute(select(Unit.serial, Unit.id))}


def verdict(unit_id: int, disposition: Disposition = Disposition.RESTOCK, **more: object) -> Verdict:
    values = {"condition": Condition.USED, "unit_id": unit_id, "disposition": disposition, **more}
    return Verdict(**values)  # type: ignore[arg-type]  # Its own fields, by name.


def photo_file(*, size: tuple[int, int] = (400, 200), exif: Image.Exif | None = None, kind: str = "JPEG") -> bytes:
    """A picture whose left half is blue and whose right half is red."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, 0, size[0] // 2, size[1]))
    file = BytesIO()
    image.save(file, kind, **({"exif": exif} if exif else {}))
    return file.getvalue()


def _minute(number: int) -> datetime:
    return NOON.replace(hour=9, minute=number)
