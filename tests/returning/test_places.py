"""Names of countries within a sentence."""

import pytest
from apiflask import APIFlask

from rmatrack.web.places import country_in_sentence


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("en", "NL", "the Netherlands"),
        ("en", "PL", "Poland"),
        ("nl", "NL", "Nederland"),
        ("nl", "GB", "het Verenigd Koninkrijk"),
    ],
)
def test_a_country_takes_its_article(app: APIFlask, language: str, code: str, name: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert country_in_sentence(code) == name
