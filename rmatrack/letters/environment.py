"""Where the letters' templates lie, and what they may ask: words and dates in the reader's language."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

import rmatrack
from rmatrack.domain import trial_services

PACKAGE = Path(rmatrack.__file__).parent
HOME = {"en": "en_GB", "nl": "nl_NL"}
"""The languages we write, each with the country whose way of writing dates is taken where the reader's is unknown."""


def locale_for(language: str) -> Locale:
    """Return the locale of a tag such as `nl` or `en-US`; a language that we do not write becomes English."""
    spoken, _, country = language.replace("-", "_").partition("_")
    if spoken not in HOME:
        return Locale.parse(HOME["en"])
    try:
        return Locale.parse(f"{spoken}_{country.upper()}" if country else HOME[spoken])
    except (UnknownLocaleError, ValueError):
        return Locale.parse(HOME[spoken])


@cache
def environment(tag: str) -> Environment:
    """Return the templates as a reader of the locale *tag* gets them."""
    locale = Locale.parse(tag)
    env = Environment(
        loader=FileSystemLoader(_template_folder()),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = _catalogue(locale.language)
    env.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # The extension adds it.

    def listed(values: Sequence[str]) -> str:
        return format_list([words.gettext(_name(value)) for value in values], locale=locale) if values else ""

    def day(value: date) -> str:
        return format_date(value, "long", locale=locale)

    def short_day(value: date) -> str:
        return format_skeleton("MMMMd", value, locale=locale)

    env.filters.update(address=address, day=day, listed=listed, short_day=short_day)
    return env


def address(url: str | None) -> str:
    """Return *url*, if a mail may lead there."""
    if url is None or not url.startswith(("https://", "http://")):
        raise ValueError(f"A mail cannot lead to {url!r}.")
    return url


def _name(service: str) -> str:
    known = {value.value: word for value, word in trial_services.WORDS.items()}
    return known.get(service, service)


def _catalogue(language: str) -> NullTranslations:
    found: NullTranslations = Translations.load(PACKAGE / "translations", [language])
    return found


def _template_folder() -> Path:
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent / "templates"
