"""What a list is narrowed to can be kept under a name, by each person for themselves."""

from threading import Barrier, Thread
from urllib.parse import parse_qsl

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from rmatrack.clock import now
from rmatrack.db.engine import reading, writing
from rmatrack.domain.lists import ListName
from rmatrack.domain.people import Role
from rmatrack.services.people import actor_of
from rmatrack.services.saved_filters import MOST_A_LIST, own_filters, save_filter, tidied
from tests.fixtures.pages import SignIn
from tests.people import add_person

GERMANY = {"list": "devices", "name": "Overdue in Germany", "arguments": "state=overdue&country=DE&after=xyz"}


def test_a_saved_filter_stands_above_its_list(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    answer = client.post("/saved-filters", data=GERMANY, follow_redirects=True)

    assert answer.request.full_path == "/units?country=DE&state=overdue"
    assert "“Overdue in Germany” is saved." in answer.text
    assert '<a class="chip" href="/units?country=DE&amp;state=overdue" aria-current="true">' in answer.text
    assert "Overdue in Germany" in client.get("/units").text
    assert "Overdue in Germany" not in client.get("/orders").text


def test_nobody_sees_or_forgets_what_somebody_else_saved(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    client.post("/saved-filters", data=GERMANY)
    signed_in(Role.SUPPORT, email="hotline@example.com")

    forgotten = client.post("/saved-filters/1/forget")

    assert forgotten.status_code == 404
    assert "Overdue in Germany" not in client.get("/units").text


def test_the_same_name_again_replaces_the_filter(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    client.post("/saved-filters", data=GERMANY)

    page = client.post("/saved-filters", data=GERMANY | {"arguments": "country=DE"}, follow_redirects=True).text

    assert page.count('class="saved-filter"') == 1
    assert 'href="/units?country=DE" aria-current="true"' in page


def test_a_forgotten_filter_is_gone_and_the_list_stays_as_it_is(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    client.post("/saved-filters", data=GERMANY)

    answer = client.post("/saved-filters/1/forget", follow_redirects=True)

    assert answer.request.full_path == "/units?country=DE&state=overdue"
    assert 'class="saved-filter"' not in answer.text


def test_what_cannot_be_saved_is_said_in_one_sentence(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    nameless = client.post("/saved-filters", data=GERMANY | {"name": "  "}, follow_redirects=True).text
    wide = client.post("/saved-filters", data=GERMANY | {"arguments": "page=2"}, follow_redirects=True).text
    for number in range(MOST_A_LIST):
        client.post("/saved-filters", data=GERMANY | {"name": f"Filter {number}"})
    many = client.post("/saved-filters", data=GERMANY, follow_redirects=True).text

    assert "Give the filter a name of at most 60 characters." in nameless
    assert "The list is not narrowed. Choose a filter first, then save it." in wide
    assert f"You have saved {MOST_A_LIST} filters of this list. Forget one of them first." in many
    assert client.post("/saved-filters", data=GERMANY | {"list": "people"}).status_code == 404


def test_two_windows_that_save_one_name_leave_one_filter(engine: Engine) -> None:
    by = actor_of(add_person(engine, Role.LOGISTICS))
    together = Barrier(2)

    def save(arguments: str) -> None:
        together.wait()
        with writing(engine) as session:
            save_filter(session, ListName.DEVICES, "Mine", arguments, by=by, now=now())

    windows = [Thread(target=save, args=(arguments,)) for arguments in ("state=out", "state=overdue")]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    with reading(engine) as session:
        assert [each.name for each in own_filters(session, by=by)] == ["Mine"]


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1))))
def test_tidying_twice_is_tidying_once(arguments: list[tuple[str, str]]) -> None:
    once = tidied("&".join(f"{name}={value}" for name, value in arguments))

    assert tidied(once) == once
    assert not {"after", "before", "page"} & {name for name, _value in parse_qsl(once)}
