"""Days written as a calendar that other programs subscribe to: iCalendar, RFC 5545."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from unicodedata import category

PRODUCT = "-//rmatrack//return due days//EN"
REFRESH = "PT4H"
LONGEST_LINE_OCTETS = 75

_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_UNWRITTEN = frozenset({"Cc", "Cs"})
"""Control characters and halves of characters, by Unicode's categories."""
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something on a whole day. `uid` stays when `on` moves, and `sequence` then rises; `changed_at` is in UTC."""

    uid: str
    on: date
    summary: str
    description: str
    url: str
    changed_at: datetime
    sequence: int
    is_cancelled: bool


def written(name: str, entries: Iterable[Entry]) -> str:
    """Return the calendar *name* as text, the same for the same entries."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        *(line for entry in entries for line in _lines(entry)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _lines(entry: Entry) -> Sequence[str]:
    changed = entry.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return (
        "BEGIN:VEVENT",
        f"UID:{escaped(entry.uid)}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(entry.summary)}",
        f"DESCRIPTION:{escaped(entry.description)}",
        f"URL:{entry.url}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def escaped(text: str) -> str:
    """Return *text* as a value; what no calendar can hold, control characters, is left out."""
    plain = _LINE_ENDS.sub("\n", text)
    return "".join(each for each in plain if each in "\n\t" or category(each) not in _UNWRITTEN).translate(_ESCAPES)


def folded(line: str) -> str:
    """Return *line* in pieces of at most 75 octets, never broken within a character; each but the first is indented."""
    return "\r\n ".join(_pieces(line))


def _pieces(line: str) -> Iterator[str]:
    piece, octets, room = "", 0, LONGEST_LINE_OCTETS
    for each in line:
        size = len(each.encode())
        if octets + size > room:
            yield piece
            piece, octets, room = "", 0, LONGEST_LINE_OCTETS - 1
        piece, octets = piece + each, octets + size
    yield piece
