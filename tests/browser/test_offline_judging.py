"""The station judges by the server's rules: the same cases go to both, and the outcomes are compared."""

import csv
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from rmatrack.db.engine import reading, writing
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.scans import ScanIn
from rmatrack.services.receiving import record_scans
from rmatrack.services.scan_answers import Answer
from rmatrack.services.scan_manifest import manifest
from rmatrack.web.assets import static_digest
from tests.fixtures.app import LiveServer
from tests.receiving.shipments import DATA, MODEL, NOW, make_model, make_order, ship_examples

LOG = [row["raw"] for row in csv.DictReader((DATA / "scan-log.csv").read_text("utf-8").splitlines())]
MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)
COMPARED = ("serial", "order", "rma", "model", "customer", "opens_rma", "kind")

HERE = """async ([module, manifest, scans]) => {
  const { Shift } = await import(module);
  const shift = new Shift(JSON.parse(manifest));
  return scans.map((scan) => shift.judge(scan));
}"""

PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cn", "Cs", "Co"], max_codepoint=0x2FFF), max_size=24)
KNOWN = st.sampled_from(
    [*LOG, "FOC21213GKV", "R000001L", "R000001M", "D4100201", MODEL, f"1P{MODEL}", "Q1", "42078205"]
)
WRAPPED = st.sampled_from(
    ["{}", "]C0{}", "S{}", " {} ", "[)>\x1e06\x1dS{}\x1e\x04", "[)>\x1e06\x1d1PCS-KIT-K9\x1dS{}", "(21){}", "]C121{}"]
)


@pytest.fixture
def page_of(page: Page, live_server: LiveServer) -> Page:
    """A page of ours, whose scripts can be asked."""
    with writing(live_server.engine) as session:
        session.add(make_model(MODEL))
    page.goto(f"{live_server.url}/sign-in")
    return page


def scans(raws: Iterable[tuple[str, str | None, str | None]]) -> list[dict[str, Any]]:
    """Scans of *raws* one after another, each with the box that is open and the model that was read before."""
    return [
        {
            "id": f"00000000-0000-4000-8000-{place:012d}",
            "scanned_at": (MORNING + timedelta(seconds=place)).isoformat(),
            "raw": raw,
            "rma": rma,
            "model": model,
        }
        for place, (raw, rma, model) in enumerate(raws)
    ]


def by_the_server(session: Session, made: list[dict[str, Any]]) -> list[Answer]:
    sent = [
        ScanIn(
            id=each["id"],
            scanned_at=datetime.fromisoformat(each["scanned_at"]),
            station="dock-1",
            raw=each["raw"],
            expected=each["rma"],
            claimed_model=each["model"],
        )
        for each in made
    ]
    return record_scans(session, sent, by=SYSTEM, now=NOW)


def facts(answer: Answer) -> dict[str, Any]:
    told = {name: answer.facts.get(name) for name in COMPARED}
    return told | {"outcome": answer.code, "kind": told["kind"] or "serial", "finds": answer.facts.get("finds", [])}


def compare(page: Page, server: LiveServer, made: list[dict[str, Any]]) -> list[str]:
    """Judge on both sides, undo what the server did, and return the outcomes; they must be the same."""
    with reading(server.engine) as session:
        kept = manifest(session, by=SYSTEM, now=NOW)
    module = f"/static/{static_digest()}/scan/judging.js"
    here = page.evaluate(HERE, [module, kept, made])
    with suppress(OnlyTryingError), writing(server.engine) as session:
        there = [[facts(each) for each in (answer, *answer.more)] for answer in by_the_server(session, made)]
        raise OnlyTryingError
    assert [[{name: one[name] for name in [*COMPARED, "outcome", "finds"]} for one in each] for each in here] == there
    return [each[0]["outcome"] for each in there]


class OnlyTryingError(Exception):
    """Raised to take everything back, so that the next case begins where this one did."""


def test_a_morning_at_the_dock_is_judged_the_same(page_of: Page, live_server: LiveServer) -> None:
    ship_examples(live_server.engine)
    log = list(dict.fromkeys(LOG)) + LOG[:3]

    outcomes = compare(page_of, live_server, scans((raw, None, None) for raw in log))

    assert {"matched", "already_received", "never_shipped", "not_a_serial"} <= set(outcomes)


def test_boxes_models_and_codes_with_several_serials_are_judged_the_same(
    page_of: Page, live_server: LiveServer
) -> None:
    with writing(live_server.engine) as session:
        first = make_order(session, "D4100201", ["FOC21213GKV", "FNS17231KZ7"]).number
        make_order(session, "D4100208", ["SSI16460ARS", "SAL1819S6LU"])

    outcomes = compare(
        page_of,
        live_server,
        scans(
            [
                (first, None, None),
                ("FOC21213GKV", first, MODEL.lower()),
                ("SSI16460ARS", first, None),
                ("SAL1819S6LU", None, "CS-KIT-K9"),
                ("SAL1819S6LU", first, "CS-KIT-K9"),
                ("[)>\x1e06\x1d1PCS-KIT-K9\x1dSFNS17231KZ7\x1dSFOC21213GZZ\x1e\x04", first, None),
                ("1Z5R89390357567127", None, None),
                ("[)>\x1e01\x1d96770\x1d840\x1d003\x1d1Z12345677\x1dUPSN\x1d999AA1\x1e\x04", None, None),
                ("106141412345678908", None, None),
                ("1103733901", None, None),
                ("2LUS76449+48000001", None, None),
                ("D4100208", None, None),
            ]
        ),
    )

    assert {"wrong_order", "wrong_model", "already_received"} <= set(outcomes)


@pytest.fixture
def shipped(page_of: Page, live_server: LiveServer) -> Page:
    ship_examples(live_server.engine)
    return page_of


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(WRAPPED, KNOWN | PLAIN), min_size=1, max_size=60))
def test_anything_a_gun_may_read_is_judged_the_same(
    shipped: Page, live_server: LiveServer, read: list[tuple[str, str]]
) -> None:
    raws = [text for wrap, inner in read if (text := wrap.format(inner)).strip()]

    compare(shipped, live_server, scans((raw, None, None) for raw in raws))
