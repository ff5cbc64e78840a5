"""The Dutch catalogue knows every sentence of code and templates, and its compiled form is up to date."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg  # type: ignore[attr-defined]  # The stubs lack it.
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "rmatrack" / "translations"
DUTCH = TRANSLATIONS / "nl" / "LC_MESSAGES"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def dutch() -> Catalog:
    with (DUTCH / "messages.po").open("rb") as file:
        return read_po(file, locale="nl")


def test_every_sentence_has_its_dutch(dutch: Catalog) -> None:
    missing = sorted({str(sentence) for sentence in sentences() if not is_translated(dutch.get(sentence))})

    assert missing == []


def test_no_translation_is_a_guess(dutch: Catalog) -> None:
    guesses = [message.id for message in dutch if message.id and message.fuzzy]

    assert guesses == []


def test_a_translation_keeps_the_placeholders(dutch: Catalog) -> None:
    wrong = [message.id for message in dutch if message.id and not keeps_placeholders(message)]

    assert wrong == []


def test_the_compiled_catalogue_is_up_to_date(dutch: Catalog) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, dutch)
    fresh.seek(0)

    with (DUTCH / "messages.mo").open("rb") as file:
        compiled = read_mo(file)

    assert texts(compiled) == texts(read_mo(fresh))


def sentences() -> set[str | tuple[str, ...]]:
    """Return what the code and the templates say, as `make translations` finds it."""
    with (TRANSLATIONS / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found if message}


def is_translated(message: Message | None) -> bool:
    if message is None:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def keeps_placeholders(message: Message) -> bool:
    ids, strings = (value if isinstance(value, tuple | list) else (value,) for value in (message.id, message.string))
    asked = set(PLACEHOLDER.findall(" ".join(ids)))
    return all(set(PLACEHOLDER.findall(text)) <= asked for text in strings if text) and (
        len(strings) > 1 or set(PLACEHOLDER.findall(strings[0])) == asked or not strings[0]
    )


def texts(catalogue: Catalog) -> dict[object, object]:
    return {str(message.id): message.string for message in catalogue if message.id}
