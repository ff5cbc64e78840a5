"""Every key in what somebody typed or pasted: a number read out on the phone, or a whole mail (SPEC F-1).

A mail brings quote marks, remnants of HTML, wrapped lines and characters that a camera misread; the keys come out with
the line they stand in.
"""

import html
import quopri
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, _
from rmatrack.domain.identify import is_serial_shaped
from rmatrack.domain.inspection import is_certificate_number
from rmatrack.domain.names import name_key
from rmatrack.domain.orders import order_number_from
from rmatrack.domain.orgids import org_id_from
from rmatrack.domain.rma import is_rma_number
from rmatrack.domain.serials import is_cisco_style, normalise

MOST_KEYS = 200
MOST_CHARACTERS = 100_000
MOST_NAMES = 3_000
LONGEST_NAME_WORDS = 6
_SSCC_DIGITS = 18
_FEWEST_SURE_DIGITS = 5
_CISCO_LENGTH = 11


class KeyKind(StrEnum):
    """What an order can be found by, besides its customer's name."""

    ORDER = "order"
    RMA = "rma"
    WIPE = "wipe"
    TRACKING = "tracking"
    SERIAL = "serial"
    ORG_ID = "org-id"
    EMAIL = "e-mail"


KEY_WORDS: dict[KeyKind, str] = {
    KeyKind.ORDER: _("demo order number"),
    KeyKind.RMA: _("RMA number"),
    KeyKind.WIPE: _("number of a wipe certificate"),
    KeyKind.TRACKING: _("tracking number"),
    KeyKind.SERIAL: _("serial number"),
    KeyKind.ORG_ID: _("organisation id"),
    KeyKind.EMAIL: _("e-mail address"),
}


@dataclass(frozen=True, slots=True)
class LookUpKey:
    """One key: what it is, as it was typed, in the form that is stored, and its line, counted from 1.

    One that is not `sure` only looks like a key, as words and phone numbers in a mail may. `guessed` says that the
    value is what was probably meant: `FOC21213GKV` by `F0C2l213GKV`.
    """

    kind: KeyKind
    typed: str
    value: str
    line: int = 1
    sure: bool = True
    guessed: bool = False


def look_up_keys(text: str, *, is_mail: bool = False) -> list[LookUpKey]:
    """Return every key in *text*, in the order of its kinds and each once, at most `MOST_KEYS`.

    A text of several lines is a mail, in which not everything that looks like a key is one.
    """
    rest = readable(text)
    is_mail = is_mail or "\n" in rest.strip()
    found: dict[tuple[KeyKind, str], LookUpKey] = {}
    for pattern in _PATTERNS:
        keys, rest = _mine(rest, pattern, is_mail=is_mail)
        for key in keys:
            found.setdefault((key.kind, key.value), key)
    for guess in _guesses(list(found.values())):
        found.setdefault((guess.kind, guess.value), guess)
    return list(found.values())[:MOST_KEYS]


def names_in(text: str) -> dict[str, int]:
    """Return every run of words in a mail that could be a customer's name, folded as names are, with its line."""
    found: dict[str, int] = {}
    for number, line in enumerate(readable(text).split("\n"), 1):
        words = _WORD.findall(line)
        for start, word in enumerate(words):
            if not (word[0].isupper() or word[0].isdigit()):
                continue
            for end in range(start + 1, min(start + LONGEST_NAME_WORDS, len(words)) + 1):
                found.setdefault(name_key(" ".join(words[start:end])), number)
            if len(found) >= MOST_NAMES:
                return found
    return found


def readable(text: str) -> str:
    """Return *text* as its writer saw it, line by line: without tags, entities, quote marks and what no eye sees."""
    whole = text[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    if _QUOTED_PRINTABLE.search(whole):
        whole = quopri.decodestring(whole.encode()).decode("utf-8", "replace")
    return "\n".join(_plain(line) for line in whole.split("\n"))


def _plain(line: str) -> str:
    bare = _QUOTE_MARKS.sub("", line)
    if "<" in bare:
        bare = _TAG.sub(" ", bare)
    if "&" in bare:
        bare = html.unescape(bare).replace("\n", " ")
    return _BLANK.sub(" ", _INVISIBLE.sub("", bare))


_WORD = re.compile(r"[^\W_](?:[\w.&'’+-]*\w)?")
_QUOTED_PRINTABLE = re.compile(r"=3D|=20$|=C3=[89AB]|=\n.*=\n", re.MULTILINE)
_QUOTE_MARKS = re.compile(r"\A(?:\s{0,8}[>|]){1,20}")
_TAG = re.compile(r"</?[a-z][a-z0-9:]{0,20}(?:\s[^<>]{0,2000})?/?>|<!--[^<>]{0,2000}-->", re.IGNORECASE)
_BLANK = re.compile(r"[^\S\n]")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """How keys of one kind look; `read` gives the stored form, or None where it is none after all."""

    kind: KeyKind
    shape: re.Pattern[str]
    read: Callable[[str], str | None]
    is_sure: Callable[[str], bool] = lambda _value: True
    """In a mail; what is typed alone is meant."""


def _mine(text: str, pattern: _Pattern, *, is_mail: bool) -> tuple[list[LookUpKey], str]:
    """Return the keys of one pattern, and the text with blanks in their place."""
    keys = []
    place, line = 0, 1

    def take(match: re.Match[str]) -> str:
        nonlocal place, line
        value = pattern.read(match[0])
        if value is None:
            return match[0]
        line += text.count("\n", place, match.start())
        place = match.start()
        sure = not is_mail or pattern.is_sure(value)
        keys.append(LookUpKey(pattern.kind, match[0].strip(), value, line, sure))
        return "".join("\n" if character == "\n" else " " for character in match[0])

    rest = pattern.shape.sub(take, text)
    return keys, rest


def _guesses(keys: Iterable[LookUpKey]) -> Iterator[LookUpKey]:
    """Return what was probably meant by serials with characters that look alike, or by a serial like a certificate."""
    for key in keys:
        if key.kind is KeyKind.WIPE:
            yield LookUpKey(KeyKind.SERIAL, key.typed, key.value, key.line, sure=False, guessed=True)
        if key.kind is not KeyKind.SERIAL:
            continue
        for body in {key.value, key.value.removeprefix("S")}:
            meant = _meant(body)
            if meant and meant != key.value:
                yield LookUpKey(KeyKind.SERIAL, key.typed, meant, key.line, sure=False, guessed=True)


def _meant(body: str) -> str | None:
    """Return the Cisco-style serial that *body* becomes when letters and digits stand where they belong."""
    if len(body) != _CISCO_LENGTH:
        return None
    meant = body[:3].translate(_TO_LETTERS) + body[3:7].translate(_TO_DIGITS) + body[7:].translate(_LAST_FOUR)
    return meant if is_cisco_style(meant) else None


_TO_LETTERS = str.maketrans("01258", "OIZSB")
_TO_DIGITS = str.maketrans("ODQILZSGB", "000112568")
_LAST_FOUR = str.maketrans("OI", "01")


def _compact(typed: str) -> str:
    return re.sub(r"[\s()-]", "", typed).upper()


def _piece(typed: str) -> str:
    return _compact(typed).removeprefix("J") if typed[:2].upper() == "JJ" else _compact(typed)


def _carton(typed: str) -> str:
    return _compact(typed)[-_SSCC_DIGITS:]


def _org_id(typed: str) -> str | None:
    try:
        return org_id_from(typed)
    except BadInputError:
        return None


def _wrapped_org_id(typed: str) -> str | None:
    """Read an id that a mail program broke in two, unless its first line is one by itself."""
    return None if _org_id(typed.split("\n", maxsplit=1)[0]) else _org_id(typed.replace("=\n", ""))


def _rma(typed: str) -> str | None:
    return _compact(typed) if is_rma_number(_compact(typed)) else None


def _wipe(typed: str) -> str | None:
    return _compact(typed) if is_certificate_number(_compact(typed)) else None


def _serial(typed: str) -> str | None:
    return normalise(typed) if is_serial_shaped(typed) else None


def _spaced_serial(typed: str) -> str | None:
    key = normalise(typed)
    return key if is_cisco_style(key) else None


def _never(_value: str) -> bool:
    return False


def _is_long_number(value: str) -> bool:
    return len(value) > _FEWEST_SURE_DIGITS


def _is_cisco_shaped(value: str) -> bool:
    return _CISCO_SHAPED.fullmatch(value) is not None


_CISCO_SHAPED = re.compile(r"[A-Z]{3}[0-9]{4}[0-9A-Z]{4}")
_K = KeyKind
_I = re.IGNORECASE

_PATTERNS: tuple[_Pattern, ...] = (
    _Pattern(_K.EMAIL, re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), str.lower),
    _Pattern(_K.ORG_ID, re.compile(r"\bY2lzY29zcGFyazovL[\w+/-]{20,120}=?\n ?[\w+/-]{1,80}=*"), _wrapped_org_id),
    _Pattern(_K.ORG_ID, re.compile(r"ciscospark://[\w/-]+|\bY2lzY29zcGFyazovL[0-9A-Za-z+/_-]+=*"), _org_id),
    _Pattern(_K.ORG_ID, re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", _I), _org_id),
    _Pattern(_K.TRACKING, re.compile(r"\b1Z(?:[ -]?[0-9A-Z]){16}\b", _I), _compact),
    _Pattern(_K.TRACKING, re.compile(r"\bJ?JD(?:[ -]?[0-9]){18}\b", _I), _piece),
    _Pattern(_K.TRACKING, re.compile(r"(?:\(00\) ?|\b00 ?)?\b[0-9](?: ?[0-9]){17}\b"), _carton),
    _Pattern(_K.TRACKING, re.compile(r"\b[0-9]{2} ?[0-9]{4} ?[0-9]{4}\b"), _compact, _never),
    _Pattern(_K.ORDER, re.compile(r"\bD[ -]?[0-9]{2,11}\b", _I), order_number_from, _is_long_number),
    _Pattern(_K.RMA, re.compile(r"\bR[ -]?[0-9]{6,10}[0-9A-Z]\b", _I), _rma),
    _Pattern(_K.WIPE, re.compile(r"\bW[ -]?[0-9]{6,10}[0-9A-Z]\b", _I), _wipe),
    _Pattern(_K.SERIAL, re.compile(r"\A\s*S?[A-Z]{3} ?[0-9]{4} ?[0-9A-Z]{4}\s*\Z", _I), _serial),
    _Pattern(
        _K.SERIAL,
        re.compile(r"(?<![\w-])(?:\][A-Z][0-9])?[0-9A-Z-]{6,40}(?![\w-])", _I),
        _serial,
        _is_cisco_shaped,
    ),
    _Pattern(
        _K.SERIAL, re.compile(r"\b[A-Z]{3} [0-9]{4} ?[0-9A-Z]{4}\b|\b[A-Z]{3}[0-9]{4} [0-9A-Z]{4}\b", _I),
        _spaced_serial, _never,
    ),
)  # fmt: skip
