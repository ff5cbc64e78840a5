"""The mails of the programme: which there are, to whom one goes, and what makes it go once (SPEC T-10 – T-26, X-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class MailKind(StrEnum):
    """What a mail is about; each has its own text."""

    WELCOME = "welcome"
    CONSENT_REQUEST = "consent-request"
    CONSENT_REQUEST_COPY = "consent-request-copy"
    """To full administrators, where the partner gave the address of somebody else (SPEC T-12)."""
    CONSENT_ACCEPTED = "consent-accepted"
    CONSENT_DECLINED = "consent-declined"
    CONSENT_EXPIRED = "consent-expired"
    TRIAL_STARTED = "trial-started"
    EXPIRY_SOON = "expiry-soon"
    EXPIRY_DAY = "expiry-day"
    ACCESS_ENDED = "access-ended"
    FINAL = "final"
    NUMBERS_RELEASED = "numbers-released"
    EXTENSION_REQUESTED = "extension-requested"
    EXTENSION_APPROVED = "extension-approved"
    EXTENSION_REFUSED = "extension-refused"
    SET_UP_SERVICE = "set-up-service"
    INTEREST = "interest"
    CONVERSION_SUMMARY = "conversion-summary"
    PICKUP_BOOKED = "pickup-booked"
    PICKUP_CALLED_OFF = "pickup-called-off"
    BOOKING_REQUEST = "booking-request"
    """To a forwarder's desk: a booking, its change, or its cancelling."""
    RETURN_LABELS = "return-labels"
    """New labels for a customer, enclosed (SPEC C-4)."""
    RETURN_DUE = "return-due"
    RETURN_OVERDUE = "return-overdue"
    RETURN_WISH = "return-wish"
    CHARGE_PROPOSED = "charge-proposed"
    CHARGE_WITHDRAWN = "charge-withdrawn"
    CHARGE_DECIDED = "charge-decided"
    ANSWER_NUMBER = "answer-number"
    ANSWER_DUE = "answer-due"
    ANSWER_WAY_BACK = "answer-way-back"
    ANSWER_STATUS = "answer-status"


ENCLOSING = frozenset({MailKind.BOOKING_REQUEST, MailKind.RETURN_LABELS})
"""Kinds that have files with them."""


class LinkPurpose(StrEnum):
    """What a signed link in a mail lets its reader do, and nothing else."""

    CONSENT = "consent"
    """`subject_id` is the consent request, `administrator_id` the full administrator who may answer."""
    STATUS = "status"
    """The customer administrator's status page: `subject_id` is the trial."""
    INTEREST = "interest"
    """"We are interested in buying" (SPEC T-26): `subject_id` is the trial."""
    SET_UP = "set-up"
    """Setting up a paid order's services (SPEC T-18): `subject_id` is the conversion."""
    RETURN_SENT = "return-sent"
    """The four answers to a reminder (SPEC R-8): `subject_id` is the order."""
    RETURN_LABEL = "return-label"
    RETURN_LOST = "return-lost"
    RETURN_BUY = "return-buy"


@dataclass(frozen=True, slots=True)
class Link:
    """A link before it is signed; `last_on` is its last day.

    Personal where `administrator_id` (a customer's administrator) or `person_id` (a partner's person) says whose it is.
    """

    purpose: LinkPurpose
    subject_id: int
    administrator_id: int | None = None
    last_on: date | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who gets mail, and the language they read."""

    email: str
    name: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a mail: its name, and the digest under which it is kept."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to be queued. `params` are texts, numbers and ISO dates; `key` is what makes it once."""

    kind: MailKind
    to: Recipient
    key: str
    params: Mapping[str, str | int | bool | list[str] | None] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    trial_id: int | None = None
    order_id: int | None = None
    enclosures: tuple[Enclosure, ...] = ()
    thread: tuple[str, ...] = ()
    """The ids of the messages before it where it answers one, that one last (`rmatrack.domain.threads`)."""
