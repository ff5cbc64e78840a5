"""Carriers tell of parcels at a door that opens by a secret, and nothing that comes through it can harm (SPEC C-11)."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from carriers.shipment import Carrier
from carriers.webhooks import sign
from rmatrack.db.engine import reading, writing
from rmatrack.db.knocks import DoorKnocks, count_knock
from rmatrack.db.labels import Label
from rmatrack.db.strays import StrayEvent
from rmatrack.db.tracking import TrackingEvent
from rmatrack.domain.errors import NotAllowedError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services import door_limits
from rmatrack.services.doors import close_door, give_up_old, new_secret
from rmatrack.services.people import actor_of
from rmatrack.settings import credentials_keys
from rmatrack.vault import Vault
from rmatrack.web.pages import webhooks
from rmatrack.work.tracking import follow_parcels
from tests.carriers.stand_in import StandIn
from tests.fixtures.app import NOON
from tests.fixtures.app import settings as settings_in
from tests.people import add_person
from tests.tracking.world import account, label, label_of, tools, track_of, ups_scan

HOUR = timedelta(hours=1)


@pytest.fixture
def vault(tmp_path: Any) -> Vault:
    return Vault(credentials_keys(settings_in(tmp_path)))


@pytest.fixture
def secret(engine: Engine, vault: Vault) -> str:
    """What UPS sends along."""
    with writing(engine) as session:
        return new_secret(session, Carrier.UPS, vault=vault, by=SYSTEM, now=NOON)


def pushed(number: str, **more: object) -> dict[str, object]:
    told = {"type": "I", "code": "AR", "description": "Arrived at Facility"}
    at = NOON - HOUR
    return {
        "trackingNumber": number,
        "gmtActivityDate": f"{at:%Y%m%d}",
        "gmtActivityTime": f"{at:%H%M%S}",
        "activityStatus": told,
        "activityLocation": {"city": "Austin", "country": "US"},
        **more,
    }


def knock(client: FlaskClient, body: object, secret: str, carrier: str = "ups") -> TestResponse:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"/webhooks/{carrier}", data=content, headers={"credential": secret})


def test_what_a_carrier_tells_moves_the_label_at_once(client: FlaskClient, engine: Engine, secret: str) -> None:
    one = label(engine)

    answer = knock(client, pushed(one.number), secret)

    assert (answer.status_code, answer.json) == (200, {"changed": 1, "aside": 0, "asked": 0})
    assert label_of(engine, one) is LabelState.IN_TRANSIT


def test_the_same_message_again_changes_nothing(client: FlaskClient, engine: Engine, secret: str) -> None:
    one = label(engine)
    knock(client, pushed(one.number), secret)

    again = knock(client, pushed(one.number), secret)

    assert again.json == {"changed": 0, "aside": 0, "asked": 0}
    with reading(engine) as session:
        assert session.scalar(select(func.count(TrackingEvent.id))) == 1


def test_dhl_tells_in_its_own_words(client: FlaskClient, engine: Engine, vault: Vault) -> None:
    one = label(engine, Carrier.DHL)
    with writing(engine) as session:
        secret = new_secret(session, Carrier.DHL, vault=vault, by=SYSTEM, now=NOON)
    event = {"timestamp": (NOON - HOUR).isoformat(), "statusCode": "delivered", "description": "Delivered"}

    answer = knock(client, {"shipments": [{"id": one.number, "events": [event]}]}, secret, "dhl")

    assert answer.status_code == 200
    assert label_of(engine, one) is LabelState.DELIVERED


@pytest.mark.parametrize("offered", ["", "guessed", "é"])
def test_without_the_secret_nothing_is_heard(client: FlaskClient, engine: Engine, secret: str, offered: str) -> None:
    one = label(engine)

    answer = knock(client, pushed(one.number), offered)

    assert (answer.status_code, answer.get_json(force=True)["code"]) == (401, "not-genuine")
    assert label_of(engine, one) is LabelState.PRINTED
    assert secret


def test_a_door_that_nobody_opened_is_shut_even_to_an_empty_secret(client: FlaskClient, engine: Engine) -> None:
    one = label(engine)

    assert knock(client, pushed(one.number), "").status_code == 401
    assert knock(client, {}, "", "expeditors").status_code == 404


def test_a_signed_message_holds_for_five_minutes(client: FlaskClient, engine: Engine, secret: str) -> None:
    one = label(engine)
    body = json.dumps(pushed(one.number)).encode()

    def send(minutes: int) -> TestResponse:
        timestamp = str(int((NOON - timedelta(minutes=minutes)).timestamp()))
        signature = sign(f"{timestamp}.".encode() + body, secret)
        return client.post("/webhooks/ups", data=body, headers={"X-Timestamp": timestamp, "X-Signature": signature})

    assert [send(6).status_code, send(1).status_code] == [401, 200]


def test_the_secret_before_counts_until_it_is_given_up(
    client: FlaskClient, engine: Engine, secret: str, vault: Vault
) -> None:
    with writing(engine) as session:
        newer = new_secret(session, Carrier.UPS, vault=vault, by=SYSTEM, now=NOON)
    both = [knock(client, {}, each).status_code for each in (secret, newer)]
    with writing(engine) as session:
        give_up_old(session, Carrier.UPS, by=SYSTEM, now=NOON)

    after = [knock(client, {}, each).status_code for each in (secret, newer)]

    assert (both, after) == ([200, 200], [401, 200])


def test_a_door_is_closed_again(client: FlaskClient, engine: Engine, secret: str) -> None:
    with writing(engine) as session:
        close_door(session, Carrier.UPS, by=SYSTEM, now=NOON)

    assert knock(client, {}, secret).status_code == 401


def test_only_who_manages_accounts_opens_doors(engine: Engine, vault: Vault) -> None:
    dana = actor_of(add_person(engine, Role.LOGISTICS))

    with pytest.raises(NotAllowedError), writing(engine) as session:
        new_secret(session, Carrier.UPS, vault=vault, by=dana, now=NOON)


def test_numbers_that_are_not_ours_are_kept_aside(client: FlaskClient, engine: Engine, secret: str) -> None:
    answers = [knock(client, pushed("1Z0000000000000000"), secret).json for _ in range(2)]

    assert answers[0] == {"changed": 0, "aside": 1, "asked": 0}
    with reading(engine) as session:
        assert session.scalar(select(func.count(StrayEvent.id))) == 1


def test_what_cannot_be_placed_in_time_has_the_carrier_asked(client: FlaskClient, engine: Engine, secret: str) -> None:
    one = label(engine)
    untimed = pushed(one.number, gmtActivityTime="", localActivityTime="101500")

    answer = knock(client, untimed, secret)

    assert answer.json == {"changed": 0, "aside": 0, "asked": 1}
    assert track_of(engine, one).due_at == NOON
    assert label_of(engine, one) is LabelState.PRINTED


ODD: list[object] = [
    b"", b"{", b"\xff\xfe", b"[" * 100_000, "a word", 7, None, [], {}, [[]], {"trackingNumber": ["x"]},
    {"trackingNumber": "1Z\x00", "gmtActivityDate": "20261122", "gmtActivityTime": "1"},
    {"trackingNumber": "\ud800", "gmtActivityDate": "00010101", "gmtActivityTime": "000000"},
    pushed("\ud800"), pushed("x" * 5_000, activityStatus={"type": {"a": 1}, "code": "\ud800", "description": 1e400}),
]  # fmt: skip


@pytest.mark.parametrize("body", ODD, ids=repr)
def test_no_message_breaks_the_door(client: FlaskClient, secret: str, body: object) -> None:
    answer = knock(client, body, secret)

    assert answer.status_code in {200, 422}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()) | st.floats(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=9), inside, max_size=3),
    max_leaves=8,
)
FIELDS = ("trackingNumber", "gmtActivityDate", "gmtActivityTime", "activityStatus", "activityLocation")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from(FIELDS), anything) | anything)
def test_whatever_is_sent_is_answered(client: FlaskClient, secret: str, body: object) -> None:
    assert knock(client, body, secret).status_code in {200, 422}


def test_a_message_that_is_too_large_is_not_read(client: FlaskClient, secret: str) -> None:
    answer = knock(client, b" " * (webhooks.LARGEST_BYTES + 1), secret)

    assert answer.status_code == 413


def test_who_guesses_is_shut_out_for_a_minute(client: FlaskClient, engine: Engine, secret: str, clock: Any) -> None:
    one = label(engine)
    knock(client, {}, "guessed")
    with writing(engine) as session:
        session.scalars(select(DoorKnocks)).one().knocks = door_limits.REFUSALS_A_MINUTE

    shut_out = knock(client, pushed(one.number), secret)
    clock.advance(minutes=1)

    assert (shut_out.status_code, shut_out.headers["Retry-After"]) == (429, "60")
    assert knock(client, pushed(one.number), secret).status_code == 200


def test_a_carrier_that_tells_too_much_sends_it_again_in_a_minute(
    client: FlaskClient, engine: Engine, secret: str, clock: Any
) -> None:
    one = label(engine)
    knock(client, {}, secret)
    with writing(engine) as session:
        session.scalars(select(DoorKnocks)).one().knocks = door_limits.KNOCKS_A_MINUTE

    refused = knock(client, pushed(one.number), secret)
    clock.advance(minutes=1)

    assert (refused.status_code, refused.get_json(force=True)["code"]) == (429, "too-many-messages")
    assert knock(client, pushed(one.number), secret).json == {"changed": 1, "aside": 0, "asked": 0}


def test_processes_count_knocks_together(engine: Engine) -> None:
    barrier, counted = Barrier(4), list[int]()

    def count() -> None:
        barrier.wait()
        for _ in range(5):
            with writing(engine) as session:
                counted.append(count_knock(session, "key", now=NOON))

    racers = [Thread(target=count) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(counted) == list(range(1, 21))


@pytest.fixture
def carrier() -> Iterator[StandIn]:
    with StandIn() as stand_in:
        yield stand_in


def test_a_message_and_an_answer_about_one_event_at_one_moment_are_one(
    client: FlaskClient, engine: Engine, secret: str, carrier: StandIn
) -> None:
    account(engine, Carrier.UPS, carrier)
    labels = [label(engine) for _ in range(6)]
    for one in labels:
        carrier.ups.scans[one.number] = [ups_scan(NOON - HOUR, "I", "AR")]
    barrier, answers = Barrier(2), list[int]()

    def ask() -> None:
        barrier.wait()
        follow_parcels(tools(engine, NOON))

    def tell() -> None:
        barrier.wait()
        answers.extend(knock(client, pushed(one.number), secret).status_code for one in labels)

    racers = [Thread(target=ask), Thread(target=tell)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert set(answers) == {200}
    with reading(engine) as session:
        assert session.scalar(select(func.count(TrackingEvent.id))) == len(labels)
        assert set(session.scalars(select(Label.state))) == {LabelState.IN_TRANSIT}


def test_an_administrator_opens_renews_and_shuts_a_door_on_its_page(
    client: FlaskClient, signed_in: Any, engine: Engine
) -> None:
    signed_in(Role.ADMINISTRATOR)

    opened = client.post("/doors/ups/secret")
    shown = re.search(r'data-copy="([\w-]{40,})"', opened.text)
    assert shown
    heard = knock(client, {}, shown[1]).status_code
    client.post("/doors/ups/close")

    assert heard == 200
    assert shown[1] not in client.get("/doors").text
    assert knock(client, {}, shown[1]).status_code == 401
    assert client.post("/doors/expeditors/secret").status_code == 404
