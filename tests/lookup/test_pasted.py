"""Every key in a pasted mail, with the line it stands in."""

import time

import pytest

from rmatrack.domain.pasted import MOST_KEYS, KeyKind, look_up_keys, names_in

MAIL = """Hello, we have order d 4100208 (and D4100215, D4100215), RMA r000001l, wiped: w000000c.
UPS says 1Z 5R8 939 03 5756 7127, DHL (J) JD01 4600 0046 1723 0770 and waybill 11 0373 3901,
carton (00)106141412345678908. Serials: FNS-1009-J3MT, SFBN19122019, fch1610a5s5.
Organisation 7B982FF1-3ad8-432f-8e23-67c3a5464623, sent on 2026-11-14 by IT-Admin@mit.example.
Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi83Yjk4MmZmMS0zYWQ4LTQzMmYtOGUyMy02N2MzYTU0NjQ2MjM
"""


def test_every_key_of_a_mail_is_found_once() -> None:
    keys = [key for key in look_up_keys(MAIL) if not key.guessed]
    found = {kind: [key.value for key in keys if key.kind is kind] for kind in KeyKind}

    assert found == {
        KeyKind.ORDER: ["D4100208", "D4100215"],
        KeyKind.RMA: ["R000001L"],
        KeyKind.WIPE: ["W000000C"],
        KeyKind.TRACKING: ["1Z5R89390357567127", "JD014600004617230770", "106141412345678908", "1103733901"],
        KeyKind.SERIAL: ["FNS1009J3MT", "FBN19122019", "FCH1610A5S5"],
        KeyKind.ORG_ID: ["7b982ff1-3ad8-432f-8e23-67c3a5464623"],
        KeyKind.EMAIL: ["it-admin@mit.example"],
    }


def test_a_key_remembers_how_it_was_typed() -> None:
    (key,) = look_up_keys(" fns 1009 j3mt ")

    assert (key.kind, key.typed, key.value) == (KeyKind.SERIAL, "fns 1009 j3mt", "FNS1009J3MT")


@pytest.mark.parametrize("text", ["", "Universität Zürich", "the year 2026", "R000001M is no number"])
def test_a_text_without_keys_has_none(text: str) -> None:
    assert [key for key in look_up_keys(text) if key.kind is not KeyKind.SERIAL] == []


@pytest.mark.parametrize("text", ["a." * 50_000 + "@", "1 " * 50_000, "a-" * 50_000, "ciscospark://" * 8_000])
def test_a_hostile_text_is_read_at_once(text: str) -> None:
    started = time.thread_time()

    look_up_keys(text)

    assert time.thread_time() - started < 2


def test_a_mail_full_of_numbers_gives_no_more_keys_than_are_looked_up() -> None:
    assert len(look_up_keys(" ".join(f"D{number}" for number in range(1_000, 2_000)))) == MOST_KEYS


PASTED = """<p>Beste collega,</p><br>
> Wij sturen F0C2l213GKV en FOC&nbsp;2121 3GKW terug,<o:p></o:p>
>> order D\u200b4100208 (zie ook TU Delft).
organisatie Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi83Yjk4MmZmMS0zYWQ4LTQzMmYtOGUyMy02N2
MzYTU0NjQ2MjM
Tel. 015 278 9111, Nov 2026 were
"""


def test_a_pasted_mail_gives_each_key_with_its_line() -> None:
    found = {(key.kind, key.value, key.line) for key in look_up_keys(PASTED) if key.sure or key.guessed}

    assert found >= {
        (KeyKind.SERIAL, "FOC21213GKV", 2),
        (KeyKind.ORDER, "D4100208", 3),
        (KeyKind.ORG_ID, "7b982ff1-3ad8-432f-8e23-67c3a5464623", 4),
    }
    assert "FOC21213GKW" in {key.value for key in look_up_keys(PASTED)}


def test_what_only_looks_like_a_key_is_told_apart() -> None:
    doubtful = {key.value for key in look_up_keys(PASTED) if not key.sure and not key.guessed}

    assert "NOV2026WERE" in doubtful


def test_a_misread_serial_keeps_how_it_was_written() -> None:
    (written, meant) = look_up_keys("F0C2l213GKV")

    assert (written.value, written.guessed) == ("F0C2L213GKV", False)
    assert (meant.value, meant.guessed, meant.typed) == ("FOC21213GKV", True, "F0C2l213GKV")


def test_names_are_runs_of_words_that_begin_like_names() -> None:
    names = names_in(PASTED)

    assert names["tu delft"] == 3
    assert "zie ook" not in names
