"""The job that delivers mail: claim some (commit), hand each over with no transaction open, settle them (commit).

A crash in between leaves mails that may have gone. Once their lease is over they stick, for a person to look at.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from rmatrack.db.engine import writing
from rmatrack.db.mail import OutboxMail, bundled_in, claim, let_stick, settle
from rmatrack.db.mail_attachments import Enclosure, enclosures_of
from rmatrack.domain.mails import ENCLOSING
from rmatrack.domain.outbox import LEASE, TRIES, MailState, wait_after
from rmatrack.domain.sentences import Sentence
from rmatrack.letters import Letter
from rmatrack.services.kept_sentences import kept
from rmatrack.services.mail_letters import Desk, parts_of
from rmatrack.work.mailroom import Mailroom
from rmatrack.work.messages import message_id_for, message_of
from rmatrack.work.posts import NO_ANSWER, UNREADABLE, Outcome, Post
from rmatrack.work.tools import Tools

PORTION = 10
"""As many mails as a person may have to look at after a crash."""

ENOUGH_LEFT = timedelta(minutes=5)
"""No mail is begun when less than this is left of the lease: the slowest server takes less."""

log = logging.getLogger(__name__)


def deliver_mail(tools: Tools, mailroom: Mailroom) -> int:
    """Deliver what is due, and return how many mails have left."""
    post = mailroom.post()
    with writing(tools.engine) as session:
        let_stick(session, now=tools.now())
    try:
        return sum(_portions(tools, post, mailroom.desk))
    finally:
        post.rest()


def _portions(tools: Tools, post: Post, desk: Desk) -> Iterator[int]:
    while not tools.stopping():
        now = tools.now()
        with writing(tools.engine) as session:
            claimed = claim(session, now=now, lease_until=now + LEASE, limit=PORTION)
            carried = bundled_in(session, [mail.id for mail in claimed])
            enclosed = enclosures_of(session, [mail.id for mail in claimed if mail.kind in ENCLOSING])
        round_ = _Round(tools, post, desk, carried, enclosed, until=now + LEASE - ENOUGH_LEFT)
        results = [round_.deliver(mail) for mail in claimed]
        with writing(tools.engine) as session:
            settle(session, results)
        yield sum(result["state"] in {MailState.SENT, MailState.KEPT} for result in results)
        if len(claimed) < PORTION or not round_.goes_on:
            return


class _Round:
    """One portion on its way. `goes_on` ends with the first answer that promises nothing to the mails behind it."""

    def __init__(
        self,
        tools: Tools,
        post: Post,
        desk: Desk,
        carried: Mapping[int, Sequence[OutboxMail]],
        enclosed: Mapping[int, Sequence[Enclosure]],
        *,
        until: datetime,
    ) -> None:
        self._tools = tools
        self._post = post
        self._desk = desk
        self._carried = carried
        self._enclosed = enclosed
        self._until = until
        self.goes_on = True

    def deliver(self, mail: OutboxMail) -> dict[str, Any]:
        """Hand *mail* over, or leave it for later, and return what to write down about it."""
        parts = parts_of(mail, self._carried.get(mail.id, ()))
        if not parts:
            return self._result(mail, Outcome(MailState.WITHDRAWN))
        if not self._may_begin():
            return self._result(mail, Outcome(MailState.WAITING, counts=False))
        try:
            letter = self._desk.letter(mail, parts)
            message = self._message(mail, letter)
        except Exception as error:
            log.exception("Mail %s could not be written.", mail.id)
            return self._result(mail, Outcome(MailState.FAILED, Sentence(UNREADABLE, {"why": error})))
        outcome = self._carry(mail, message)
        kept_here = outcome.state is MailState.KEPT
        return self._result(mail, outcome, letter if kept_here else self._desk.letter_for_the_record(mail, parts))

    def _carry(self, mail: OutboxMail, message: EmailMessage) -> Outcome:
        try:
            outcome = self._post.carry(message, name=str(mail.id))
        except Exception as error:
            log.exception("Nobody knows what became of mail %s.", mail.id)
            outcome = Outcome(MailState.STUCK, Sentence(NO_ANSWER, {"why": error}), goes_on=False)
        self.goes_on = outcome.goes_on
        return outcome

    def _may_begin(self) -> bool:
        self.goes_on = self.goes_on and not self._tools.stopping() and self._tools.now() < self._until
        return self.goes_on

    def _message(self, mail: OutboxMail, letter: Letter) -> EmailMessage:
        sender = self._post.sender
        return message_of(
            letter,
            sender=sender,
            name=mail.to_name,
            email=mail.to_email,
            message_id=message_id_for(mail.key, sender),
            at=self._tools.now(),
            thread=mail.thread,
            enclosures=self._enclosed.get(mail.id, ()),
        )

    def _result(self, mail: OutboxMail, outcome: Outcome, record: Letter | None = None) -> dict[str, Any]:
        now = self._tools.now()
        state = outcome.state
        if state is MailState.WAITING and outcome.counts and mail.attempts >= TRIES:
            state = MailState.FAILED
        return {
            "mail": mail.id,
            "attempt": mail.attempts,
            "state": state,
            "attempts": mail.attempts if outcome.counts else mail.attempts - 1,
            "next_try_at": now + wait_after(mail.attempts) if state is MailState.WAITING else mail.next_try_at,
            "problem": kept(outcome.problem) if outcome.problem else None,
            "message_id": message_id_for(mail.key, self._post.sender),
            "subject": record.subject if record else mail.subject,
            "text": record.text if record else mail.text,
            "html": record.html if record else mail.html,
            "sent_at": now if state in {MailState.SENT, MailState.KEPT} else None,
        }
