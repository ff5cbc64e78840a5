"""The discrepancy desk at full size: several at once, what explains itself, and a scan that speaks for a mis-pick."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.receiving import Discrepancy
from rmatrack.domain.discrepancies import (
    BY_ITSELF,
    CLOSED_BY,
    ClosingReason,
    ClosingReasonError,
    DiscrepancyType,
    common_reasons,
)
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.services.discrepancies import close_discrepancies
from rmatrack.services.receiving import record_scans
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.queries import count_queries
from tests.receiving.dock import at
from tests.receiving.shipments import NOW, make_order, scan
from tests.receiving.test_races import at_once

ONE, TWO, THREE, NEAR_ONE, STRANGE = "FOC21213GKV", "SSI16460ARS", "FNS17231KZ7", "FOC21213GKW", "WZP99999ZZZ"


def find(
    engine: Engine, *raws: str, order: str = "D4100208", own: tuple[str, ...] = (TWO,), first: int = 50
) -> dict[str, int]:
    """Scan *raws* in the box of an order that shipped *own*; returns the discrepancies' ids by serial."""
    with writing(engine) as session:
        box = make_order(session, order, own).number
        scans = [scan(raw, at(number), first + number, expected=box) for number, raw in enumerate(raws)]
        record_scans(session, scans, by=SYSTEM, now=NOON)
        return {one.serial: one.id for one in session.scalars(select(Discrepancy))}


def states(engine: Engine) -> dict[str, str | None]:
    with reading(engine) as session:
        return {one.serial: one.closing_reason for one in session.scalars(select(Discrepancy))}


def test_several_are_closed_with_one_reason_after_a_look(
    client: FlaskClient, engine: Engine, signed_in: SignIn
) -> None:
    signed_in(Role.LOGISTICS)
    ids = find(engine, STRANGE, "WZP88888ZZZ", TWO)
    chosen = {"discrepancy": [str(id_) for id_ in ids.values()]}

    look = client.post("/discrepancies/chosen", data=chosen | {"deed": "close"})
    done = client.post("/discrepancies/close", data=chosen | {"reason": "not-ours"}, follow_redirects=True)

    assert "Close 2 discrepancies" in look.text
    assert "is complete then." in look.text
    assert "2 discrepancies are closed." in done.text
    assert "is complete: all its units are settled" in done.text
    assert set(states(engine).values()) == {"not-ours"}


def test_a_reason_that_fits_all_is_asked(client: FlaskClient, engine: Engine, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    ids = find(engine, STRANGE, "junk!")
    chosen = {"discrepancy": [str(id_) for id_ in ids.values()]}

    look = client.post("/discrepancies/chosen", data=chosen | {"deed": "close"}).text
    none = client.post("/discrepancies/close", data=chosen)
    wrong = client.post("/discrepancies/close", data=chosen | {"reason": "not-a-unit"})

    assert 'value="scanned-again"' in look
    assert 'value="not-a-unit"' not in look
    assert (none.status_code, wrong.status_code) == (422, 422)
    assert set(states(engine).values()) == {None}


def test_those_closed_before_are_told_and_stay(client: FlaskClient, engine: Engine, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    ids = find(engine, STRANGE, "WZP88888ZZZ")
    chosen = {"discrepancy": [str(id_) for id_ in ids.values()]}
    client.post(f"/discrepancies/{ids[STRANGE]}/close", data={"reason": "taken-into-stock"})

    look = client.post("/discrepancies/chosen", data=chosen | {"deed": "close"}).text
    done = client.post("/discrepancies/close", data=chosen | {"reason": "not-ours"}, follow_redirects=True)

    assert "1 was closed before:" in look
    assert "1 was closed before." in done.text
    assert states(engine) == {STRANGE: "taken-into-stock", "WZP88888ZZZ": "not-ours"}


def test_several_are_taken_on_and_left(client: FlaskClient, engine: Engine, signed_in: SignIn) -> None:
    person = signed_in(Role.LOGISTICS)
    ids = find(engine, STRANGE, "WZP88888ZZZ")
    chosen = {"discrepancy": [str(id_) for id_ in ids.values()]}

    taken = client.post("/discrepancies/chosen", data=chosen | {"deed": "take"}, follow_redirects=True)
    mine = client.get(f"/discrepancies?owner={person.id}").text
    client.post("/discrepancies/chosen", data=chosen | {"deed": "leave"})

    assert "2 discrepancies are yours." in taken.text
    assert STRANGE in mine
    assert STRANGE in client.get("/discrepancies?owner=nobody&sort=-serial").text


def test_what_explains_itself_is_closed_with_one_click(client: FlaskClient, engine: Engine, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    with writing(engine) as session:
        make_order(session, "D4100201", [ONE])
    ids = find(engine, ONE, STRANGE)

    queue = client.get("/discrepancies").text
    client.post(f"/discrepancies/{ids[ONE]}/accept")
    looked_at = client.post(f"/discrepancies/{ids[STRANGE]}/accept")

    assert "Close: received on its own order" in queue
    assert looked_at.status_code == 409
    assert states(engine) == {ONE: "received-on-own-order", STRANGE: None}


def test_a_serial_read_again_at_once_was_misread(client: FlaskClient, engine: Engine, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    ids = find(engine, NEAR_ONE, ONE, own=(ONE,))

    client.post(f"/discrepancies/{ids[NEAR_ONE]}/accept")

    assert states(engine) == {NEAR_ONE: "scanned-again"}


@pytest.mark.parametrize(("raw", "own"), [(NEAR_ONE, (ONE, TWO)), (STRANGE, (TWO,)), (ONE, (TWO,))])
def test_a_scan_that_speaks_for_a_mis_pick_offers_it(
    client: FlaskClient, engine: Engine, signed_in: SignIn, raw: str, own: tuple[str, ...]
) -> None:
    signed_in(Role.LOGISTICS)
    if raw == ONE:
        with writing(engine) as session:
            make_order(session, "D4100201", [ONE])
    ids = find(engine, raw, own=own)
    was = own[0]

    page = client.get(f"/discrepancies/{ids[raw]}").text
    start = page.index("/units/")
    address = page[page.index("/units/", page.index("Perhaps another one left")) :].partition('"')[0]
    preview = client.get(address.replace("&amp;", "&"))
    unit = address.partition("/correction")[0]
    done = client.post(
        f"{unit}/correction", data={"serial": raw, "was": was, "reason": "it was in its box"}, follow_redirects=True
    )

    assert start
    assert f"Correct: {raw} left, not {was}" in page
    assert f"D4100208 has {raw} from now on; it had {was}." in preview.text
    assert "What did not match was judged again." in done.text
    assert None not in states(engine).values()


def test_nothing_is_offered_where_several_may_have_been_mistaken(
    client: FlaskClient, engine: Engine, signed_in: SignIn
) -> None:
    signed_in(Role.LOGISTICS)
    ids = find(engine, STRANGE, own=(TWO, THREE))

    assert "Perhaps another one left" not in client.get(f"/discrepancies/{ids[STRANGE]}").text


def test_everybody_inside_finds_the_desk_and_only_some_settle(
    client: FlaskClient, engine: Engine, signed_in: SignIn
) -> None:
    signed_in(Role.SUPPORT)
    ids = find(engine, STRANGE)

    page = client.get("/discrepancies").text

    assert 'href="/discrepancies"' in page
    assert "Close the chosen" not in page
    assert "Perhaps another" not in client.get(f"/discrepancies/{ids[STRANGE]}").text
    for path in ("/discrepancies/chosen", "/discrepancies/close", f"/discrepancies/{ids[STRANGE]}/accept"):
        assert client.post(path, data={"discrepancy": str(ids[STRANGE])}).status_code == 403


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_close_the_same_each_closes_what_is_left(engine: Engine, attempt: int) -> None:
    raws = [f"WZP9999{number}ZZZ" for number in range(6)]
    ids = list(find(engine, *raws).values())

    def closing(chosen: list[int]) -> list[int]:
        with writing(engine) as session:
            done = close_discrepancies(session, chosen, ClosingReason.NOT_OURS, by=SYSTEM, now=NOW)
            assert sorted([*done.closed, *done.before]) == sorted(chosen)
            return list(done.closed)

    done = at_once([lambda: closing(ids[:4]), lambda: closing(ids[2:][::-1])])

    assert sorted([*done[0], *done[1]]) == sorted(ids)
    with reading(engine) as session:
        told = select(func.count()).where(Event.subject == "discrepancy", Event.deed == "closed")
        assert session.scalar(told) == len(ids)


def test_closing_many_asks_no_more_than_closing_few(engine: Engine) -> None:
    counts = []
    for number, size in enumerate((2, 30)):
        raws = [f"WZP{number}99{each:02d}ZZZ" for each in range(size)]
        found = find(engine, *raws, order=f"D410020{number}", own=(f"FOC2121{number}GKV",), first=100 * number)
        with writing(engine) as session, count_queries(engine) as asked:
            close_discrepancies(session, [found[raw] for raw in raws], ClosingReason.NOT_OURS, by=SYSTEM, now=NOW)
        counts.append(len(asked))

    assert counts[0] >= counts[1]  # Many rows of history go in by other means than a few.


def test_a_reason_that_the_system_gives_is_not_a_persons(engine: Engine) -> None:
    ids = list(find(engine, STRANGE).values())

    with writing(engine) as session, pytest.raises(ClosingReasonError):
        close_discrepancies(session, ids, ClosingReason.SCAN_UNDONE, by=SYSTEM, now=NOW)


def test_common_reasons_close_each_of_the_types() -> None:
    for one in DiscrepancyType:
        for other in DiscrepancyType:
            shared = set(common_reasons({one, other}))
            assert shared == (CLOSED_BY[one] & CLOSED_BY[other]) - BY_ITSELF
    assert common_reasons(()) == []


def test_leaving_what_is_nobodys_says_that_nothing_changed(
    client: FlaskClient, engine: Engine, signed_in: SignIn
) -> None:
    signed_in(Role.LOGISTICS)
    ids = find(engine, STRANGE)

    page = client.post(
        "/discrepancies/chosen", data={"discrepancy": list(ids.values()), "deed": "leave"}, follow_redirects=True
    )

    assert "Nothing changed: they were nobody&#39;s already." in page.text
