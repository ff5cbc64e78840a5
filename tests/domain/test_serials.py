"""Serial keys, what a serial tells about itself, and the nearest one to a stranger."""

import string
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rmatrack.domain.serials import (
    HintCode,
    Likeness,
    SerialKey,
    closest,
    hints,
    is_cisco_style,
    likeness,
    made_in,
    normalise,
)

LAST_FOUR = string.digits + "ABCDEFGHJKLMNPQRSTUVWXYZ"


@st.composite
def cisco_serials(draw: st.DrawFn) -> str:
    site = draw(st.text(string.ascii_uppercase, min_size=3, max_size=3))
    year, week = draw(st.integers(0, 40)), draw(st.integers(1, 53))
    return f"{site}{year:02}{week:02}{draw(st.text(LAST_FOUR, min_size=4, max_size=4))}"


@st.composite
def sightings(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a real serial, and how a scanner or a person may write it."""
    serial = draw(cisco_serials())
    prefix = draw(st.sampled_from(["", "]C0", "]c1", "]A0", "]d1", " ]Q1", "\x1d]C1"]))
    identifier = draw(st.sampled_from(["", "S", "s"]))
    gap = draw(st.sampled_from(["", " ", "-", "\u2011", "\u2013", "\u00a0", "\t", "\u200b"]))
    written = gap.join([serial[:3], serial[3:7], serial[7:]])
    return serial, prefix + identifier + draw(st.sampled_from([written, written.lower()])) + "\r\n"


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("FOC21213GKV", "FOC21213GKV"),
        ("fns17231kz7", "FNS17231KZ7"),
        ("FNS-1009-J3MT", "FNS1009J3MT"),
        ("]C0FOC080203H8", "FOC080203H8"),
        ("]C0]C0FOC080203H8", "FOC080203H8"),
        ("SFBN19122019", "FBN19122019"),
        ("]C0SDTM141600XT", "DTM141600XT"),
        ("SAL1819S6LU", "SAL1819S6LU"),
        ("SSI16460ARS", "SSI16460ARS"),
        ("SSSI16460ARS", "SSI16460ARS"),
        ("SZZZ9999ZZZZ", "SZZZ9999ZZZZ"),
        ("PFBN19122019", "PFBN19122019"),
        ("ＦＯＣ２１２１３ＧＫＶ", "FOC21213GKV"),
        ("", ""),
    ],
)
def test_a_serial_as_seen_becomes_its_key(raw: str, key: str) -> None:
    assert normalise(raw) == key


@given(st.text())
def test_normalising_twice_changes_nothing(raw: str) -> None:
    key = normalise(raw)

    assert normalise(key) == key


@given(sightings())
def test_every_sighting_of_a_serial_has_its_key(sighting: tuple[str, str]) -> None:
    serial, raw = sighting

    assert normalise(raw) == serial


@given(sightings(), sightings())
def test_two_real_serials_are_never_merged(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (normalise(one[1]) == normalise(other[1])) == (one[0] == other[0])


@pytest.mark.parametrize(
    "serial", ["FOC2100ABCD", "FOC2154ABCD", "FOC2122ABCO", "FOC2122IBCD", "FO12122ABCD", "FOC2122ABC"]
)
def test_what_breaks_a_rule_of_cisco_serials_is_not_one(serial: str) -> None:
    assert not is_cisco_style(serial)
    assert made_in(serial) is None


def test_a_cisco_serial_tells_its_week() -> None:
    assert made_in("FOC21533GKV") == (2017, 53)


@pytest.mark.parametrize(
    ("serial", "code", "suggestion", "sentence"),
    [
        (
            "FOC22150ABO",
            HintCode.LETTER_FOR_DIGIT,
            "FOC22150AB0",
            "FOC22150ABO has an O where Cisco serials have 0. Did you mean FOC22150AB0?",
        ),
        (
            "FOC2I223GKV",
            HintCode.LETTER_FOR_DIGIT,
            "FOC21223GKV",
            "FOC2I223GKV has an I where Cisco serials have 1. Did you mean FOC21223GKV?",
        ),
        (
            "F0C21223GKV",
            HintCode.DIGIT_FOR_LETTER,
            "FOC21223GKV",
            "F0C21223GKV has a digit among its first three letters. Did you mean FOC21223GKV?",
        ),
        (
            "SFOC22150ABO",
            HintCode.LETTER_FOR_DIGIT,
            "FOC22150AB0",
            "SFOC22150ABO has an O where Cisco serials have 0. Did you mean FOC22150AB0?",
        ),
        (
            "ZZZ9999ZZZZ",
            HintCode.WRONG_WEEK,
            None,
            "ZZZ9999ZZZZ says that it was made in week 99, and weeks run from 01 to 53. Check it against the device.",
        ),
        (
            "FOC30313GKV",
            HintCode.MADE_AFTER_SHIPPING,
            None,
            (
                "FOC30313GKV was made in week 31 of 2026, after the day we shipped it (2026-07-26)."
                " Check it against the device."
            ),
        ),
    ],
)
def test_an_odd_serial_is_hinted_at(serial: str, code: HintCode, suggestion: str | None, sentence: str) -> None:
    (hint,) = hints(normalise(serial), shipped_on=date(2026, 7, 26))

    assert (hint.code, hint.suggestion, str(hint.sentence)) == (code, suggestion, sentence)


@pytest.mark.parametrize("serial", ["FOC30303GKV", "FOC20533GKV", "SAL1819S6LU", "Q2XXABCDEFG1", "12345678", ""])
def test_a_serial_without_oddity_or_of_another_family_gets_no_hint(serial: str) -> None:
    assert hints(normalise(serial), shipped_on=date(2026, 7, 26)) == []


def test_without_a_ship_date_nothing_is_made_too_late() -> None:
    assert hints(SerialKey("FOC40313GKV"), shipped_on=None) == []


@given(cisco_serials(), st.integers(0, 10))
def test_a_suggestion_is_a_cisco_serial_that_needs_no_further_hint(serial: str, place: int) -> None:
    misread = serial[:place] + serial[place].translate(str.maketrans("01OI", "OI01")) + serial[place + 1 :]

    suggested = [hint.suggestion for hint in hints(SerialKey(misread), shipped_on=None) if hint.suggestion]

    assert all(hints(key, shipped_on=None) == [] for key in suggested)


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        ("FOC1923NVVQ", Likeness.ONE_DIFFERS),
        ("FOC1932NVVN", Likeness.SWAPPED),
        ("FOC1923NVNV", Likeness.SWAPPED),
        ("F0C1923NVVN", Likeness.LOOK_ALIKE),
        ("FOCI923NVVN", Likeness.LOOK_ALIKE),
        ("FOC1923NVV", Likeness.ONE_MISSING),
        ("OC1923NVVN", Likeness.ONE_MISSING),
        ("FOC19233NVVN", Likeness.ONE_TOO_MANY),
        ("FOC1923NVVNX", Likeness.ONE_TOO_MANY),
        ("FOC1923NVVN", None),
        ("FOC1923NXXN", None),
        ("FTT19270360", None),
        ("", None),
    ],
)
def test_one_slip_makes_a_serial_near(seen: str, why: Likeness | None) -> None:
    assert likeness(seen, "FOC1923NVVN") is why


def test_the_likeliest_slip_is_suggested() -> None:
    shipped = [SerialKey(serial) for serial in ("SSI16460AR1", "SSI16460AR2", "SSI16460AR5")]

    suggestion = closest(SerialKey("SSI16460ARS"), shipped)

    assert suggestion is not None
    assert (suggestion.serial, suggestion.why) == ("SSI16460AR5", Likeness.LOOK_ALIKE)


def test_of_two_as_near_the_first_is_suggested() -> None:
    suggestion = closest(SerialKey("SSI16460AR4"), [SerialKey("SSI16460AR2"), SerialKey("SSI16460AR1")])

    assert suggestion is not None
    assert suggestion.serial == "SSI16460AR2"


def test_where_nothing_is_near_nothing_is_suggested() -> None:
    assert closest(SerialKey("ZZZ9999ZZZZ"), [SerialKey("FOC1923NVVN")]) is None


def test_five_thousand_serials_are_compared_in_a_blink() -> None:
    shipped = [SerialKey(f"FOC2122{number:04}") for number in range(5_000)]
    started = time.thread_time()

    closest(SerialKey("FOC2199ZZZZ"), shipped)

    assert time.thread_time() - started < 1
