"""Rendering: a notice and its parameters become subject, text and HTML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from rmatrack.domain.mails import LinkPurpose, MailKind
from rmatrack.letters.contents import CONTENTS
from rmatrack.letters.environment import environment, locale_for
from rmatrack.letters.letter import Letter, on_one_line

BRAND = "rmatrack · Webex trials"
ELSEWHERE = {"sign_in": "https://admin.webex.com", "app": "https://web.webex.com"}
"""Where the vendor's administrators and users sign in."""

_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Notice:
    """What one letter, or one part of a bundle, is about.

    `links` are whole addresses by name: those of `LinkPurpose`, and pages of ours: `trial`, `trials`, `order`,
    `extensions`.
    """

    kind: MailKind
    params: Mapping[str, Any]
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Part:
    """A notice in words."""

    subject: str
    text: str
    html: Markup
    reason: str


def render(notice: Notice, language: str) -> Letter:
    """Return *notice* as a letter in *language*, a tag such as `nl` or `en-US`."""
    return render_bundle([notice], language)


def render_bundle(notices: Sequence[Notice], language: str) -> Letter:
    """Return *notices* as one letter; the first gives it its subject."""
    locale = locale_for(language)
    env = environment(str(locale))
    parts = [_part(env, notice) for notice in notices]
    subject = _subject(env, parts)
    around = {
        "brand": BRAND,
        "language": str(locale).replace("_", "-"),
        "notices": parts,
        "reasons": list(dict.fromkeys(part.reason for part in parts)),
        "subject": subject,
    }
    text = _filled(env, "mail/layout.txt", around)
    return Letter(subject, f"{text}\n", env.get_template("mail/layout.html").render(around))


def _part(env: Environment, notice: Notice) -> _Part:
    known = _known(notice)
    folder = f"mail/{notice.kind}"
    return _Part(
        on_one_line(env.get_template(f"{folder}/subject.txt").render(known)),
        _filled(env, f"{folder}/body.txt", known),
        Markup(env.get_template(f"{folder}/body.html").render(known)),  # noqa: S704  An escaped template's output.
        _filled(env, "mail/reason.txt", known),
    )


def _subject(env: Environment, parts: Sequence[_Part]) -> str:
    first, others = parts[0].subject, len(parts) - 1
    if not others:
        return first
    return on_one_line(env.get_template("mail/bundle/subject.txt").render(first=first, others=others))


def _filled(env: Environment, template: str, known: Mapping[str, Any]) -> str:
    lines = env.get_template(template).render(known).split("\n")
    return _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _known(notice: Notice) -> dict[str, Any]:
    """Return what the templates are told: dates as dates, texts that cannot break out of their line."""
    contents = CONTENTS[notice.kind]
    missing = contents.missing(notice.params, [purpose for purpose in LinkPurpose if purpose in notice.links])
    if missing:
        raise ValueError(f"A letter of kind {notice.kind} lacks {', '.join(missing)}.")
    nothing = dict.fromkeys(contents.may)
    links = {purpose.value: None for purpose in LinkPurpose} | ELSEWHERE | dict(notice.links)
    audience = {"audience": contents.audience} if contents.audience else {}
    told = {name: _typed(name, value) for name, value in notice.params.items()}
    return {**nothing, **audience, **told, "links": links}


def _typed(name: str, value: Any) -> Any:
    match value:
        case str() if name.endswith("_on"):
            return date.fromisoformat(value)
        case str():
            return on_one_line(value)
        case list() | tuple():
            return [_typed("", item) for item in value]
    return value
