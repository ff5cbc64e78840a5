"""A reading of the gun as a station sends it, and what must be right about it before it is judged (SPEC R-3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _

LONGEST_RAW = 500
LONGEST_STATION = 40
LONGEST_MODEL = 40
_YEARS = range(2000, 2100)
_UNWRITABLE = str.maketrans({"\x00": "␀"}) | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanIn:
    """One reading under the id its station gave it.

    `expected` is the RMA number of the box that was open, `claimed_model` what the device says it is. `of_serial` is
    the serial that was read just before, where `raw` may be the model number beside it.
    """

    id: str
    scanned_at: datetime
    station: str
    raw: str
    expected: str | None = None
    claimed_model: str | None = None
    of_serial: str | None = None


class ScanIdError(BadInputError):
    """A scan cannot be told apart from others without an id of its own."""

    code = "bad-scan-id"
    message = _("Each scan carries an id of its own, a UUID. Send this scan again under a new one.")

    def __init__(self) -> None:
        super().__init__(field="id")


class ScanTimeError(BadInputError):
    """The time of a scan says too little, or nothing possible."""

    code = "bad-scan-time"
    message = _("The time of this scan has no zone or cannot be right. Set the clock of the station, then scan again.")

    def __init__(self) -> None:
        super().__init__(field="scanned_at")


class ScanLengthError(BadInputError):
    """Nothing was read, or more than any barcode of ours holds."""

    code = "bad-scan-length"
    message = _("A scan holds 1 to %(most)s characters. Scan the serial number on the device.")

    def __init__(self) -> None:
        super().__init__(field="raw", most=LONGEST_RAW)


class StationError(BadInputError):
    """The station has no name, or one that is too long to keep."""

    code = "bad-station"
    message = _("A station has a name of 1 to %(most)s characters, such as dock-1.")

    def __init__(self) -> None:
        super().__init__(field="station", most=LONGEST_STATION)


class ScanIdTakenError(RuleBrokenError):
    """Another reading was recorded under the same id."""

    code = "scan-id-taken"
    message = _("Another scan was recorded under this id: %(recorded)s. Send this one again under a new id.")

    def __init__(self, recorded: str) -> None:
        super().__init__(field="id", recorded=recorded)


class UnknownBoxError(BadInputError):
    """The open box is of no RMA that we know."""

    code = "unknown-box"
    message = _("There is no RMA %(rma)s. Open the right box, then scan again.")

    def __init__(self, rma: str) -> None:
        super().__init__(field="rma", rma=rma)


def moment_from(text: str) -> datetime:
    """Return the moment in *text*; one without a zone, which no scan may have, where it holds none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.min  # noqa: DTZ901  It is refused with the rest of its kind.


def checked(scan: ScanIn) -> ScanIn:
    """Return *scan* in the form in which it is kept; raises what is wrong with it.

    What no database stores (NUL, halves of surrogate pairs) is written with a stand-in, so that the rest is not lost.
    """
    station = writable(scan.station).strip()
    raw = writable(scan.raw)
    if scan.scanned_at.tzinfo is None or scan.scanned_at.year not in _YEARS:
        raise ScanTimeError
    if not raw.strip() or len(raw) > LONGEST_RAW:
        raise ScanLengthError
    if not 0 < len(station) <= LONGEST_STATION:
        raise StationError
    return replace(
        scan,
        id=canonical_id(scan.id),
        station=station,
        raw=raw,
        expected=writable(scan.expected or "").strip().upper() or None,
        claimed_model=writable(scan.claimed_model or "").strip()[:LONGEST_MODEL] or None,
        of_serial=writable(scan.of_serial or "")[:LONGEST_RAW].strip() or None,
    )


def writable(text: str) -> str:
    """Return *text* with a stand-in for what neither a database nor an answer can hold."""
    return text.translate(_UNWRITABLE)


def canonical_id(text: str) -> str:
    """Return a UUID in its usual form; raises `ScanIdError` where *text* is none."""
    try:
        return str(UUID(text))
    except ValueError as error:
        raise ScanIdError from error
