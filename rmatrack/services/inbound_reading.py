"""Reading a message: any bytes in, what a person would read out of them; nothing that is sent makes it fail.

Attachments are listed and never opened.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import getaddresses
from typing import Any

from rmatrack.domain.inbound import LONGEST_SUBJECT, LONGEST_TEXT, MOST_HOPS
from rmatrack.domain.threads import thread_through
from rmatrack.services.inbound_text import Parts, language_of, parts_of, text_of_html

MOST_PARTS = 200
MOST_ATTACHMENTS = 50
_LONGEST_NAME = 200
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^\s<>@\"]{1,64}@[^\s<>@\"]{1,188}")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_AUTOMATIC_SUBJECT = re.compile(
    r"(?i)(?:automatic reply|auto(?:matic)?[ -]?reply|automatisch antwoord|out of office|afwezig|afwezigheid)\b"
)
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What came along, by name, type and size in bytes."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """What was read in a message. `sender` is empty where the message names none, or several."""

    message_id: str
    thread: Sequence[str]
    """What an answer refers to: `rmatrack.domain.threads`."""
    sender: str
    sender_name: str
    subject: str
    parts: Parts
    attachments: Sequence[Attachment]
    is_bounce: bool
    is_automatic: bool
    circles: bool
    """It carries a mark of having been here, or passed too many servers."""
    marks: frozenset[str]
    """The addresses in its X-Loop headers."""
    authentication: Sequence[str]
    language: str

    @property
    def whole(self) -> str:
        """Return all its text, subject first, for a person's queue."""
        return f"{self.subject}\n{self.parts.said}\n{self.parts.signature}\n{self.parts.quoted}"

    @property
    def claimed(self) -> str:
        """Return what the sender says by themselves: keys elsewhere were written by others."""
        return f"{self.subject}\n{self.parts.said}"


def message_key(raw: bytes) -> str:
    """Return what tells a message from others: its id and its body, because the way it came differs each time.

    A message without an id is told by all of its bytes.
    """
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    found = re.search(rb"(?im)^message-id:[ \t]*(?:\n[ \t]+)?(\S+)", head)
    told = found[1] + b"\n\n" + body if found else raw
    return hashlib.sha256(told).hexdigest()


def read_mail(raw: bytes) -> ReadMail:
    """Return what *raw* says."""
    message = _parsed(raw)
    sender_name, sender = _sender(message)
    subject = _one_line(_header(message, "Subject"))[:LONGEST_SUBJECT]
    text, attachments = _contents(message, raw)
    parts = parts_of(text)
    return ReadMail(
        message_id=_one_line(_header(message, "Message-ID"))[:_LONGEST_NAME],
        thread=_thread(message),
        sender=sender,
        sender_name=sender_name,
        subject=subject,
        parts=parts,
        attachments=attachments,
        is_bounce=_is_bounce(message, sender),
        is_automatic=_is_automatic(message, subject),
        circles=len(_all(message, "Received")) > MOST_HOPS,
        marks=frozenset(value.strip().lower() for value in _all(message, "X-Loop")),
        authentication=_all(message, "Authentication-Results")[:1],
        language=language_of(f"{subject}\n{parts.said}"),
    )


def _parsed(raw: bytes) -> Message:
    try:
        return message_from_bytes(raw, policy=policy.default)
    except Exception:  # noqa: BLE001  The parser has no list of what broken messages make it raise.
        return EmailMessage()


def _all(message: Message, name: str) -> list[str]:
    """Return every header of a name, unfolded, as it was sent: decoding them is what breaks."""
    wanted = name.lower()
    values = (str(value) for header, value in message.raw_items() if header.lower() == wanted)
    return [" ".join(value.split()) for value in values]


def _thread(message: Message) -> tuple[str, ...]:
    ids, references, in_reply_to = (
        " ".join(_all(message, name)) for name in ("Message-ID", "References", "In-Reply-To")
    )
    return thread_through(ids, references=references, in_reply_to=in_reply_to)


def _header(message: Message, name: str) -> str:
    found = _all(message, name)
    if not found:
        return ""
    try:
        return str(make_header(decode_header(found[0])))
    except (ValueError, LookupError):
        return found[0]


def _sender(message: Message) -> tuple[str, str]:
    """Return name and address of the one who wrote; two of them are nobody."""
    from_headers = _all(message, "From")
    try:
        addresses = [(name, email) for name, email in getaddresses(from_headers) if email]
    except (ValueError, IndexError, AttributeError, TypeError):
        addresses = []
    if len(from_headers) != 1 or len(addresses) != 1:
        return "", ""
    name, email = addresses[0]
    with suppress(ValueError, LookupError):
        name = str(make_header(decode_header(name)))
    known = _EMAIL.fullmatch(email.strip())
    return _one_line(name)[:_LONGEST_NAME], email.strip().lower()[:_LONGEST_EMAIL] if known else ""


def _contents(message: Message, raw: bytes) -> tuple[str, list[Attachment]]:
    plain: list[str] = []
    pages: list[str] = []
    attachments: list[Attachment] = []
    for part in _leaves(message):
        payload = _payload(part)
        if _is_attachment(part):
            attachments.append(_attachment(part, payload))
        elif part.get_content_type() == "text/html":
            pages.append(text_of_html(_decoded(part, payload)))
        elif part.get_content_maintype() in {"text", "multipart"}:  # The latter with no parts: its lines are text.
            plain.append(_decoded(part, payload))
        else:
            attachments.append(_attachment(part, payload))
    text = "\n".join(plain) if any(each.strip() for each in plain) else "\n".join(pages)
    if not (text.strip() or attachments):
        text = raw[:LONGEST_TEXT].decode("utf-8", "replace") if not message.keys() else ""
    return _UNSPEAKABLE.sub(" ", text.replace("\r\n", "\n"))[:LONGEST_TEXT], attachments[:MOST_ATTACHMENTS]


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something, `MOST_PARTS` of them; a message inside a message stays shut."""
    waiting: list[Any] = [message]
    seen = 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list) and part.get_content_maintype() == "multipart":
            waiting[:0] = [each for each in inner if isinstance(each, Message)]
        else:
            yield part


def _payload(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001  Whatever is in it, the message is kept and listed.
        return b""
    return found if isinstance(found, bytes) else b""


def _is_attachment(part: Message) -> bool:
    disposition = " ".join(_all(part, "Content-Disposition")).lower()
    return disposition.startswith("attachment") or (
        part.get_content_maintype() not in {"text", "multipart"} or _name(part) != ""
    )


def _attachment(part: Message, payload: bytes) -> Attachment:
    return Attachment(name=_name(part) or "–", media_type=part.get_content_type()[:100], size=len(payload))


def _name(part: Message) -> str:
    try:
        return _one_line(part.get_filename() or "")[:_LONGEST_NAME]
    except Exception:  # noqa: BLE001  A name that cannot be read is no name.
        return ""


def _decoded(part: Message, payload: bytes) -> str:
    """Return text by the charset that the part names, or by those that programs forget to name."""
    for charset in (_charset(part), "utf-8", "cp1252"):
        try:
            return payload.decode(charset)
        except (LookupError, ValueError):
            continue
    return payload.decode("latin-1")


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset("utf-8"))
    except Exception:  # noqa: BLE001  What names no charset that can be read names none.
        return "utf-8"


def _is_bounce(message: Message, sender: str) -> bool:
    is_report = message.get_content_type() == "multipart/report"
    return is_report or _all(message, "Return-Path") == ["<>"] or _DAEMON.match(sender) is not None


def _is_automatic(message: Message, subject: str) -> bool:
    """Say whether a program wrote it, or asks not to be answered by one."""
    said = {name: " ".join(_all(message, name)).lower() for name in ("Auto-Submitted", "Precedence")}
    marks = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Autoresponder", "List-Id")
    return (
        said["Auto-Submitted"] not in {"", "no"}
        or said["Precedence"] in {"bulk", "junk", "list", "auto_reply"}
        or any(_all(message, name) for name in marks)
        or _AUTOMATIC_SUBJECT.match(subject) is not None
    )


def _one_line(text: str) -> str:
    return " ".join(_UNSPEAKABLE.sub(" ", text).split())
