"""Telling the customer in words when the carrier comes and what to have ready, or that it does not come (C-11)."""

from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.pickups import PickupVisit
from rmatrack.domain.mails import Mail, MailKind, Recipient
from rmatrack.domain.policy import CARRIER_NAMES, Carrier
from rmatrack.services.mail import send


def tell_booked(session: Session, visit: PickupVisit, *, moved: bool, now: datetime) -> None:
    """Queue the mail that says when the carrier comes."""
    _send(session, MailKind.PICKUP_BOOKED, visit, now, {"moved": moved})


def tell_called_off(session: Session, visit: PickupVisit, *, now: datetime) -> None:
    """Queue the mail that says that the carrier does not come."""
    _send(session, MailKind.PICKUP_CALLED_OFF, visit, now, {})


def _send(session: Session, kind: MailKind, visit: PickupVisit, now: datetime, said: dict[str, bool]) -> None:
    if not visit.mail_to:
        return
    window = f"{visit.day.isoformat()}:{visit.ready_at:%H%M}-{visit.closes_at:%H%M}"
    mail = Mail(
        kind=kind,
        to=Recipient(email=visit.mail_to, name=visit.mail_name, language=visit.language),
        key=f"{kind}:{visit.id}:{window}:{visit.version}",
        params={
            "carrier": CARRIER_NAMES[Carrier(visit.carrier)],
            "customer": visit.order.customer.name,
            "order": visit.order.number,
            "pickup_on": visit.day.isoformat(),
            "ready": f"{visit.ready_at:%H:%M}",
            "closes": f"{visit.closes_at:%H:%M}",
            "boxes": [f"{box.unit.model} {box.unit.serial}" for box in visit.boxes],
            "street": visit.order.address_1,
            "city": visit.order.city,
            "number": visit.number,
            **said,
        },
        order_id=visit.order_id,
    )
    send(session, [mail], now=now)
