"""A mail room for tests: mails to queue, a post that is told what to say, and a server that speaks SMTP."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socket import socket
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.mail import OutboxMail
from rmatrack.domain.mails import Link, LinkPurpose, Mail, MailKind, Recipient
from rmatrack.domain.outbox import MailState
from rmatrack.services.mail import send
from rmatrack.settings import Settings
from rmatrack.work.delivery import deliver_mail
from rmatrack.work.mailroom import Mailroom
from rmatrack.work.smtp import Server
from rmatrack.work.tools import Tools
from tests.labels.places import POLICY
from tests.mail.samples import PARAMS

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CUT = "cut"
TAKEN_THEN_CUT = "taken, then cut"
TAKEN_SLOWLY = "taken slowly"

ANNA = Recipient(email="anna@museumnacht.example", name="Anna Łukasik")


def mail(key: str = "one", sample: str = "interest", *, to: Recipient = ANNA, **changes: Any) -> Mail:
    """A mail of the kind that *sample* names."""
    kind, params = PARAMS[sample]
    links = tuple(Link(purpose, 7, 3, date(2026, 12, 28)) for purpose in LinkPurpose)
    return replace(Mail(kind=MailKind(kind), to=to, key=key, params=params, links=links), **changes)


def queue(engine: Engine, *mails: Mail, now: datetime = NOON) -> None:
    with writing(engine) as session:
        send(session, mails or [mail()], now=now)


def mails_in(engine: Engine) -> Sequence[OutboxMail]:
    with reading(engine) as session:
        return session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()


def states(engine: Engine) -> list[MailState]:
    return [MailState(one.state) for one in mails_in(engine)]


def deliver(engine: Engine, mailroom: Mailroom, *, now: datetime = NOON) -> int:
    """Deliver what is due at *now*."""
    return deliver_mail(Tools(engine, POLICY, lambda: now), mailroom)


def mailroom(data_dir: Path, port: int | None = None, *, timeout: float = 30.0) -> Mailroom:
    """A mail room whose server listens on *port* of this machine; without one it keeps what it gets."""
    settings = Settings.from_environment(
        {
            "RMATRACK_DATA_DIR": str(data_dir),
            "RMATRACK_SECRET_KEY": "only for tests",
            "RMATRACK_BASE_URL": "https://trials.example.com",
            "RMATRACK_MAIL_FROM": "Webex trials <trials@example.com>",
        }
    )
    room = Mailroom.from_settings(settings)
    server = Server("127.0.0.1", port, "none", None, None) if port else None
    return replace(room, server=server, timeout=timeout)


@dataclass
class Postbox:
    """What a server took, and what it says instead of its usual line, one after the other; or what it does: `CUT` …"""

    taken: list[EmailMessage] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    on_rcpt: list[str] = field(default_factory=list)
    on_data: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name.
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = self.on_rcpt.pop(0) if self.on_rcpt else "250 OK"
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.readers.append(address)
        return said

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  As above.
        said = self.on_data.pop(0) if self.on_data else "250 OK"
        if said in {"250 OK", TAKEN_THEN_CUT, TAKEN_SLOWLY}:
            assert isinstance(envelope.content, bytes)
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.taken.append(parsed)
        if said in {CUT, TAKEN_THEN_CUT}:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if said == TAKEN_SLOWLY:
            await asyncio.sleep(3)
        return said if said[0].isdigit() else "250 OK"


@contextmanager
def smtp_server(box: Postbox) -> Iterator[int]:
    """Give the port of a server that puts what it takes into *box*."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
