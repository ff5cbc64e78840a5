"""The HTTP of the stand-in: hears a question, has one of the books answer it, and lets the next fault happen to it."""

import json
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.carriers.samples import NOW
from tests.carriers.stand_in.dhl import DhlBook
from tests.carriers.stand_in.expeditors import ExpeditorsBook
from tests.carriers.stand_in.faults import DONE_TWICE, NOT_DONE, UNSAID, Fault
from tests.carriers.stand_in.heard import Heard
from tests.carriers.stand_in.ups import UpsBook

DRIPS = 40
DRIP_SECONDS = 0.05
STATUSES = {Fault.BUSY: 429, Fault.BROKEN: 500, Fault.BROKEN_AFTER: 500}


@dataclass
class StandIn:
    """Three carriers behind one address. `faults` happen one by one; `now` is what they think the time is."""

    faults: deque[Fault] = field(default_factory=deque)
    heard: list[Heard] = field(default_factory=list)
    now: datetime = NOW
    ups: UpsBook = field(default_factory=UpsBook)
    dhl: DhlBook = field(default_factory=DhlBook)
    expeditors: ExpeditorsBook = field(default_factory=ExpeditorsBook)
    _lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def hear(self, heard: Heard) -> tuple[int, Any, Fault]:
        """Do what is asked, as often as the next fault has it; return status, answer and fault."""
        with self._lock:
            self.heard.append(heard)
            fault = self.faults.popleft() if self.faults else Fault.NONE
            if fault is Fault.EXPIRED:
                self.ups.tokens.clear()
                self.expeditors.tokens.clear()
            if fault in NOT_DONE:
                return STATUSES.get(fault, 500), {}, fault
            if fault in DONE_TWICE:
                self._answer(heard, fault)
            status, answer = self._answer(heard, fault)
            return STATUSES.get(fault, status), answer, fault

    def _answer(self, heard: Heard, fault: Fault) -> tuple[int, Any]:
        late = fault is Fault.LATE
        if heard.path.startswith(("/api/", "/security/")):
            return self.ups.answer(heard, self.now, late=late)
        if heard.path.startswith("/tracking/v2"):
            return self.expeditors.answer(heard)
        return self.dhl.answer(heard, self.now, late=late)


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            address = urlsplit(self.path)
            heard = Heard(
                self.command,
                address.path,
                parse_qs(address.query, keep_blank_values=True),
                dict(self.headers),
                _read(self.rfile.read(length), self.headers.get("Content-Type", "")),
            )
            self._say(*stand_in.hear(heard))

        do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815  # The names are the base class's.

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # The name is the base class's.
            """Keep the test's output to itself."""

        def _say(self, status: int, answer: Any, fault: Fault) -> None:
            self.close_connection = fault is not Fault.NONE
            if fault in UNSAID:
                return
            page = fault is Fault.WRONG_TYPE
            content = b"<html>Welcome to the hotel</html>" if page else b"" if answer is None else _json(answer)
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if page else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "keep-alive" if fault is Fault.NONE else "close")
            self.end_headers()
            self._write(content, fault)

        def _write(self, content: bytes, fault: Fault) -> None:
            if fault is Fault.CUT:
                content = content[: len(content) // 2]
            if fault is not Fault.SLOW:
                self.wfile.write(content)
                return
            for start in range(min(DRIPS, len(content))):
                try:
                    self.wfile.write(content[start : start + 1])
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(DRIP_SECONDS)

    return Handler


def _json(answer: Any) -> bytes:
    return json.dumps(answer).encode()


def _read(content: bytes, media_type: str) -> Any:
    if not content:
        return None
    if "json" in media_type:
        return json.loads(content)
    return {name: values[0] for name, values in parse_qs(content.decode()).items()}
