"""Links of mails are opened a limited number of times an hour from one address, good and bad ones alike."""

import pytest
from flask.testing import FlaskClient

from rmatrack.services import link_limit
from tests.fixtures.app import Clock

KINDS = ("consent", "status", "interest", "set-up", "return-sent", "return-label", "return-lost", "return-buy")


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(link_limit, "PER_ADDRESS", len(KINDS))
    return len(KINDS)


def test_beyond_the_limit_every_kind_of_link_says_when_to_try_again(client: FlaskClient, limit: int) -> None:
    within = [client.get(f"/{kind}/forged").status_code for kind in KINDS]

    beyond = [client.get(f"/{kind}/forged") for kind in KINDS]
    posted = client.post("/consent/forged", data={"answer": "accepted"})
    told = client.get("/api/v1/status-links/forged")

    assert within == [404] * limit
    assert {page.status_code for page in beyond} == {429}
    assert all("try again in 60 minutes" in page.text for page in [*beyond, posted])
    assert (told.status_code, told.json and told.json["code"]) == (429, "too-many-links")


def test_an_hour_later_and_from_elsewhere_links_open(client: FlaskClient, limit: int, clock: Clock) -> None:
    for _ in range(limit + 1):
        refused = client.get("/status/forged")

    elsewhere = client.get("/status/forged", environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    clock.advance(minutes=61)
    later = client.get("/status/forged")

    assert [page.status_code for page in (refused, elsewhere, later)] == [429, 404, 404]
