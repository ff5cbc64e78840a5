"""The mail that brings new return labels to an administrator of the customer: the file, and what to do (SPEC C-4)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.blobs import keep_blob
from rmatrack.db.recipients import customer_administrators
from rmatrack.domain.errors import BadInputError, _
from rmatrack.domain.mails import Enclosure, Mail, MailKind, Recipient
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.services.mail import send
from rmatrack.services.return_help import WayBack


class AddressNotKeptError(BadInputError):
    """Labels go to addresses that we keep, and nowhere else."""

    code = "address-not-kept"
    message = _(
        "%(email)s is not an administrator of this customer. Choose one of the addresses, or download the file."
    )

    def __init__(self, email: str) -> None:
        super().__init__(field="to", email=email)


def administrators(session: Session, customer_id: int) -> Sequence[Recipient]:
    """Return to whom labels of a customer can be mailed."""
    return [recipient for _one, recipient in customer_administrators(session, [customer_id])[customer_id]]


def mail_labels(
    session: Session, way: WayBack, devices: Sequence[str], pdf: bytes, *, to: str, form: str, now: datetime
) -> None:
    """Queue the file with the labels of a form, once; raises `AddressNotKeptError`."""
    recipient = next((one for one in administrators(session, way.order.customer_id) if one.email == to), None)
    if recipient is None:
        raise AddressNotKeptError(to)
    name = f"return-label-{way.order.number}.pdf"
    file = Enclosure(name, keep_blob(session, pdf, "application/pdf", now=now))
    send(session, [_mail(way, devices, recipient, file, form)], now=now)


def _mail(way: WayBack, devices: Sequence[str], to: Recipient, file: Enclosure, form: str) -> Mail:
    contact, kind = way.contact, MailKind.RETURN_LABELS
    booking = (contact.booking.get(to.language) or contact.booking["en"]) if contact else None
    return Mail(
        kind=kind,
        to=to,
        key=f"{kind}:{way.order.number}:{form}",
        params={
            "customer": way.order.customer.name,
            "partner": way.order.partner.name,
            "order": way.order.number,
            "rma": way.rma,
            "devices": list(devices),
            "carrier": CARRIER_NAMES[way.carrier] if way.carrier else None,
            "phone": contact.phone if contact else None,
            "booking": booking,
            "due_on": way.due_on.isoformat() if way.due_on else None,
        },
        trial_id=way.order.trial_id,
        order_id=way.order.id,
        enclosures=(file,),
    )
