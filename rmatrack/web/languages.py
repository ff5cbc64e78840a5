"""The reader's language and zone, and the words of our statuses in it."""

from enum import StrEnum
from pathlib import Path
from typing import cast

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale, gettext, lazy_gettext
from flask_babel import ngettext as _ngettext

import rmatrack
from rmatrack.domain import words

TRANSLATIONS = Path(rmatrack.__file__).parent / "translations"
LANGUAGES = {"en": "English", "nl": "Nederlands"}
COOKIE = "language"
_HOME = {"en": "en_GB", "nl": "nl_NL"}


def _(message: str, **params: object) -> str:
    """Return *message* in the reader's language."""
    return str(gettext(message, **params))


def _l(message: str) -> str:
    """Return *message*, to be translated when it is shown: for labels that are made before anybody reads them."""
    return cast(str, lazy_gettext(message))


def ngettext(one: str, many: str, num: int, **params: object) -> str:
    """Return the message for *num* things, which stands in it as `%(num)s`."""
    return str(_ngettext(one, many, num, **params))


def current_locale() -> Locale:
    """Return the reader's locale, parsed once a request."""
    return cast(Locale, get_locale())


def language() -> str:
    """Return the reader's language: what the person chose, else this browser's choice, else what it asks for."""
    chosen = (getattr(g.get("person"), "language", None), request.cookies.get(COOKIE))
    for code in chosen:
        if code in LANGUAGES:
            return str(code)
    return request.accept_languages.best_match(LANGUAGES, default="en") or "en"


def locale() -> str:
    """Return the reader's locale: the language, and the country whose way of writing dates the browser asks for."""
    if not has_request_context():
        return _HOME["en"]
    spoken = language()
    for tag in request.accept_languages.values():
        asked, _, country = tag.replace("-", "_").partition("_")
        if asked.lower() == spoken and len(country) == 2:
            return _known(f"{spoken}_{country.upper()}") or _HOME[spoken]
    return _HOME[spoken]


def _known(tag: str) -> str | None:
    try:
        return str(Locale.parse(tag))
    except ValueError:
        return None


def zone() -> str:
    """Return the reader's time zone."""
    return getattr(g.get("person"), "zone", None) or "UTC"


def reason(text: str) -> str:
    """Return the reason of a policy row in the reader's language, where it is one that we ship."""
    return str(gettext(text)) if text else ""


def word(status: StrEnum) -> str:
    """Return the reader's word for *status*."""
    return _(words.word(status))


def first_up(text: str) -> str:
    """Return a word at the beginning of a line; abbreviations in it stay as they are."""
    return text[:1].upper() + text[1:]


def init_app(app: Flask) -> None:
    """Choose language and zone by request."""
    Babel(
        app,
        default_locale=_HOME["en"],
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=locale,
        timezone_selector=zone,
    )
