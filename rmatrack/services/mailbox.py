"""Looking after mail that left, or may have: a person says how a stuck one goes on (SPEC X-3)."""

from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db import jobs, mailbox
from rmatrack.db.mail import OutboxMail
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.outbox import UNDECIDED, MailState, NothingToDecideError
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.history import record


def arrived(session: Session, mail_id: int, *, by: Actor, now: datetime) -> OutboxMail:
    """Note that a stuck mail was sent after all, as its reader or the mail server says."""
    mail = _undecided(session, mail_id, by)
    if mail.state != MailState.STUCK:
        raise NothingToDecideError(MailState(mail.state))
    return _decide(session, mail, MailState.SENT, sent_at=mail.sent_at or now, by=by, now=now)


def send_again(session: Session, mail_id: int, *, by: Actor, now: datetime) -> OutboxMail:
    """Send a stuck or failed mail again, under its old Message-ID."""
    mail = _undecided(session, mail_id, by)
    mail = _decide(session, mail, MailState.WAITING, next_try_at=now, problem=None, by=by, now=now)
    jobs.enqueue(session, jobs.DELIVER_MAIL, mail.id)
    return mail


def _undecided(session: Session, mail_id: int, by: Actor) -> OutboxMail:
    by.must(Permission.SEE_MAIL)
    mail = mailbox.mail_with_id(session, mail_id)
    if mail is None:
        raise NotFoundError
    if mail.state not in UNDECIDED:
        raise NothingToDecideError(MailState(mail.state))
    return mail


def _decide(
    session: Session, mail: OutboxMail, target: MailState, *, by: Actor, now: datetime, **values: object
) -> OutboxMail:
    before = MailState(mail.state)
    if not mailbox.decide(session, mail.id, target, **values):
        raise NothingToDecideError(before)
    change = Change("mail", str(mail.id), "decided", "state", before, target, order_id=mail.order_id)
    record(session, [change], by=by, now=now)
    session.refresh(mail)
    return mail
