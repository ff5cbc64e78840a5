"""What templates may ask: dates, numbers, places, words and files."""

from decimal import Decimal

from babel.numbers import format_decimal
from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from rmatrack.web import dates, languages, model_names, navigation, places, saved_filters, sentences, states


def number(value: int | Decimal | None) -> str:
    """Return a number as the reader's country writes it."""
    return "–" if value is None else format_decimal(value, locale=languages.current_locale())


def static(file: str) -> str:
    """Return the URL of one of the pages' own files."""
    return url_for("static", filename=file)


def icon(name: str, more: str = "") -> Markup:
    """Return an icon of the sprite; it says nothing to those who do not see it."""
    return Markup('<svg class="icon{more}" aria-hidden="true"><use href="{url}#{name}"></use></svg>').format(
        more=f" {more}" if more else "", url=static("vendor/icons.svg"), name=name
    )


def token() -> Markup:
    """Return the hidden field that proves a form to be ours; every form that posts has it."""
    return Markup('<input type="hidden" name="csrf_token" value="{value}">').format(value=generate_csrf())


def init_app(app: Flask) -> None:
    """Make them known to the templates."""
    app.jinja_env.filters.update(
        address=places.address_lines,
        country=places.country,
        country_in_sentence=places.country_in_sentence,
        date=dates.dated,
        day=dates.day,
        distance=dates.distance,
        look=states.look,
        model_name=model_names.model_name,
        moment=dates.moment,
        number=number,
        reason=languages.reason,
        say=sentences.say,
        word=languages.word,
        whole_moment=dates.whole_moment,
    )
    app.jinja_env.globals.update(
        here=navigation.here,
        icon=icon,
        languages=languages.LANGUAGES,
        navigation=navigation.navigation,
        reader_language=languages.language,
        reader_locale=languages.locale,
        saved_filters=saved_filters.saved_filters,
        static=static,
        token=token,
        today=dates.today,
    )
