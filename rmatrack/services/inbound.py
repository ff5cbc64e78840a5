"""Incoming mail: kept first, judged once, answered where everything holds; the rest is a person's (SPEC F-4)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from rmatrack.db import inbound as questions
from rmatrack.db.blobs import keep_blob
from rmatrack.db.inbound import InboundMail
from rmatrack.db.sight import orders_administered, orders_seen_by
from rmatrack.domain.demo_numbers import Claim, NothingProvenError
from rmatrack.domain.errors import BadInputError, NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.inbound import (
    DAY,
    LONGEST_NOTE,
    MOST_BYTES,
    Closing,
    Facts,
    InboundState,
    MailIsClosedError,
    NoteTooLongError,
    why_not,
)
from rmatrack.domain.mails import Mail
from rmatrack.domain.pasted import KeyKind, look_up_keys
from rmatrack.domain.people import SYSTEM, Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.services.answer_mails import Reader, mail_about_numbers, send_answer
from rmatrack.services.demo_numbers import numbers_proven
from rmatrack.services.history import record
from rmatrack.services.inbound_reading import ReadMail, message_key
from rmatrack.services.inbound_senders import is_authentic
from rmatrack.services.lookup import Found, find
from rmatrack.services.mail import send
from rmatrack.services.people import actor_of

SUBJECT = "incoming mail"
_MOST_NUMBERS = 10


@dataclass(frozen=True, slots=True)
class House:
    """Whose mail it is: the address that we send from, and the name of the server that receives for us."""

    mail_from: str
    authserv_id: str | None

    @property
    def address(self) -> str:
        """Return the bare address, in lower case."""
        return parseaddr(self.mail_from)[1].lower()


@dataclass(frozen=True, slots=True)
class _Sender:
    """Somebody we know, and the orders that they may be told of."""

    reader: Reader
    seen: ColumnElement[bool]


def keep(session: Session, raw: bytes, *, now: datetime) -> int | None:
    """Keep a message as it came and return its id; None where it was taken in before."""
    kept = raw[:MOST_BYTES]
    digest = keep_blob(session, kept, "message/rfc822", now=now)
    return questions.keep_message(session, key=message_key(kept), raw=digest, size=len(raw), now=now)


def judge(
    session: Session, mail_id: int, read: ReadMail | None, *, house: House, policy: Policy, now: datetime
) -> InboundState:
    """Answer a kept mail, or put it in the queue with the reason; one that was judged before stays as it is.

    *read* is None where reading it failed.
    """
    sender = _known_sender(session, read.sender) if read else None
    numbers = _proven(session, read, sender) if read and sender else []
    why = why_not(_facts(session, read, sender, numbers, house, now))
    state = InboundState.WAITING if why else InboundState.ANSWERED
    found = _understood(session, read, policy=policy, now=now) if read else {}
    if state is InboundState.ANSWERED:
        found |= {"numbers": numbers[:_MOST_NUMBERS], "answered_to": sender.reader.email if sender else None}
    if not questions.settle(session, mail_id, states=[InboundState.STORED], state=state, why_not=why, **found):
        return state
    if read and sender and state is InboundState.ANSWERED:
        _answer(session, mail_id, numbers, sender.reader, read.language, read.thread, now=now)
    return state


def understood(session: Session, mail: InboundMail, *, by: Actor, now: datetime, policy: Policy) -> Found:
    """Return what a kept mail leads to now; its first line is the subject."""
    text = f"{mail.subject}\n{mail.said}\n{mail.quoted}"
    return find(session, text, seen_by=by, now=now, policy=policy, is_mail=True)


def assign(session: Session, mail_id: int, *, owner: Actor | None, by: Actor, now: datetime) -> None:
    """Give a waiting mail to *owner*, or to nobody; raises `NotFoundError` or `MailIsClosedError`."""
    _change(session, mail_id, by=by, owner_id=owner.person_id if owner else None)
    change = Change(SUBJECT, str(mail_id), "assigned", "owner", None, owner.name if owner else None)
    record(session, [change], by=by, now=now)


def close(session: Session, mail_id: int, closing: Closing, *, note: str, by: Actor, now: datetime) -> None:
    """Close a waiting mail with a reason; raises `NotFoundError`, `MailIsClosedError` or `NoteTooLongError`."""
    if len(note.strip()) > LONGEST_NOTE:
        raise NoteTooLongError
    _change(
        session,
        mail_id,
        by=by,
        state=InboundState.CLOSED,
        closing=closing,
        note=note.strip(),
        closed_by=by.name,
        closed_at=now,
    )
    record(session, [Change(SUBJECT, str(mail_id), "closed", "reason", None, closing)], by=by, now=now)


def answer(session: Session, mail_id: int, mail: Mail, *, by: Actor, now: datetime) -> None:
    """Send a prepared answer to a kept mail, once, and close that mail; raises `NotFoundError`.

    It joins the thread where it goes to the one who wrote. A mail that somebody closed before stays as it is.
    """
    found = questions.inbound_with_id(session, mail_id)
    if found is None:
        raise NotFoundError
    kept: InboundMail = found.InboundMail
    thread = tuple(kept.thread) if kept.sender_email == mail.to.email else ()
    send_answer(session, replace(mail, key=f"{mail.key}:{mail_id}", thread=thread), by=by, now=now)
    try:
        close(session, mail_id, Closing.ANSWERED, note="", by=by, now=now)
    except MailIsClosedError:
        return


def _change(session: Session, mail_id: int, *, by: Actor, **values: object) -> None:
    by.must(Permission.ANSWER_MAIL)
    if questions.settle(session, mail_id, states=[InboundState.WAITING], **values):
        return
    found = questions.inbound_with_id(session, mail_id)
    if found is None:
        raise NotFoundError
    raise MailIsClosedError(InboundState(found.InboundMail.state))


def _facts(
    session: Session, read: ReadMail | None, sender: _Sender | None, numbers: list[str], house: House, now: datetime
) -> Facts:
    return Facts(
        readable=read is not None,
        is_our_own=read is not None and _is_our_own(session, read, house),
        is_bounce=read is not None and read.is_bounce,
        is_automatic=read is not None and read.is_automatic,
        answered_today=questions.answered_since(session, sender.reader.email, now - DAY) if sender else 0,
        has_keys=read is not None and bool(look_up_keys(read.claimed)),
        is_known=sender is not None,
        is_authentic=read is not None
        and is_authentic(read.authentication, authserv_id=house.authserv_id, sender=read.sender),
        numbers=numbers,
    )


def _is_our_own(session: Session, read: ReadMail, house: House) -> bool:
    if read.circles or house.address in read.marks or read.sender == house.address:
        return True
    return bool(read.message_id) and questions.is_our_message(session, read.message_id)


def _known_sender(session: Session, email: str) -> _Sender | None:
    """Return who wrote, by the addresses that we keep."""
    person = questions.partners_person(session, email) if email else None
    if person:
        reader = Reader(person.email, person.name, person.language or "en", of_partner=True)
        return _Sender(reader, orders_seen_by(actor_of(person)))
    found = questions.administrator(session, email) if email else None
    if found is None:
        return None
    one, language = found
    reader = Reader(one.email, one.name or "", language or "en", of_partner=False)
    return _Sender(reader, orders_administered(one.customer_id))


def _proven(session: Session, read: ReadMail, sender: _Sender) -> list[str]:
    """Return the orders that the mail proves to know, the sender's own address being one of its keys."""
    keys = look_up_keys(read.claimed)
    org_id = next((key.value for key in keys if key.kind is KeyKind.ORG_ID), "")
    emails = frozenset({read.sender, *(key.value for key in keys if key.kind is KeyKind.EMAIL)})
    serials = frozenset(key.value for key in keys if key.kind is KeyKind.SERIAL and not key.guessed)
    try:
        claim = Claim(org_id=org_id, emails=emails, serials=serials)
        return numbers_proven(session, claim, seen=sender.seen, exactly=False)
    except (BadInputError, NothingProvenError):
        return []


def _understood(session: Session, read: ReadMail, *, policy: Policy, now: datetime) -> dict[str, object]:
    found = find(session, read.whole, seen_by=SYSTEM, now=now, policy=policy, is_mail=True)
    numbers = [match.order.number for match in found.matches if match.order]
    said = "\n\n".join(part for part in (read.parts.said, read.parts.signature) if part)
    return {
        "sender_email": read.sender,
        "sender_name": read.sender_name,
        "subject": read.subject,
        "language": read.language,
        "thread": list(read.thread),
        "said": said,
        "quoted": read.parts.quoted,
        "attachments": [asdict(each) for each in read.attachments],
        "numbers": numbers[:_MOST_NUMBERS],
    }


def _answer(
    session: Session,
    mail_id: int,
    numbers: list[str],
    reader: Reader,
    language: str,
    thread: Sequence[str],
    *,
    now: datetime,
) -> None:
    orders = questions.orders_named(session, numbers)
    named = [(order.number, order.rma) for order in orders]
    mail = mail_about_numbers(named, reader, language, customer=orders[0].customer, key=f"inbound:{mail_id}")
    send(session, [replace(mail, thread=tuple(thread))], now=now)
    changes = [Change("order", order.number, "answered", order_id=order.id) for order in orders]
    record(session, changes, by=SYSTEM, now=now)
