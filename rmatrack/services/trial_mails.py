"""The mails that deeds with a trial send: to whom, once for each, saying what was just decided (T-10 – T-19, T-26).

Reminders that follow from the calendar are not sent from here; the sweep asks what is due.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.conversions import Conversion
from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.recipients import customer_administrators, partner_administrators
from rmatrack.db.trial_deeds import services_of
from rmatrack.domain.mails import Link, LinkPurpose, Mail, MailKind, Recipient
from rmatrack.domain.trials import Calendar
from rmatrack.services.trial_standing import Standing

SET_UP_LINK_DAYS = 90

ABOUT_EXPIRY = (MailKind.EXPIRY_SOON, MailKind.EXPIRY_DAY)
"""What no longer holds once the expiry moves or the trial ends another way (SPEC T-25)."""

ABOUT_CONSENT = (MailKind.CONSENT_REQUEST, MailKind.CONSENT_REQUEST_COPY)
"""What no longer holds once somebody answered, the request was withdrawn, or its days are over."""

Value = str | int | bool | list[str] | None
Params = dict[str, Value]


def about(session: Session, standing: Standing) -> Params:
    """Return what every mail about a trial can say."""
    trial = standing.trial
    said: Params = {
        "customer": standing.customer.name,
        "partner": standing.partner.name,
        "services": list(services_of(session, [trial.id])[trial.id]),
    }
    if standing.calendar is None:
        return said
    days = {"expires_on": standing.calendar.expires_on, "grace_ends_on": standing.calendar.grace_ends_on}
    return said | {name: day.isoformat() for name, day in days.items()}


def administrators_of(session: Session, standing: Standing) -> Sequence[tuple[CustomerAdministrator, Recipient]]:
    """Return the customer's administrators, with where each is written to."""
    return customer_administrators(session, [standing.customer.id])[standing.customer.id]


def to_partner(session: Session, kind: MailKind, standing: Standing, *, once: str, **more: Value) -> Iterator[Mail]:
    """Yield a mail to every administrator of the partner; *once* tells it from others of its kind."""
    params = about(session, standing) | {"audience": "partner"} | more
    for recipient in partner_administrators(session, [standing.partner.id])[standing.partner.id]:
        yield Mail(
            kind=kind,
            to=recipient,
            key=f"{kind}:{standing.trial.id}:{once}:{recipient.email}",
            params=params,
            trial_id=standing.trial.id,
        )


def to_customer(session: Session, kind: MailKind, standing: Standing, *, once: str, **more: Value) -> Iterator[Mail]:
    """Yield a mail to every administrator of the customer, with the link to their status page."""
    params = about(session, standing) | {"audience": "customer"} | more
    for administrator, recipient in administrators_of(session, standing):
        yield Mail(
            kind=kind,
            to=recipient,
            key=f"{kind}:{standing.trial.id}:{once}:{recipient.email}",
            params=params,
            links=customer_links(standing, administrator.id),
            trial_id=standing.trial.id,
        )


def customer_links(standing: Standing, administrator_id: int) -> tuple[Link, ...]:
    """Return an administrator's links about a trial that has begun: its status page, and interest in buying."""
    return links_about(standing.trial.id, standing.calendar, administrator_id) if standing.calendar else ()


def links_about(trial_id: int, calendar: Calendar, administrator_id: int) -> tuple[Link, ...]:
    """Return an administrator's links about a trial with these days."""
    return (
        Link(LinkPurpose.STATUS, trial_id, administrator_id, calendar.numbers_released_on),
        Link(LinkPurpose.INTEREST, trial_id, administrator_id, calendar.grace_ends_on),
    )


def consent_mails(session: Session, standing: Standing, request: ConsentRequest) -> Iterator[Mail]:
    """Yield the request to the address given and, where that is no full administrator, to each of these (SPEC T-12).

    Every link is personal; one without an administrator shows the request and cannot answer it.
    """
    known = {recipient.email: (one, recipient) for one, recipient in administrators_of(session, standing)}
    params = about(session, standing) | {"last_on": request.last_on.isoformat(), "again": request.times_sent > 1}
    given = known.get(request.email)
    first = given[1] if given else Recipient(email=request.email, language=standing.customer.language or "en")
    is_full = given is not None and given[0].full
    asked = params | {"full": is_full}
    yield _request(MailKind.CONSENT_REQUEST, standing, request, first, given[0].id if given else None, asked)
    if is_full:
        return
    for administrator, recipient in known.values():
        if administrator.full:
            copy = params | {"address": request.email}
            yield _request(MailKind.CONSENT_REQUEST_COPY, standing, request, recipient, administrator.id, copy)


def _request(
    kind: MailKind,
    standing: Standing,
    request: ConsentRequest,
    to: Recipient,
    administrator_id: int | None,
    params: Params,
) -> Mail:
    return Mail(
        kind=kind,
        to=to,
        key=f"{kind}:{request.id}:{request.times_sent}:{to.email}",
        params=params,
        links=(Link(LinkPurpose.CONSENT, request.id, administrator_id, request.last_on),),
        trial_id=standing.trial.id,
    )


def set_up_mail(session: Session, standing: Standing, conversion: Conversion, contact: Recipient) -> Mail:
    """Return the provisioning contact's mail, with the link by which the order's services are set up (SPEC T-18)."""
    kind = MailKind.SET_UP_SERVICE
    last_on = standing.today + timedelta(days=SET_UP_LINK_DAYS)
    return Mail(
        kind=kind,
        to=contact,
        key=f"{kind}:{conversion.id}:{contact.email}",
        params=about(session, standing) | {"order_number": conversion.order_number},
        links=(Link(LinkPurpose.SET_UP, conversion.id, None, last_on),),
        trial_id=standing.trial.id,
    )
