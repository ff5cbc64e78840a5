"""A keyed write is done once: twins, repetitions, other bodies, failures, and what is forgotten in the end."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from apiflask import APIFlask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from rmatrack.db.engine import reading, writing
from rmatrack.db.idempotency import IdempotentAnswer
from rmatrack.db.people import Partner
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services import partners
from rmatrack.services.idempotency import forget_answers
from tests.api.conftest import MakeProgram, program_of
from tests.fixtures.app import Clock
from tests.people import add_person

KEY = {"Idempotency-Key": "4f0c0a6e-8a5b-4b8e-9d1a-1c8f7b0f7e11"}
NORTHWIND = {"name": "Northwind", "certified": True, "tier": 1}


def count(engine: Engine, table: type[Partner] | type[IdempotentAnswer]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_repeated_request_is_answered_as_before_and_not_done_again(program: MakeProgram, engine: Engine) -> None:
    team = program(Role.TRIALS_TEAM)

    first = team.post("/api/v1/partners", json=NORTHWIND, headers=KEY)
    second = team.post("/api/v1/partners", json=NORTHWIND, headers=KEY)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert count(engine, Partner) == 1


@pytest.mark.parametrize("change", ["body", "path", "method"])
def test_another_request_under_the_same_key_is_refused(program: MakeProgram, change: str) -> None:
    team = program(Role.TRIALS_TEAM)
    made = team.post("/api/v1/partners", json=NORTHWIND, headers=KEY)
    assert made.json is not None
    one = f"/api/v1/partners/{made.json['id']}"

    match change:
        case "body":
            other = team.post("/api/v1/partners", json={**NORTHWIND, "tier": 2}, headers=KEY)
        case "path":
            other = team.post("/api/v1/partners?again", json=NORTHWIND, headers=KEY)
        case _:
            other = team.put(one, json={"certified": True, "tier": 1}, headers=KEY)

    assert (other.status_code, other.json and other.json["code"]) == (422, "idempotency-mismatch")


def test_keys_of_two_people_are_two_keys(program: MakeProgram) -> None:
    mine = program(Role.TRIALS_TEAM, email="mine@example.com")
    yours = program(Role.TRIALS_TEAM, email="yours@example.com")

    mine.post("/api/v1/partners", json=NORTHWIND, headers=KEY)
    answer = yours.post("/api/v1/partners", json={**NORTHWIND, "name": "Southwind"}, headers=KEY)

    assert answer.status_code == 201


def test_a_refused_request_leaves_its_key_free(program: MakeProgram, engine: Engine) -> None:
    team = program(Role.TRIALS_TEAM)
    team.post("/api/v1/partners", json=NORTHWIND)

    refused = team.post("/api/v1/partners", json=NORTHWIND, headers=KEY)
    other = team.post("/api/v1/partners", json={**NORTHWIND, "name": "Southwind"}, headers=KEY)

    assert (refused.status_code, refused.json and refused.json["code"]) == (409, "partner-exists")
    assert other.status_code == 201
    assert count(engine, IdempotentAnswer) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "two words"])
def test_a_key_is_visible_and_not_too_long(program: MakeProgram, key: str) -> None:
    answer = program(Role.TRIALS_TEAM).post("/api/v1/partners", json=NORTHWIND, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json and answer.json["code"]) == (422, "bad-idempotency-key")


def test_the_same_upload_with_another_boundary_is_the_same_request(program: MakeProgram) -> None:
    logistics = program(Role.LOGISTICS)

    def upload(content: bytes) -> TestResponse:
        data = {"file": (io.BytesIO(content), "september.csv")}
        return logistics.post("/api/v1/imports", data=data, headers=KEY)

    first, second, other = upload(b"a,b\n1,2\n"), upload(b"a,b\n1,2\n"), upload(b"a,b\n1,3\n")

    assert first.status_code == 201
    assert second.json == first.json
    assert other.status_code == 422


def test_twins_at_the_same_moment_do_one_deed_and_get_one_answer(app: APIFlask, engine: Engine) -> None:
    person = add_person(engine, Role.TRIALS_TEAM)
    twins = 6
    programs = [program_of(app, engine, person) for _ in range(twins)]
    start = Barrier(twins)

    def send(number: int) -> TestResponse:
        start.wait()
        return programs[number].post("/api/v1/partners", json=NORTHWIND, headers=KEY)

    with ThreadPoolExecutor(twins) as pool:
        answers = list(pool.map(send, range(twins)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert count(engine, Partner) == 1


def slow(deed: Callable[..., Partner], begun: Event, go_on: Event, fail: bool) -> Callable[..., Partner]:
    """Return *deed*, done the first time only when it may go on, and then perhaps failing."""

    def wait(session: Session, *args: object, **kwargs: object) -> Partner:
        if begun.is_set():
            return deed(session, *args, **kwargs)
        begun.set()
        assert go_on.wait(60)
        if fail:
            raise partners.NoSuchTierError
        return deed(session, *args, **kwargs)

    return wait


@pytest.mark.parametrize("fail", [False, True], ids=["which then succeeds", "which then fails"])
def test_a_twin_waits_for_the_first(app: APIFlask, engine: Engine, monkeypatch: pytest.MonkeyPatch, fail: bool) -> None:
    person = add_person(engine, Role.TRIALS_TEAM)
    programs = [program_of(app, engine, person) for _ in range(2)]
    begun, go_on = Event(), Event()
    monkeypatch.setattr(partners, "add_partner", slow(partners.add_partner, begun, go_on, fail))

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(programs[0].post, "/api/v1/partners", json=NORTHWIND, headers=KEY)
        assert begun.wait(60)
        twin = pool.submit(programs[1].post, "/api/v1/partners", json=NORTHWIND, headers=KEY)
        with pytest.raises(TimeoutError):
            twin.result(0.3)
        go_on.set()
        answers = first.result(60), twin.result(60)

    assert [answer.status_code for answer in answers] == ([422, 201] if fail else [201, 201])
    assert ("Idempotency-Replayed" in answers[1].headers) is not fail
    assert count(engine, Partner) == 1


def test_answers_are_forgotten_after_the_days_of_the_policy(
    program: MakeProgram, engine: Engine, clock: Clock, policy: Policy
) -> None:
    team = program(Role.TRIALS_TEAM)
    team.post("/api/v1/partners", json=NORTHWIND, headers=KEY)
    clock.advance(days=policy.terms.answers_kept_days)
    team.post("/api/v1/partners", json={**NORTHWIND, "name": "Southwind"}, headers={"Idempotency-Key": "younger"})

    clock.advance(seconds=1)
    with writing(engine) as session:
        forgotten = forget_answers(session, policy=policy, now=clock())

    assert forgotten == 1
    with reading(engine) as session:
        assert session.scalars(select(IdempotentAnswer.key)).all() == ["younger"]
