"""The pages of administrators and of the trials team: people, partners, tokens, policy, history, and the API itself."""

import re

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.people import ApiToken, Partner, Person
from rmatrack.domain.people import Role
from rmatrack.services.partners import PAGE
from rmatrack.services.seals import seal_pending
from tests.api.conftest import program_of
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.people import add_person

DANA = {"name": "Dana Dock", "email": "Dana@vendor.example", "role": "logistics", "partner": ""}


def secret_on(page: str) -> str:
    """Return what a page shows to be copied last: the password, the token."""
    shown: str = re.findall(r'data-copy="([^"]+)"', page)[-1]
    return shown


def person_called(engine: Engine, name: str) -> Person:
    with reading(engine) as session:
        return session.execute(select(Person).filter_by(name=name)).scalar_one()


def test_people_are_found_by_name_address_role_and_partner_and_come_as_a_file(
    engine: Engine, client: FlaskClient, signed_in: SignIn
) -> None:
    signed_in(Role.ADMINISTRATOR)
    lukasz = add_person(engine, Role.LOGISTICS, email="lukasz@vendor.example")
    with writing(engine) as session:
        session.get_one(Person, lukasz.id).name = "Łukasz Dok"
    add_person(engine, Role.PARTNER_USER, email="anna@noordzee.example")

    listed = {
        wanted: client.get(f"/people/export.csv?{wanted}").text
        for wanted in ("text=lukasz+d", "text=NOORDZEE", "role=logistics", "text=nobody+like+this")
    }
    page = client.get("/people?text=lukasz").text

    assert ["Łukasz Dok" in rows for rows in listed.values()] == [True, False, True, False]
    assert ["anna@noordzee.example" in rows for rows in listed.values()] == [False, True, False, False]
    assert "Łukasz Dok" in page
    assert "/people/export.xlsx?text=lukasz" in page
    assert "Nobody in this list" in client.get("/people?text=nobody+like+this").text


def test_somebody_who_is_added_signs_in_with_the_password_shown(
    app: APIFlask, client: FlaskClient, signed_in: SignIn
) -> None:
    signed_in(Role.ADMINISTRATOR)

    page = client.post("/people/new", data=DANA)
    entered = app.test_client().post(
        "/sign-in", data={"email": "dana@vendor.example", "password": secret_on(page.text)}
    )

    assert page.status_code == 200
    assert entered.location == "/"


def test_an_address_that_is_taken_is_said_at_its_field(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.ADMINISTRATOR)
    client.post("/people/new", data=DANA)

    page = client.post("/people/new", data={**DANA, "name": "Another"})

    assert page.status_code == 409
    assert 'id="email-error"' in page.text
    assert 'value="Another"' in page.text


def test_a_role_of_partners_needs_a_partner(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.ADMINISTRATOR)

    page = client.post("/people/new", data={**DANA, "role": "partner-user"})

    assert page.status_code == 422
    assert 'id="partner-error"' in page.text


def test_closing_an_account_ends_its_sessions(
    app: APIFlask, client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.ADMINISTRATOR)
    password = secret_on(client.post("/people/new", data=DANA).text)
    theirs = app.test_client()
    theirs.post("/sign-in", data={"email": DANA["email"], "password": password})
    dana = person_called(engine, "Dana Dock").id
    assert theirs.get("/account").status_code == 200

    client.post(f"/people/{dana}/close")

    assert theirs.get("/account").status_code == 302
    client.post(f"/people/{dana}/open")
    assert theirs.get("/account").status_code == 302


def test_a_new_role_counts_from_the_next_page_on(
    app: APIFlask, client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.ADMINISTRATOR)
    password = secret_on(client.post("/people/new", data=DANA).text)
    theirs = app.test_client()
    theirs.post("/sign-in", data={"email": DANA["email"], "password": password})
    assert theirs.get("/history").status_code == 200

    client.post(f"/people/{person_called(engine, 'Dana Dock').id}/role", data={"role": "support", "partner": ""})

    assert theirs.get("/history").status_code == 403


def test_nobody_changes_their_own_account(client: FlaskClient, signed_in: SignIn) -> None:
    me = signed_in(Role.ADMINISTRATOR)

    for deed, data in (("close", {}), ("role", {"role": "support", "partner": ""})):
        assert client.post(f"/people/{me.id}/{deed}", data=data).status_code == 409


def test_a_reset_password_replaces_the_one_before(
    app: APIFlask, client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.ADMINISTRATOR)
    before = secret_on(client.post("/people/new", data=DANA).text)

    after = secret_on(client.post(f"/people/{person_called(engine, 'Dana Dock').id}/password").text)

    tries = [
        app.test_client().post("/sign-in", data={"email": DANA["email"], "password": each}) for each in (before, after)
    ]
    assert [answer.status_code for answer in tries] == [422, 302]


def test_the_trials_team_certifies_a_partner(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.TRIALS_TEAM)

    client.post("/partners", data={"name": "Northwind", "tier": "2"})
    twice = client.post("/partners", data={"name": "NORTHWIND", "tier": "2"})
    with reading(engine) as session:
        partner = session.scalars(select(Partner)).one()
    client.post(f"/partners/{partner.id}", data={"certified": "on", "tier": "1"})

    assert twice.status_code == 409
    with reading(engine) as session:
        now = session.scalars(select(Partner)).one()
        changed = session.execute(select(Event.field, Event.old, Event.new).where(Event.deed == "changed")).all()
    assert (now.certified, now.tier) == (True, 1)
    assert {tuple(row) for row in changed} == {("certified", "no", "yes"), ("tier", "2", "1")}


def test_a_partner_that_somebody_changed_meanwhile_stays(
    app: APIFlask, client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.TRIALS_TEAM)
    client.post("/partners", data={"name": "Northwind", "tier": "2"})
    program = program_of(app, engine, add_person(engine, Role.TRIALS_TEAM, email="program@vendor.example"))
    [shown] = program.get("/api/v1/partners").get_json()["items"]
    address = f"/partners/{shown['id']}"
    assert f'name="seen" value="{shown["version"]}"' in client.get("/partners").text

    first = client.post(address, data={"certified": "on", "tier": "1", "seen": shown["version"]})
    late = [
        client.post(address, data={"tier": "2", "seen": shown["version"]}),
        program.put(f"/api/v1{address}", json={"certified": False, "tier": 2, "seen": shown["version"]}),
    ]

    assert first.status_code == 302
    assert [answer.status_code for answer in late] == [409, 409]
    assert "Somebody else changed this a moment ago" in late[0].text
    assert late[1].get_json()["code"] == "conflict"
    [now] = program.get("/api/v1/partners").get_json()["items"]
    assert (now["certified"], now["tier"]) == (True, 1)
    again = program.put(f"/api/v1{address}", json={"certified": False, "tier": 1, "seen": now["version"]})
    assert again.status_code == 200


def test_partners_have_pages_a_search_and_a_file(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.TRIALS_TEAM)
    names = [f"Northwind {number:02}" for number in range(PAGE + 1)]
    with writing(engine) as session:
        session.add_all(Partner(name=name, name_key=name.lower(), created_at=NOON) for name in names)

    first = client.get("/partners").text
    rest = client.get(f"/partners?after={PAGE}").text
    found = client.get("/partners?text=WIND+07").text
    file = client.get("/partners/export.csv?text=northwind").text

    assert first.count('<th scope="row">') == PAGE
    assert f'rel="next" href="/partners?after={PAGE}"' in first
    assert rest.count('<th scope="row">') == 1
    assert ("Northwind 07" in found, "Northwind 08" in found) == (True, False)
    assert len(file.splitlines()) == PAGE + 2
    assert "Nothing in this list" in client.get("/partners?text=nobody").text
    assert client.get("/partners/export.xlsx", buffered=True).data.startswith(b"PK")


def test_a_token_is_shown_once_and_may_what_was_chosen(
    app: APIFlask, client: FlaskClient, signed_in: SignIn, engine: Engine
) -> None:
    signed_in(Role.LOGISTICS)

    page = client.post("/account/tokens", data={"name": "Sync", "scopes": ["see-orders", "scan"], "lives": "30"})
    secret = secret_on(page.text)
    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    listed = client.get("/account/tokens")

    assert me.json is not None
    assert me.json["permissions"] == ["scan", "see-orders"]
    assert secret not in listed.text
    with reading(engine) as session:
        token = session.scalars(select(ApiToken)).one()
    client.post(f"/account/tokens/{token.id}/revoke")
    assert app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_the_history_says_what_a_token_may_in_words(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    client.post("/account/tokens", data={"name": "Sync", "scopes": ["see-orders", "scan"], "lives": "30"})

    english = client.get("/history").text
    dutch = client.get("/history", headers={"Accept-Language": "nl"}).text

    assert "scan returns, see orders and devices" in english
    assert "see-orders" not in english.partition("<table")[2]
    assert "retouren scannen, bestellingen en apparaten zien" in dutch


def test_a_token_is_offered_only_what_its_person_may(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)

    page = client.get("/account/tokens")
    refused = client.post("/account/tokens", data={"name": "More", "scopes": ["scan"], "lives": ""})

    assert 'value="find"' in page.text
    assert 'value="scan"' not in page.text
    assert refused.status_code == 422


def test_the_tokens_of_others_are_not_there(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    client.post("/account/tokens", data={"name": "Sync", "scopes": ["scan"], "lives": ""})
    signed_in(Role.SUPPORT)

    with reading(engine) as session:
        token = session.scalars(select(ApiToken)).one()

    assert client.post(f"/account/tokens/{token.id}/revoke").status_code == 404


def test_the_policy_is_shown_whole_in_both_languages(client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)

    english = client.get("/policy").text
    dutch = client.get("/policy", headers={"Accept-Language": "nl"}).text

    assert "Days of grace after expiry" in english
    assert "Poland (PL)" in english
    assert "Polen (PL)" in dutch
    assert english.count("<table") == 16


def test_history_is_read_in_words_and_narrowed(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    me = signed_in(Role.ADMINISTRATOR)
    client.post("/people/new", data=DANA)
    dana = person_called(engine, "Dana Dock").id

    everything = client.get("/history").text
    of_dana = client.get(f"/history?subject=person&key={dana}&person={me.id}&since=2026-11-22&until=2026-11-22").text
    earlier = client.get("/history?until=2025-01-01").text

    assert "dana@vendor.example" in everything
    assert "dana@vendor.example" in of_dana
    assert "administrator@example.com" not in of_dana
    assert "No entries" in earlier
    assert "sha256:" not in everything


def test_history_turns_its_pages(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    for number in range(18):  # Three entries each.
        add_person(engine, Role.SUPPORT, email=f"{number}@example.com")
    signed_in(Role.ADMINISTRATOR)

    first = client.get("/history").text
    older = re.findall(r'rel="next" href="([^"]+)"', first)

    assert len(older) == 1
    assert "0@example.com" in client.get(older[0].replace("&amp;", "&")).text


def test_the_log_is_verified_on_the_page(client: FlaskClient, signed_in: SignIn, engine: Engine) -> None:
    signed_in(Role.LOGISTICS)
    with writing(engine) as session:
        sealed = seal_pending(session, limit=100)

    page = client.post("/history/verification").text

    assert f"The whole log is as it was written: {sealed} sealed entries" in page


def test_the_page_about_the_api_shows_every_operation(app: APIFlask, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER)

    page = client.get("/developers").text

    assert "POST /api/v1/scans" in page
    assert "idempotency-mismatch" in page
    spec = app.spec
    assert isinstance(spec, dict)
    assert page.count("<summary><code>") == sum(len(methods) for methods in spec["paths"].values())
