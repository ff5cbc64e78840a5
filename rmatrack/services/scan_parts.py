"""The serials that a scan holds: a code of a box may carry several, and the model beside them (SPEC R-1, R-3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from rmatrack.db.scans import product_codes
from rmatrack.domain.box_codes import Held, codes_in, is_plain, opened
from rmatrack.domain.scans import LONGEST_MODEL, ScanIn
from rmatrack.domain.serials import SerialKey, normalise

_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Part:
    """One serial of a scan. The first goes by the id of the scan, the others by ids that follow from it."""

    scan: ScanIn
    key: SerialKey
    text: str
    is_declared: bool = False


def read_parts(session: Session, scans: Iterable[ScanIn]) -> dict[str, list[Part]]:
    """Return the parts of each scan, by its id; a scan of one plain text is its own only part."""
    scans = list(scans)
    with_fields = [scan.raw for scan in scans if scan.of_serial or not is_plain(scan.raw)]
    models = product_codes(session, {code for raw in with_fields for code in codes_in(raw)})
    return {scan.id: _parts(scan, opened(scan.raw, models)) for scan in scans}


def _parts(scan: ScanIn, held: Held) -> list[Part]:
    claimed = scan.claimed_model or (held.model or "")[:LONGEST_MODEL] or None
    if scan.of_serial and held.model and not held.serials:
        return [Part(replace(scan, claimed_model=claimed), _key(scan.of_serial), scan.of_serial)]
    if not held.serials:
        return [Part(scan, _key(scan.raw), scan.raw)]
    texts: dict[SerialKey, str] = {}
    for text in held.serials:
        texts.setdefault(_key(text), text)
    return [
        Part(replace(scan, id=_id(scan, key, place), claimed_model=claimed), key, text, True)
        for place, (key, text) in enumerate(texts.items())
    ]


def _id(scan: ScanIn, key: SerialKey, place: int) -> str:
    return scan.id if place == 0 else str(uuid5(UUID(scan.id), key))


def _key(text: str) -> SerialKey:
    return SerialKey(normalise(text)[:_LONGEST_KEY])
