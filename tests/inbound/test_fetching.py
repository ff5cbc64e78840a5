"""Mail is fetched from a folder: kept before the server hears that it was seen, and less often while it is down."""

import imaplib
import itertools
import re
import socketserver
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Thread

import pytest

from rmatrack.work.imap import FIRST_WAIT, LONGEST_WAIT, Letterbox, LetterboxError, Rounds, empty
from tests.inbound.office import NOON, Desk, message


class Folder(socketserver.ThreadingTCPServer):
    """An IMAP server with one folder, as far as one client needs it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, messages: list[bytes]) -> None:
        self.messages = messages
        self.seen: set[int] = set()
        super().__init__(("127.0.0.1", 0), Talk)

    @property
    def letterbox(self) -> Letterbox:
        """Return its address, without encryption."""
        port = self.server_address[1]
        return Letterbox.from_url(f"imap://info%40trials.example:s3cret@127.0.0.1:{port}/INBOX?tls=none")


class Talk(socketserver.StreamRequestHandler):
    """One connection."""

    server: Folder

    def handle(self) -> None:
        self.say("* OK ready")
        for line in self.rfile:
            tag, command = line.decode().rstrip("\r\n").split(" ", 1)
            if command.startswith("LOGIN"):
                good = "info@trials.example" in command and "s3cret" in command
                self.say(f"{tag} {'OK' if good else 'NO'} login")
            else:
                self.answer(command)
                self.say(f"{tag} OK done")

    def answer(self, command: str) -> None:
        folder = self.server
        if command.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4rev1")
        elif command.startswith("SELECT"):
            self.say(f"* {len(folder.messages)} EXISTS")
        elif command.startswith("UID SEARCH"):
            unseen = [str(uid) for uid in range(1, len(folder.messages) + 1) if uid not in folder.seen]
            self.say(f"* SEARCH {' '.join(unseen)}")
        elif found := re.match(r"UID FETCH (\d+)", command):
            raw = folder.messages[int(found[1]) - 1]
            self.wfile.write(
                f"* {found[1]} FETCH (UID {found[1]} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
            )
        elif found := re.match(r"UID STORE (\d+) \+FLAGS", command):
            folder.seen.add(int(found[1]))

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def folder() -> Iterator[Folder]:
    """A folder with two messages."""
    with Folder([message("partner-pair"), message("no-keys")]) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_what_was_fetched_is_seen_and_not_fetched_again(folder: Folder, desk: Desk) -> None:
    first = empty(folder.letterbox, desk.take)
    second = empty(folder.letterbox, desk.take)

    assert (first, second) == (2, 0)
    assert folder.seen == {1, 2}
    assert len(desk.sent()) == 1


def test_a_message_that_could_not_be_kept_stays_unseen(folder: Folder) -> None:
    def lose(_raw: bytes) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        empty(folder.letterbox, lose)

    assert folder.seen == set()


def test_a_server_that_is_down_is_asked_less_and_less(folder: Folder) -> None:
    moments = [NOON]
    tries: list[datetime] = []
    wrong = Letterbox.from_url(f"imap://nobody:wrong@127.0.0.1:{folder.server_address[1]}/INBOX?tls=none")
    rounds = Rounds(wrong, lambda _raw: None, lambda: moments[-1])

    for minute in range(200):
        moments.append(NOON + timedelta(minutes=minute))
        before = rounds._failures
        rounds.go()
        if rounds._failures > before:
            tries.append(moments[-1])

    waits = [later - sooner for sooner, later in itertools.pairwise(tries)]
    assert waits[0] == FIRST_WAIT
    assert waits == sorted(waits)
    assert max(waits) == LONGEST_WAIT
    assert len(tries) < 12


def test_a_wrong_password_is_an_error_of_the_server(folder: Folder) -> None:
    wrong = Letterbox.from_url(f"imap://nobody:wrong@127.0.0.1:{folder.server_address[1]}/INBOX?tls=none")

    with pytest.raises(imaplib.IMAP4.error):
        empty(wrong, lambda _raw: None)


@pytest.mark.parametrize("url", ["", "https://x", "imaps://", "imap://host?tls=sometimes"])
def test_an_address_that_names_no_folder_is_refused(url: str) -> None:
    with pytest.raises(LetterboxError):
        Letterbox.from_url(url)


def test_encryption_is_the_default_and_the_password_is_not_shown() -> None:
    box = Letterbox.from_url("imaps://info:s3cret@mx.trials.example")

    assert (box.host, box.port, box.folder, box.tls) == ("mx.trials.example", 993, "INBOX", "ssl")
    assert Letterbox.from_url("imap://mx.trials.example/Info").tls == "starttls"
    assert "s3cret" not in repr(box)
