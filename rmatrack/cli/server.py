"""`rmatrack serve` and `rmatrack work`: the processes that stay."""

import logging
import signal
import threading
from contextlib import ExitStack
from types import FrameType

import click
from waitress.server import create_server

from rmatrack.cli.office import Office, pass_office
from rmatrack.web import create_app
from rmatrack.work import Worker

THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--worker/--no-worker", default=None, help="Do background work too. Default: with SQLite only.")
@pass_office
def serve(office: Office, host: str, port: int, worker: bool | None) -> None:
    """Serve pages and API; put a TLS proxy in front for anything but this machine."""
    embedded = office.engine.dialect.name == "sqlite"
    run_server(office, host=host, port=port, with_worker=embedded if worker is None else worker)


def run_server(office: Office, *, host: str, port: int, with_worker: bool) -> None:
    """Serve until SIGTERM or Ctrl+C; then finish what was begun."""
    _log()
    app = create_app(office.settings, engine=office.engine, policy=office.policy)
    try:
        server = create_server(app, host=host, port=port, threads=THREADS, ident="rmatrack")
    except OSError as error:
        raise click.ClickException(f"{host}:{port} cannot be used: {error.strerror}. Choose another --port.") from error
    with ExitStack() as running:
        if with_worker:
            running.enter_context(Worker(office.settings, office.engine, office.policy))
        running.callback(server.close)
        signal.signal(signal.SIGTERM, _leave)
        click.echo(f"rmatrack is at http://{host}:{port}", err=True)
        server.run()


@click.command()
@pass_office
def work(office: Office) -> None:
    """Do the background work: label batches, mail, seals, whatever is scheduled."""
    _log()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    with Worker(office.settings, office.engine, office.policy):
        click.echo("Working. Ctrl+C stops.", err=True)
        stop.wait()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
