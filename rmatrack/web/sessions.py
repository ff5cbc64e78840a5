"""The database in a request: one session to read with, and one for the step that writes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask, g
from sqlalchemy.orm import Session

from rmatrack.db.engine import reading, writing
from rmatrack.web.given import given


def read_session() -> Session:
    """Return this request's reading session; it is opened when first asked for and closed with the request."""
    if "read_session" not in g:
        g.read_stack = ExitStack()
        g.read_session = g.read_stack.enter_context(reading(given().engine))
    session: Session = g.read_session
    return session


@contextmanager
def write_session() -> Iterator[Session]:
    """Give a session for the one step that writes; it commits at its end, before the answer is rendered.

    The reading session is let go first, so that what is read afterwards is what was written.
    """
    close_read_session()
    with writing(given().engine) as session:
        yield session


def close_read_session(_error: BaseException | None = None) -> None:
    """Close the reading session, if one was opened."""
    stack: ExitStack | None = g.pop("read_stack", None)
    g.pop("read_session", None)
    if stack:
        stack.close()


def init_app(app: Flask) -> None:
    """Close sessions when a request is over."""
    app.teardown_appcontext(close_read_session)
