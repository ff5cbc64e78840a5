"""A WSGI app in a process of its own, and clients that keep it busy over connections that stay open."""

import multiprocessing
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

from waitress.server import create_server

THREADS = 8
"""As many as `rmatrack serve` has."""

MakeApp = Callable[..., Any]


@contextmanager
def served(make_app: MakeApp, *arguments: str) -> Iterator[int]:
    """Serve what *make_app* makes in its process, and give the port."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, make_app, arguments), daemon=True)
    process.start()
    there.close()  # So that a server that fails to start is noticed.
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def _serve(parent: Connection, make_app: MakeApp, arguments: Sequence[str]) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    server = create_server(make_app(*arguments), sockets=[listening], threads=THREADS)
    parent.send(listening.getsockname()[1])
    server.run()


def post(path: str, token: str, body: bytes) -> bytes:
    """Return a request as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def seconds_for(port: int, requests: Sequence[bytes], *, clients: int) -> float:
    """Send all *requests*, shared among *clients*, and return how long the answers took. Each must be a 200."""
    shares = [requests[place::clients] for place in range(clients)]
    started = perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        for _done in threads.map(lambda share: _client(port, share), shares):
            pass
    return perf_counter() - started


def _client(port: int, requests: Sequence[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            connection.sendall(request)
            _read_answer(connection)


def _read_answer(connection: socket.socket) -> None:
    answer = connection.recv(65536)
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(answer.decode(errors="replace"))
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
