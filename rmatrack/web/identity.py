"""Who is asking: the person of a session cookie, or the person whose token a program sends."""

from flask import Flask, g, request, session

from rmatrack.db.people import Person
from rmatrack.domain.people import Actor
from rmatrack.services import people, tokens
from rmatrack.web.given import given
from rmatrack.web.sessions import read_session, write_session

API_PREFIX = "/api/"


def asks_api() -> bool:
    """Say whether a program is asking, rather than a person's browser."""
    return request.path.startswith(API_PREFIX)


def identify() -> None:
    """Set `g.now`, `g.person` and `g.actor`; the last two are `None` for a stranger."""
    g.now = given().now()
    g.person = g.actor = None
    if request.endpoint == "static":
        return
    if asks_api():
        g.actor = _actor_of_token()
        return
    g.person = _person_of_session()
    g.actor = people.actor_of(g.person) if g.person else None


def _person_of_session() -> Person | None:
    if "person" not in session:
        return None
    return people.person_in_session(read_session(), session["person"], session["epoch"])


def _actor_of_token() -> Actor | None:
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        return None
    holder = tokens.holder_of_token(read_session(), authorization.token, now=g.now)
    if holder is None:
        return None
    if holder.is_use_worth_noting(g.now):
        with write_session() as session:
            tokens.note_use(session, holder.token_id, now=g.now)
    return holder.actor


def remember(person: Person) -> None:
    """Sign *person* in to this browser; whatever the session held before is dropped."""
    session.clear()
    session.permanent = True
    session["person"] = person.id
    session["epoch"] = person.session_epoch


def forget() -> None:
    """Sign out of this browser."""
    session.clear()


def init_app(app: Flask) -> None:
    """Find out who is asking before every request."""
    app.before_request(identify)
