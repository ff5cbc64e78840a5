"""Countries as carriers write them: two letters, three letters, three digits, English name (ISO 3166-1)."""

import csv
from dataclasses import dataclass
from importlib.resources import files

from carriers.errors import UnknownCountryError


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    alpha3: str
    numeric: str
    name: str


def _read() -> dict[str, Country]:
    text = files("carriers").joinpath("countries.csv").read_text(encoding="utf-8")
    return {row["code"]: Country(**row) for row in csv.DictReader(text.splitlines())}


COUNTRIES = _read()
NUMERIC = frozenset(country.numeric for country in COUNTRIES.values())


def country(code: str) -> Country:
    """Return the country with the two-letter *code*."""
    try:
        return COUNTRIES[code]
    except KeyError:
        raise UnknownCountryError(code=code) from None
