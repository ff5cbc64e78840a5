"""Taking mail in: kept (commit), read with no transaction open, judged (commit).

A crash in between leaves a mail that is kept; the next round reads it. Nothing that a message holds makes it fail.
"""

import logging
from dataclasses import dataclass

from rmatrack.db.blobs import blob_content
from rmatrack.db.engine import reading, writing
from rmatrack.db.inbound import stored_mails
from rmatrack.domain.errors import ConflictError
from rmatrack.services.inbound import House, judge, keep
from rmatrack.services.inbound_reading import ReadMail, read_mail
from rmatrack.settings import Settings
from rmatrack.work.imap import Letterbox, Rounds
from rmatrack.work.tools import Tools

PORTION = 50

log = logging.getLogger(__name__)


def take_in(tools: Tools, house: House, raw: bytes) -> bool:
    """Keep a message, judge it, and say whether it was new. Once it is kept, nothing raises."""
    with writing(tools.engine) as session:
        mail_id = keep(session, raw, now=tools.now())
    if mail_id is None:
        return False
    _judge(tools, house, mail_id, raw)
    return True


def read_what_is_kept(tools: Tools, house: House) -> int:
    """Judge what was kept and not judged, after a crash, and return how many."""
    with reading(tools.engine) as session:
        kept = [(mail_id, blob_content(session, raw) or b"") for mail_id, raw in stored_mails(session, limit=PORTION)]
    for mail_id, raw in kept:
        _judge(tools, house, mail_id, raw)
    return len(kept)


@dataclass(frozen=True, slots=True)
class MailIn:
    """What the worker does about incoming mail, every minute."""

    tools: Tools
    house: House
    rounds: Rounds | None

    @classmethod
    def from_settings(cls, settings: Settings, tools: Tools) -> "MailIn":
        """Without an address of a folder nothing is fetched; raises `LetterboxError` where it cannot be read."""
        house = House(settings.mail_from, settings.authserv_id)
        if settings.imap_url is None:
            return cls(tools, house, None)
        letterbox = Letterbox.from_url(settings.imap_url)
        return cls(tools, house, Rounds(letterbox, lambda raw: take_in(tools, house, raw), tools.now))

    def go(self) -> int:
        """Fetch what came in, judge what was left over, and return how many messages were fetched."""
        read_what_is_kept(self.tools, self.house)
        return self.rounds.go() if self.rounds else 0


def _judge(tools: Tools, house: House, mail_id: int, raw: bytes) -> None:
    try:
        _settle(tools, house, mail_id, _read(mail_id, raw))
    except ConflictError:
        log.info("Incoming mail %s met somebody else's change; the next round judges it.", mail_id)
    except Exception:
        log.exception("Incoming mail %s could not be judged.", mail_id)
        _settle(tools, house, mail_id, None)


def _settle(tools: Tools, house: House, mail_id: int, read: ReadMail | None) -> None:
    with writing(tools.engine) as session:
        judge(session, mail_id, read, house=house, policy=tools.policy, now=tools.now())


def _read(mail_id: int, raw: bytes) -> ReadMail | None:
    try:
        return read_mail(raw)
    except Exception:
        log.exception("Incoming mail %s could not be read; it waits for a person.", mail_id)
        return None
