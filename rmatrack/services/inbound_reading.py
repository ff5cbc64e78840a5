"""Reading a message: any bytes in, what a person would read out of them; nothing that is sent makes it fail.

Attachments are listed and never opened. The words of a message that came inside a message count as quoted.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import getaddresses
from typing import Any

from rmatrack.domain.inbound import LONGEST_SUBJECT, LONGEST_TEXT, MOST_HOPS
from rmatrack.domain.threads import thread_through
from rmatrack.services.inbound_automatic import headers_named, is_automatic, is_bounce, returned_ids
from rmatrack.services.inbound_text import Parts, language_of, parts_of, text_of_html

MOST_PARTS = 200
MOST_ATTACHMENTS = 50
MOST_INNER = 10
_FAR_LESS = 4
_WORDS = frozenset({"text/plain", "text/enriched", "text/richtext", "text/markdown"})
_LONGEST_NAME = 200
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^\s<>@\"]{1,64}@[^\s<>@\"]{1,188}")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


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
    contents = _contents(message, raw)
    parts = parts_of(contents.text)
    inner = "\n".join(contents.inner_text)[:LONGEST_TEXT]
    bounce = is_bounce(message, sender)
    return ReadMail(
        message_id=_one_line(_header(message, "Message-ID"))[:_LONGEST_NAME],
        thread=_thread(message, returned_ids(contents.inner) if bounce else ""),
        sender=sender,
        sender_name=sender_name,
        subject=subject,
        parts=replace(parts, quoted=f"{parts.quoted}\n\n{inner}".strip("\n")) if inner else parts,
        attachments=contents.attachments,
        is_bounce=bounce,
        is_automatic=is_automatic(message, subject),
        circles=len(headers_named(message, "Received")) > MOST_HOPS,
        marks=frozenset(value.strip().lower() for value in headers_named(message, "X-Loop")),
        authentication=headers_named(message, "Authentication-Results")[:1],
        language=language_of(f"{subject}\n{parts.said}"),
    )


def _parsed(raw: bytes) -> Message:
    try:
        return message_from_bytes(raw, policy=policy.default)
    except Exception:  # noqa: BLE001  The parser has no list of what broken messages make it raise.
        return EmailMessage()


def _thread(message: Message, returned: str) -> tuple[str, ...]:
    """Return the ids before this message and its own; *returned* are those of mails that a bounce gives back."""
    ids, references, in_reply_to = (
        " ".join(headers_named(message, name)) for name in ("Message-ID", "References", "In-Reply-To")
    )
    return thread_through(ids, references=f"{references} {returned}", in_reply_to=in_reply_to)


def _header(message: Message, name: str) -> str:
    found = headers_named(message, name)
    if not found:
        return ""
    try:
        return str(make_header(decode_header(found[0])))
    except (ValueError, LookupError):
        return found[0]


def _sender(message: Message) -> tuple[str, str]:
    """Return name and address of the one who wrote; two of them are nobody."""
    from_headers = headers_named(message, "From")
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


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a message holds: its words, what came along, and the messages inside it with theirs."""

    text: str
    attachments: Sequence[Attachment]
    inner: Sequence[Message]
    inner_text: Sequence[str]


@dataclass(slots=True)
class _Heap:
    """What is found part by part."""

    plain: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    inner: list[Message] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the words; a plain part that only asks for a program that shows HTML gives way to the page."""
        plain, page = "\n".join(self.plain), "\n".join(self.pages)
        says_little = len(plain.strip()) * _FAR_LESS < len(page.strip())
        return _cleaned(page if not plain.strip() or says_little else plain)


def _contents(message: Message, raw: bytes) -> _Contents:
    heap = _sorted(message)
    text = heap.text
    if not (text.strip() or heap.attachments) and not message.keys():
        text = _cleaned(raw[:LONGEST_TEXT].decode("utf-8", "replace"))
    inner_text = [_sorted(inner).text for inner in heap.inner[:MOST_INNER]]
    return _Contents(
        text, heap.attachments[:MOST_ATTACHMENTS], heap.inner, [each for each in inner_text if each.strip()]
    )


def _sorted(message: Message) -> _Heap:
    heap = _Heap()
    for part in _leaves(message):
        if part.get_content_maintype() == "message":
            _add_inner(heap, part)
            continue
        payload = _payload(part)
        media_type = part.get_content_type()
        if _is_attachment(part):
            heap.attachments.append(_attachment(part, payload))
        elif media_type == "text/html":
            heap.pages.append(text_of_html(_decoded(part, payload)))
        elif media_type in _WORDS or part.get_content_maintype() == "multipart":  # The latter has no parts: lines.
            heap.plain.append(_decoded(part, payload))
        else:
            heap.attachments.append(_attachment(part, payload))
    return heap


def _add_inner(heap: _Heap, part: Message) -> None:
    """List a message that came inside a message, by its subject."""
    found = part.get_payload()
    inner = found[0] if isinstance(found, list) and found and isinstance(found[0], Message) else None
    if inner is None or part.get_content_type() != "message/rfc822":
        heap.attachments.append(_attachment(part, _payload(part)))
        return
    heap.inner.append(inner)
    name = _name(part) or _one_line(_header(inner, "Subject"))[:_LONGEST_NAME] or "–"
    heap.attachments.append(Attachment(name=name, media_type=part.get_content_type(), size=_size(inner)))


def _size(inner: Message) -> int:
    try:
        return len(inner.as_bytes())
    except Exception:  # noqa: BLE001  What cannot be written again was read all the same.
        return 0


def _cleaned(text: str) -> str:
    return _UNSPEAKABLE.sub(" ", text.replace("\r\n", "\n"))[:LONGEST_TEXT]


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
    disposition = " ".join(headers_named(part, "Content-Disposition")).lower()
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


def _one_line(text: str) -> str:
    return " ".join(_UNSPEAKABLE.sub(" ", text).split())
