"""Whether a program wrote a message: what could not be delivered, absence notes, receipts, lists (RFC 3464, 3834)."""

import re
from collections.abc import Sequence
from email.message import Message

_ABSENCE = re.compile(
    r"""(?ix)(?:
        auto(?:matic)?[ -]?repl(?:y|ies) | out\ of\ (?:the\ )?office
      | automatisch\ antwoord | afwezig(?:heids(?:bericht|assistent)|heid)?
      | automatische\ antwort | abwesenheits(?:notiz|assistent)? | abwesend
      | r[ée]ponse\ automatique | absen[ct]e?\ (?:du\ bureau|de\ la\ oficina) | message\ d['’]absence
      | respuesta\ autom[áa]tica | fuera\ de\ (?:la\ )?oficina | risposta\ automatica | resposta\ autom[áa]tica
    )\b"""
)
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
_MARKS = (
    "X-Auto-Response-Suppress",
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "List-Id",
    "List-Unsubscribe",
    "Feedback-ID",
)


def headers_named(message: Message, name: str) -> list[str]:
    """Return every header of a name, unfolded, as it was sent: decoding them is what breaks."""
    wanted = name.lower()
    values = (str(value) for header, value in message.raw_items() if header.lower() == wanted)
    return [" ".join(value.split()) for value in values]


def is_bounce(message: Message, sender: str) -> bool:
    """Say whether it tells that a mail could not be delivered; a report of another type is a program's."""
    report = _report_type(message)
    return report == "delivery-status" or (not report and _DAEMON.match(sender) is not None)


def is_automatic(message: Message, subject: str) -> bool:
    """Say whether a program wrote it, or asks not to be answered by one."""
    said = {name: " ".join(headers_named(message, name)).lower() for name in ("Auto-Submitted", "Precedence")}
    return (
        said["Auto-Submitted"] not in {"", "no"}
        or said["Precedence"] in {"bulk", "junk", "list", "auto_reply"}
        or headers_named(message, "Return-Path") == ["<>"]
        or bool(_report_type(message))
        or any(headers_named(message, name) for name in _MARKS)
        or _ABSENCE.match(subject) is not None
    )


def returned_ids(inner: Sequence[Message]) -> str:
    """Return the ids of the messages that a bounce gives back, as one header."""
    return " ".join(each for message in inner for each in headers_named(message, "Message-ID"))


def _report_type(message: Message) -> str:
    """Return what a report is about: `delivery-status` where it does not say, nothing where it is no report."""
    if message.get_content_type() != "multipart/report":
        return ""
    said = re.search(r"report-type\s*=\s*\"?([a-z-]+)", " ".join(headers_named(message, "Content-Type")).lower())
    return said[1] if said else "delivery-status"
