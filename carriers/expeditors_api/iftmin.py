"""A booking request as UN/EDIFACT IFTMIN (directory D.01B): an instruction to the party that arranges transport."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from carriers.capitals import plain_capitals
from carriers.customs import Goods
from carriers.expeditors_api.booking import INCOTERM, Booking, Carton
from carriers.shipment import Address

FORWARDING_INSTRUCTIONS = "610"

Part = str | Sequence[str]
"""One element of a segment; a composite one has several components."""


def iftmin(booking: Booking, *, sender: str, recipient: str, control: str) -> str:
    """Write *booking* as one interchange. *control* is its number, up to 14 characters, new for each message."""
    reference = control[:14]
    body = [("UNH", reference, ("IFTMIN", "D", "01B", "UN")), *_segments(booking)]
    written_at = (f"{booking.written_at:%y%m%d}", f"{booking.written_at:%H%M}")
    segments = [
        ("UNB", ("UNOC", "3"), sender, recipient, written_at, reference),
        *body,
        ("UNT", str(len(body) + 1), reference),
        ("UNZ", "1", reference),
    ]
    return "UNA:+.? '\n" + "\n".join(map(_written, segments)) + "\n"


def _segments(booking: Booking) -> Iterator[tuple[Part, ...]]:
    yield "BGM", FORWARDING_INSTRUCTIONS, booking.rma, booking.purpose.value
    yield "DTM", _moment("137", booking.written_at)
    yield "DTM", _moment("234", booking.ready_at)
    yield "DTM", _moment("235", booking.closes_at)
    if booking.instructions:
        yield "FTX", "DIN", "", "", _components(booking.instructions, 512, 5)
    yield "CNT", ("11", str(len(booking.cartons)))
    yield "CNT", ("7", str(booking.gross_kg), "KGM")
    yield "TOD", "6", "", INCOTERM
    yield "RFF", ("CU", booking.rma)
    if booking.account:
        yield "RFF", ("ADE", booking.account)
    yield from _party("CZ", booking.pickup_at)
    yield from _party("PW", booking.pickup_at)
    yield from _party("CN", booking.deliver_to)
    for place, carton in enumerate(booking.cartons, start=1):
        yield from _carton(place, carton)


def _party(role: str, address: Address) -> Iterator[tuple[Part, ...]]:
    yield (
        "NAD", role, "", "", _components(address.name, 35, 5), _components(" ".join(address.lines), 35, 4),
        _plain(address.city)[:35], _plain(address.state)[:9], _plain(address.postal_code)[:17], address.country,
    )  # fmt: skip
    if address.attention or address.phone:
        yield "CTA", "IC", ("", _plain(address.attention or address.name)[:35])
    if address.phone:
        yield "COM", (_plain(address.phone)[:25], "TE")


def _carton(place: int, carton: Carton) -> Iterator[tuple[Part, ...]]:
    goods, parcel = carton.goods, carton.shipment.parcel
    yield "GID", str(place), ("1", "CT")
    yield "FTX", "AAA", "", "", _components(goods.description, 512, 5)
    yield "MEA", "WT", "AAB", ("KGM", f"{parcel.weight_kg:.1f}")
    if parcel.size_mm:
        length, width, height = (f"{side / 10:.1f}" for side in parcel.size_mm)
        yield "DIM", "1", ("CMT", length, width, height)
    yield "MOA", ("44", str(goods.value * len(goods.serials)), goods.currency)
    yield from _identities(carton.sscc, goods)


def _identities(sscc: str, goods: Goods) -> Iterator[tuple[Part, ...]]:
    yield "PCI", "33E"
    yield "GIN", "BJ", sscc
    for serial in goods.serials:
        yield "GIN", "BN", serial
    yield "CST", "1", ("".join(filter(str.isalnum, goods.code)), "122")
    yield "LOC", "27", goods.origin


def _moment(qualifier: str, moment: datetime) -> Part:
    """Write a moment with its offset from Greenwich (format 205)."""
    return qualifier, f"{moment:%Y%m%d%H%M%z}", "205"


def _components(text: str, width: int, count: int) -> Part:
    plain = _plain(text)
    return [plain[start : start + width] for start in range(0, min(len(plain), width * count), width)] or [""]


def _plain(text: str) -> str:
    return " ".join(plain_capitals(text).split())


def _written(segment: Iterable[Part]) -> str:
    return "+".join(map(_element, segment)) + "'"


def _element(part: Part) -> str:
    return _escaped(part) if isinstance(part, str) else ":".join(map(_escaped, part))


def _escaped(text: str) -> str:
    """Put the release character before what would end a component, an element or a segment."""
    return re.sub(r"([:+'?])", r"?\1", "".join(filter(str.isprintable, text)))
