"""A letter as the message that goes over the line: headers, the plain text, and its HTML twin."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime, parseaddr

from rmatrack.db.mail_attachments import Enclosure
from rmatrack.letters import Letter
from rmatrack.letters.letter import on_one_line


class _MessageIds(UnstructuredHeader, BaseHeader):
    """A header of message ids, one on a line and never encoded: programs compare them letter by letter."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("in-reply-to", _MessageIds)
_HEADERS.map_to_type("references", _MessageIds)
_POLICY = default.clone(header_factory=_HEADERS)


def message_of(
    letter: Letter,
    *,
    sender: str,
    name: str,
    email: str,
    message_id: str,
    at: datetime,
    thread: Sequence[str] = (),
    enclosures: Sequence[Enclosure] = (),
) -> EmailMessage:
    """Return *letter* as a message to *name* at *email*, in its *thread*, with its files.

    Nobody's absence note answers it.
    """
    message = EmailMessage(_POLICY)
    message["From"] = _address(sender)
    message["To"] = _reader(on_one_line(name), email)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    if thread:
        message["In-Reply-To"] = thread[-1]
        message["References"] = " ".join(thread)
    message["Auto-Submitted"] = "auto-replied" if thread else "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Loop"] = _address(sender).addr_spec
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for file in enclosures:
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    return message


def message_id_for(key: str, sender: str) -> str:
    """Return the id of the mail with *key*: always the same, so that a second copy can be known as one."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_address(sender).domain}>"


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    return Address(display_name=name, addr_spec=spec)


def _reader(name: str, email: str) -> Address:
    if email.isascii():
        return Address(display_name=name, addr_spec=email)
    before, _at, domain = email.rpartition("@")  # The parser of whole addresses knows no other letters.
    return Address(display_name=name, username=before, domain=domain.encode("idna").decode())
