"""The bell tells each person what concerns them, once, and only them."""

from datetime import timedelta
from threading import Barrier, Thread

from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack.clock import now
from rmatrack.db.engine import reading, writing
from rmatrack.db.people import Person
from rmatrack.domain.people import Permission, Role
from rmatrack.domain.sentences import Sentence
from rmatrack.services.notifications import (
    KEPT,
    Tone,
    forget_notifications,
    tell_everybody,
    tell_partner,
    tell_person,
    unread,
)
from rmatrack.services.people import actor_of
from tests.fixtures.pages import SignIn
from tests.people import add_person

NEWS = Sentence("%(order)s is complete.", {"order": "D4100201"})


def test_the_bell_counts_what_was_not_read(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    person = signed_in(Role.LOGISTICS)
    tell(engine, person, about="order:1")
    tell(engine, person, about="order:2")

    before = client.get("/units").text
    client.post("/notifications/1/open")
    after = client.get("/notifications/bell").text

    assert 'aria-label="Notifications: 2 unread"' in before
    assert 'aria-label="Notifications: 1 unread"' in after


def test_opening_one_leads_to_what_it_tells_of(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    tell(engine, signed_in(Role.LOGISTICS), about="order:1")

    page = client.get("/notifications").text
    answer = client.post("/notifications/1/open")

    assert "D4100201 is complete." in page
    assert (answer.status_code, answer.location) == (302, "/orders/D4100201")


def test_all_are_read_at_once(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    person = signed_in(Role.LOGISTICS)
    tell(engine, person, about="order:1")
    tell(engine, person, about="order:2")

    page = client.post("/notifications/read", follow_redirects=True).text

    assert "Everything is marked as read." in page
    assert 'aria-label="Notifications: 0 unread"' in page
    assert 'class="unread"' not in page


def test_nobody_reads_what_somebody_else_was_told(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    tell(engine, signed_in(Role.LOGISTICS), about="order:1")
    signed_in(Role.SUPPORT)

    opened = client.post("/notifications/1/open")

    assert opened.status_code == 404
    assert "D4100201" not in client.get("/notifications").text


def test_a_bell_without_a_reader_stays_as_it_is(client: FlaskClient) -> None:
    assert client.get("/notifications/bell").status_code == 204


def test_whoever_may_do_it_is_told_except_who_did_it(engine: Engine) -> None:
    first, second = (add_person(engine, Role.LOGISTICS, email=f"{name}@example.com") for name in ("first", "second"))
    partner, other = (
        add_person(engine, Role.SALES_ADMIN, email=f"{name}@example.com", partner=name) for name in ("Noord", "Zuid")
    )

    with writing(engine) as session:
        by = actor_of(first)
        tell_everybody(session, Permission.SETTLE, NEWS, about="a", href="/", by=by, now=now())
        tell_partner(session, partner.partner_id or 0, Permission.MANAGE_TRIALS, NEWS, about="a", href="/", now=now())

    assert [count(engine, person) for person in (first, second, partner, other)] == [0, 1, 1, 0]


def test_nobody_is_told_twice_of_one_thing(engine: Engine) -> None:
    person = add_person(engine, Role.LOGISTICS)
    together = Barrier(2)

    def tell_once() -> None:
        together.wait()
        tell(engine, person, about="order:1")

    at_once = [Thread(target=tell_once) for _ in range(2)]
    for teller in at_once:
        teller.start()
    for teller in at_once:
        teller.join()

    assert count(engine, person) == 1


def test_old_ones_are_forgotten(engine: Engine) -> None:
    person = add_person(engine, Role.LOGISTICS)
    tell(engine, person, about="order:1")

    with writing(engine) as session:
        soon = forget_notifications(session, now=now() + KEPT - timedelta(days=1))
        late = forget_notifications(session, now=now() + KEPT + timedelta(days=1))

    assert (soon, late) == (0, 1)


def tell(engine: Engine, person: Person, *, about: str) -> None:
    with writing(engine) as session:
        tell_person(session, person.id, NEWS, about=about, href="/orders/D4100201", tone=Tone.GOOD, now=now())


def count(engine: Engine, person: Person) -> int:
    with reading(engine) as session:
        return unread(session, by=actor_of(person))
