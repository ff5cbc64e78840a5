"""Countries as people write them: two or three letters, or the name in English or Dutch."""

from functools import cache

from babel import Locale

from carriers.countries import COUNTRIES
from rmatrack.domain.names import name_key

_LANGUAGES = ("en", "nl")
_ALSO = {"uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "engeland": "GB"} | {
    "usa": "US",
    "united states of america": "US",
    "vs": "US",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
}


def country_code(text: str) -> str | None:
    """Return the ISO 3166 alpha-2 code of the country that *text* names."""
    bare = text.strip().upper()
    return bare if bare in COUNTRIES else _codes().get(name_key(text.replace(".", "")))


@cache
def _codes() -> dict[str, str]:
    codes = {name_key(country.name): code for code, country in COUNTRIES.items()}
    codes |= {country.alpha3.lower(): code for code, country in COUNTRIES.items()}
    for language in _LANGUAGES:
        names = Locale(language).territories
        codes |= {name_key(name): code for code, name in names.items() if code in COUNTRIES}
    return codes | _ALSO
