"""The mail to Expeditors' branch desk that asks for a booking: words for a person, files for a program."""

import json

from carriers.expeditors_api.booking import INCOTERM, Attachment, Booking, BookingMail, Purpose, as_json
from carriers.expeditors_api.iftmin import iftmin
from carriers.expeditors_api.waybill import written
from carriers.shipment import Address

_SUBJECTS = {
    Purpose.ORIGINAL: "Booking request",
    Purpose.REPLACE: "Changed booking request",
    Purpose.CANCEL: "CANCELLED booking request",
}

_TEXT = """\
{greeting}

Reference (please quote it on the file): {rma}
{account}
Pickup: {ready_at:%A %d %B %Y, %H:%M} – {closes_at:%H:%M} (UTC{ready_at:%z})
{pickup}

Deliver to:
{delivery}

{count} carton(s), {kilos} kg, {room} m³
Goods: return of demonstration equipment, {value} {currency}, {incoterm}
{cartons}
{instructions}
Please answer with your file number. The same request is attached for programs, as JSON and as IFTMIN.
"""

_GREETINGS = {
    Purpose.ORIGINAL: "Please fetch and forward these cartons.",
    Purpose.REPLACE: "This replaces our earlier request with the same reference.",
    Purpose.CANCEL: "Please cancel this booking; nothing has to be fetched.",
}


def booking_mail(booking: Booking, *, sender: str, recipient: str) -> BookingMail:
    """Write the mail. *sender* and *recipient* are the names that both use in IFTMIN."""
    key = f"{booking.rma}-{booking.version}-{booking.purpose.name.lower()}"
    message = iftmin(booking, sender=sender, recipient=recipient, control=f"{booking.rma}{booking.version:02d}")
    return BookingMail(
        key=key,
        subject=f"{_SUBJECTS[booking.purpose]} {booking.rma}, {len(booking.cartons)} carton(s)",
        text=_text(booking),
        attachments=(
            Attachment(f"{key}.json", "application/json", json.dumps(as_json(booking), indent=2).encode()),
            Attachment(f"{key}.edi", "application/edifact", message.encode("latin-1")),
        ),
    )


def _text(booking: Booking) -> str:
    cartons = (
        f"  SSCC {carton.sscc}: {carton.goods.description}, {', '.join(carton.goods.serials)}, HS {carton.goods.code},"
        f" made in {carton.goods.origin}"
        for carton in booking.cartons
    )
    return _TEXT.format(
        greeting=_GREETINGS[booking.purpose],
        rma=booking.rma,
        account=f"Our account: {booking.account}\n" if booking.account else "",
        ready_at=booking.ready_at,
        closes_at=booking.closes_at,
        pickup=_block(booking.pickup_at),
        delivery=_block(booking.deliver_to),
        count=len(booking.cartons),
        kilos=booking.gross_kg,
        room=booking.cubic_metres,
        value=booking.value,
        currency=booking.currency,
        incoterm=INCOTERM,
        cartons="\n".join(cartons),
        instructions=f"\n{booking.instructions}\n" if booking.instructions else "",
    )


def _block(address: Address) -> str:
    return "\n".join(f"  {line}" for line in written(address))
