"""`rmatrack receive-mail`: exit code 0 says that the message is safe here, whatever is in it."""

import io
import sys

import pytest

from tests.cli.conftest import Run
from tests.inbound.office import message


@pytest.mark.parametrize("raw", [message("partner-pair"), b"\xff\xfe\x00", b"nothing of a mail"])
def test_any_message_is_taken_in_and_once(run: Run, monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    first, second = (piped(run, monkeypatch, raw) for _ in range(2))

    assert first == (0, "The message is taken in.\n")
    assert second == (0, "The message was taken in before.\n")


def test_nothing_on_stdin_is_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert piped(run, monkeypatch, b"\n")[0] == 1


def piped(run: Run, monkeypatch: pytest.MonkeyPatch, raw: bytes) -> tuple[int, str]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    ran = run("receive-mail")
    return ran.code, ran.out
