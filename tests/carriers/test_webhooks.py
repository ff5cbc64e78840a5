"""A message is believed once, for five minutes, from whoever knows the secret."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.webhooks import Verdict, judge, sign

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BODY = b'{"id":"m-1","trackingNumber":"1Z12345E6605272234"}'
SECRET = "a secret that both know"


def verdict(
    *, body: bytes = BODY, at: datetime = NOW, signature: str = "", secrets: tuple[str, ...] = (SECRET,), seen: str = ""
) -> Verdict:
    timestamp = str(int(at.timestamp()))
    return judge(
        body,
        timestamp=timestamp,
        signature=signature or sign(f"{timestamp}.".encode() + BODY, SECRET),
        message_id="m-1",
        secrets=secrets,
        seen={seen},
        now=NOW,
    )


def test_a_fresh_message_of_one_who_knows_the_secret_is_genuine() -> None:
    assert verdict() is Verdict.GENUINE


def test_the_same_message_again_is_a_repetition() -> None:
    assert verdict(seen="m-1") is Verdict.REPEATED


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_message_from_another_time_is_stale(minutes: int) -> None:
    assert verdict(at=NOW + timedelta(minutes=minutes)) is Verdict.STALE


def test_while_a_secret_is_replaced_the_old_one_still_counts() -> None:
    assert verdict(secrets=("the new one", SECRET)) is Verdict.GENUINE


@pytest.mark.parametrize("secrets", [(), ("",), ("another",)], ids=["none", "empty", "another"])
def test_without_the_secret_nothing_is_believed(secrets: tuple[str, ...]) -> None:
    assert verdict(secrets=secrets) is Verdict.FORGED


def test_a_signature_with_an_empty_secret_is_not_believed() -> None:
    timestamp = str(int(NOW.timestamp()))

    assert verdict(signature=sign(f"{timestamp}.".encode() + BODY, ""), secrets=("",)) is Verdict.FORGED


@given(place=st.integers(0, len(BODY) - 1), flip=st.integers(1, 255))
def test_a_message_with_one_changed_byte_is_forged(place: int, flip: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= flip

    assert verdict(body=bytes(changed)) is Verdict.FORGED


anything = st.text(st.characters())


@given(signature=anything, timestamp=anything)
def test_whatever_stands_in_the_headers_is_judged_and_not_believed(signature: str, timestamp: str) -> None:
    found = judge(BODY, timestamp=timestamp, signature=signature, message_id="m-1", secrets=(SECRET,), seen=(), now=NOW)

    assert found is Verdict.FORGED
