"""The mails about device extensions: to the trials team that decides, and to the partner that asked (SPEC D-6)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.extensions import ExtensionRequest
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner, Person
from rmatrack.db.recipients import partner_administrators
from rmatrack.domain.mails import Mail, MailKind, Recipient


class Shipped(NamedTuple):
    """An order with whose it is."""

    order: DemoOrder
    customer: Customer
    partner: Partner


def partner_recipients(session: Session, request: ExtensionRequest, shipped: Shipped) -> Sequence[Recipient]:
    """Return the partner's administrators, and whoever asked."""
    known = list(partner_administrators(session, [shipped.partner.id])[shipped.partner.id])
    asker = session.get(Person, request.requested_by_id) if request.requested_by_id else None
    if asker and asker.active and asker.email not in {one.email for one in known}:
        known.append(Recipient(email=asker.email, name=asker.name, language=asker.language or "en"))
    return known


def extension_mails(
    kind: MailKind,
    request: ExtensionRequest,
    shipped: Shipped,
    units: Sequence[Unit],
    recipients: Sequence[Recipient],
    said: dict[str, str],
) -> Iterable[Mail]:
    """Yield a mail about a request to each of *recipients*; *said* is what only this kind of mail tells."""
    for recipient in recipients:
        yield Mail(
            kind=kind,
            to=recipient,
            key=f"{kind}:{request.id}:{recipient.email}",
            params={
                "customer": shipped.customer.name,
                "partner": shipped.partner.name,
                "order": shipped.order.number,
                "units": len(units),
                "to_on": request.to_on.isoformat(),
                **said,
            },
            trial_id=shipped.order.trial_id,
            order_id=shipped.order.id,
        )
