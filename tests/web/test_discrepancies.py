"""The discrepancy desk: a queue with chips, one on its page, closed with a reason."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from rmatrack.db.engine import reading, writing
from rmatrack.db.notifications import Notification
from rmatrack.db.people import Person
from rmatrack.db.receiving import Discrepancy
from rmatrack.db.returns import Rma
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.receiving import record_scans
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.people import add_person
from tests.receiving.shipments import make_order, scan

ONE, TWO, STRANGE = "FOC21213GKV", "SSI16460ARS", "FOC21213GKW"


@pytest.fixture
def ids(engine: Engine, signed_in: SignIn) -> dict[str, int]:
    """The ids of two discrepancies in the box of D4100208, by type; somebody of logistics is signed in."""
    signed_in(Role.LOGISTICS)
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])
        box = make_order(session, "D4100208", [TWO]).number
        scans = [scan(raw, NOON, number, expected=box) for number, raw in enumerate((ONE, STRANGE, TWO))]
        record_scans(session, scans, by=SYSTEM, now=NOON)
        return {found.type: found.id for found in session.scalars(select(Discrepancy))}


def test_the_queue_shows_what_is_open_and_what_was_meant(client: FlaskClient, ids: dict[str, int]) -> None:
    page = client.get("/discrepancies")

    assert ONE in page.text
    assert f"Perhaps {ONE}" in page.text


def test_chips_narrow_the_queue(client: FlaskClient, ids: dict[str, int]) -> None:
    by_type = client.get("/discrepancies?type=wrong-order").text
    by_age = client.get("/discrepancies?age=long").text
    mine = client.get("/discrepancies?owner=me").text
    nonsense = client.get("/discrepancies?type=x&age=y&owner=z&page=-3")

    assert STRANGE not in by_type
    assert "Nothing of this kind" in by_age
    assert "Nothing of this kind" in mine
    assert nonsense.status_code == 200


def test_an_empty_queue_says_what_will_appear(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    assert "Everything matches" in client.get("/discrepancies").text


def test_one_is_taken_on_and_left_again(client: FlaskClient, ids: dict[str, int]) -> None:
    one = f"/discrepancies/{ids['unknown-serial']}"

    client.post(f"{one}/assign", data={"owner": "me"})
    mine = client.get("/discrepancies?owner=me").text
    client.post(f"{one}/assign", data={"owner": "nobody"})

    assert STRANGE in mine
    assert "Assign to me" in client.get(one).text


def test_one_is_given_to_somebody_who_settles_and_who_is_told(
    client: FlaskClient, engine: Engine, ids: dict[str, int]
) -> None:
    dana = add_person(engine, Role.LOGISTICS, email="dana@example.com")
    one = f"/discrepancies/{ids['unknown-serial']}"

    offered = client.get(one).text
    given = client.post(f"{one}/assign", data={"owner": dana.id, "seen": 1}, follow_redirects=True)

    assert f'value="{dana.id}"' in offered
    assert "It is Logistics&#39;s now; they are told." in given.text
    with reading(engine) as session:
        assert session.scalars(select(Discrepancy.owner_id).where(Discrepancy.owner_id.is_not(None))).all() == [dana.id]
        told = session.scalars(select(Notification)).one()
    assert (told.person_id, told.href) == (dana.id, one)


def test_of_two_who_give_it_away_the_later_is_told_to_look_again(client: FlaskClient, ids: dict[str, int]) -> None:
    one = f"/discrepancies/{ids['unknown-serial']}"
    client.post(f"{one}/assign", data={"owner": "me", "seen": 1})

    late = client.post(f"{one}/assign", data={"owner": "nobody", "seen": 1})

    assert late.status_code == 409
    assert "Leave it to others" in late.text


@pytest.mark.parametrize(("role", "active"), [(Role.SUPPORT, True), (Role.LOGISTICS, False)])
def test_nobody_owns_what_they_cannot_settle(
    client: FlaskClient, engine: Engine, ids: dict[str, int], role: Role, active: bool
) -> None:
    unfit = add_person(engine, role, email="unfit@example.com")
    with writing(engine) as session:
        session.execute(update(Person).where(Person.id == unfit.id).values(active=active))
    one = ids["unknown-serial"]

    page = client.get(f"/discrepancies/{one}").text
    alone = client.post(f"/discrepancies/{one}/assign", data={"owner": unfit.id})
    many = client.post(
        "/discrepancies/chosen",
        data={"discrepancy": one, "deed": "give", "owner": unfit.id},
        follow_redirects=True,
    )

    assert f'value="{unfit.id}"' not in page
    assert alone.status_code == 422
    assert "This person does not settle discrepancies" in alone.text
    assert "This person does not settle discrepancies" in many.text


def test_several_are_given_at_once(client: FlaskClient, engine: Engine, ids: dict[str, int]) -> None:
    dana = add_person(engine, Role.LOGISTICS, email="dana@example.com")
    chosen = {"discrepancy": list(ids.values()), "deed": "give", "owner": dana.id}

    nobody = client.post("/discrepancies/chosen", data=chosen | {"owner": ""}, follow_redirects=True)
    first = client.post("/discrepancies/chosen", data=chosen, follow_redirects=True)
    again = client.post("/discrepancies/chosen", data=chosen, follow_redirects=True)

    assert "Choose whom to give them to." in nobody.text
    assert "2 discrepancies are Logistics&#39;s now; they are told." in first.text
    assert "Nothing changed: they were Logistics&#39;s already." in again.text
    with reading(engine) as session:
        assert session.scalars(select(Notification.href)).all() == ["/discrepancies?owner=me"]


def test_the_return_is_complete_when_the_last_is_closed(
    client: FlaskClient, engine: Engine, ids: dict[str, int]
) -> None:
    client.post(f"/discrepancies/{ids['wrong-order']}/close", data={"reason": "received-on-own-order"})
    last = client.post(
        f"/discrepancies/{ids['unknown-serial']}/close",
        data={"reason": "not-ours", "note": "a fax"},
        follow_redirects=True,
    )

    assert "is complete: all its units are settled" in last.text
    assert "a fax" in client.get(f"/discrepancies/{ids['unknown-serial']}").text
    with reading(engine) as session:
        assert all(session.scalars(select(Rma.completed_at)))


def test_a_reason_must_be_chosen_and_fit(client: FlaskClient, ids: dict[str, int]) -> None:
    close = f"/discrepancies/{ids['wrong-order']}/close"

    without = client.post(close, data={"note": "kept"})
    wrong = client.post(close, data={"reason": "not-ours"})

    assert (without.status_code, wrong.status_code) == (422, 422)
    assert "Choose why it is settled." in without.text
    assert "kept" in without.text


def test_what_is_not_there_is_not_found(client: FlaskClient, ids: dict[str, int]) -> None:
    assert client.get("/discrepancies/9999").status_code == 404
    assert client.post("/discrepancies/9999/close", data={"reason": "not-ours"}).status_code == 404


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.TRIALS_TEAM, Role.ADMINISTRATOR])
def test_others_inside_read_and_do_not_settle(
    client: FlaskClient, ids: dict[str, int], signed_in: SignIn, role: Role
) -> None:
    signed_in(role)
    one = f"/discrepancies/{ids['wrong-order']}"

    page = client.get(one)

    assert (client.get("/discrepancies").status_code, page.status_code) == (200, 200)
    assert "Close the discrepancy" not in page.text
    assert "Assign to me" not in page.text
    assert client.post(f"{one}/close", data={"reason": "received-on-own-order"}).status_code == 403
    assert client.post(f"{one}/assign", data={"owner": "me"}).status_code == 403


def test_partners_see_no_discrepancies(client: FlaskClient, ids: dict[str, int], signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER)

    assert client.get("/discrepancies").status_code == 403
    assert client.get(f"/discrepancies/{ids['wrong-order']}").status_code == 403
