"""What did not match is taken on by somebody, and closed with a reason that fits."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.discrepancies import (
    Owner,
    Share,
    Wanted,
    discrepancies_page,
    discrepancy_with_id,
    open_discrepancies,
)
from rmatrack.db.engine import writing
from rmatrack.db.people import Person
from rmatrack.domain.discrepancies import Age, ClosingReason, DiscrepancyType
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Actor, PartnerId, Role
from rmatrack.services.discrepancies import assign_discrepancy, close_discrepancy
from rmatrack.services.people import actor_of
from tests.people import add_person
from tests.receiving.dock import ONE, TWO, answered, at, completed_at, noted
from tests.receiving.shipments import NOW, make_order, scan

STRANGE = "FOC1923NVVQ"


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(RmatrackError) as refusal:
        deed()
    return refusal.value.code


def test_the_return_is_complete_when_the_last_is_closed(session: Session) -> None:
    make_order(session, "D4100201", [ONE])
    box = make_order(session, "D4100208", [TWO])
    answered(session, scan(ONE, at(0), 1, expected=box.number), scan(STRANGE, at(0), 2, expected=box.number))
    answered(session, scan(TWO, at(1), 3, expected=box.number))
    wrong_order, unknown = noted(session)

    first = close_discrepancy(session, wrong_order.id, ClosingReason.RECEIVED_ON_OWN_ORDER, by=SYSTEM, now=NOW)
    last = close_discrepancy(session, unknown.id, ClosingReason.NOT_OURS, note=" a fax ", by=SYSTEM, now=NOW)

    assert (first, last) == ([], [box.number])
    assert completed_at(session, box) == NOW
    assert [(one.closed_by, one.closing_note) for one in noted(session)] == [("system", None), ("system", "a fax")]


def test_the_reason_must_fit_and_be_a_person_s(session: Session) -> None:
    answered(session, scan(STRANGE, at(0), 1))
    (found,) = noted(session)

    def close_because(reason: ClosingReason) -> str:
        return refused(lambda: close_discrepancy(session, found.id, reason, by=SYSTEM, now=NOW))

    assert close_because(ClosingReason.MODEL_CHECKED) == "wrong-closing-reason"
    assert close_because(ClosingReason.SCAN_UNDONE) == "wrong-closing-reason"
    assert close_because(ClosingReason.MATCHED_LATER) == "wrong-closing-reason"


def test_it_is_closed_once(session: Session) -> None:
    answered(session, scan(STRANGE, at(0), 1))
    (found,) = noted(session)
    close_discrepancy(session, found.id, ClosingReason.NOT_OURS, by=SYSTEM, now=NOW)

    again = refused(lambda: close_discrepancy(session, found.id, ClosingReason.NOT_OURS, by=SYSTEM, now=NOW))

    assert again == "discrepancy-closed"


def test_the_queue_is_the_oldest_first_and_counted_by_what_it_shares(engine: Engine) -> None:
    dana = add_person(engine, Role.LOGISTICS)
    with writing(engine) as session:
        old, new = NOW - timedelta(days=5), NOW - timedelta(hours=2)
        answered(session, scan(STRANGE, new, 1), scan("SSI16460ARX", old, 2), scan("http://a.example", old, 3))
        mine = noted(session)[0]
        actor = actor_of(session.get_one(Person, dana.id))
        assign_discrepancy(session, mine.id, owner=actor, by=actor, now=NOW)

        queue = discrepancies_page(session, Wanted(), page=1, seen_by=actor, now=NOW)
        of_mine = discrepancies_page(session, Wanted(owner=Owner(dana.id)), page=1, seen_by=actor, now=NOW)
        long = discrepancies_page(session, Wanted(age=Age.LONG), page=1, seen_by=actor, now=NOW)
        counted = open_discrepancies(session, seen_by=actor, now=NOW)

    assert [row.opened_at for row in queue] == [old, old, new]
    assert [row.id for row in of_mine] == [mine.id]
    assert {row.opened_at for row in long} == {old}
    assert sum(counted.values()) == 3
    assert counted[Share(DiscrepancyType.MALFORMED, Age.LONG, None)] == 1


def test_a_partner_sees_those_of_its_own_orders_only(session: Session) -> None:
    rma = make_order(session, "D4100201", [ONE])
    answered(session, scan(STRANGE, at(0), 1, expected=rma.number), scan("SSI16460ARX", at(0), 2))
    own, parked = sorted(noted(session), key=lambda found: found.partner_id is None)
    role = Role.PARTNER_USER
    mine = Actor(None, "Pat", role, PartnerId(own.partner_id or 0), PERMISSIONS[role])
    other = Actor(None, "Olga", role, PartnerId(999), PERMISSIONS[role])

    assert discrepancy_with_id(session, own.id, seen_by=mine) is not None
    assert discrepancy_with_id(session, parked.id, seen_by=mine) is None
    assert discrepancies_page(session, Wanted(), page=1, seen_by=other, now=NOW) == []
    assert not open_discrepancies(session, seen_by=other, now=NOW)


def test_only_who_settles_may_close(session: Session) -> None:
    answered(session, scan(STRANGE, at(0), 1))
    (found,) = noted(session)
    support = Actor(None, "Sam", Role.SUPPORT, None, PERMISSIONS[Role.SUPPORT])

    code = refused(lambda: close_discrepancy(session, found.id, ClosingReason.NOT_OURS, by=support, now=NOW))

    assert code == "not-allowed"
    assert session.scalars(select(type(found).closed_at)).one() is None
