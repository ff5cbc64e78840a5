"""Lists of trials: who sees what, days left in the customer's calendar, and how little is asked of the database."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rmatrack.db.engine import reading, writing
from rmatrack.db.people import Partner
from rmatrack.db.trial_lists import TrialShow, TrialSort
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Deed
from rmatrack.services import managing, trials
from rmatrack.services.status_page import status_page
from rmatrack.services.trials import TrialFilter
from tests.queries import count_queries
from tests.trials import shipping, trying
from tests.trials.trying import CALLING, MESSAGING, Desk, code_of

SUPPORT = trying.inside(Role.SUPPORT)


def listed(desk: Desk, show: TrialShow = TrialShow.CURRENT, **wanted: Any) -> list[int]:
    asked = TrialFilter(show=show, **wanted)
    page = trials.trial_page(desk.session, asked, seen_by=desk.by, policy=desk.policy, now=desk.now)
    assert page.counts[show] == len(page.rows)
    return [row.standing.trial.id for row in page.rows]


def other_desk(desk: Desk) -> Desk:
    partner = trying.partner(desk.session, "Zuiderzee")
    return Desk(desk.session, desk.policy, trying.seller(desk.session, partner, "Zoë"))


@pytest.mark.parametrize(
    ("days", "lists"),
    [
        (82, {TrialShow.RUNNING}),
        (83, {TrialShow.RUNNING, TrialShow.EXPIRING}),
        (90, {TrialShow.RUNNING, TrialShow.EXPIRING}),
        (91, {TrialShow.GRACE}),
        (120, {TrialShow.GRACE}),
        (121, {TrialShow.ENDED}),
    ],
)
def test_a_trial_moves_from_list_to_list_by_itself(desk: Desk, days: int, lists: set[TrialShow]) -> None:
    standing = desk.start_new()
    later = desk.on(days)

    found = {show for show in TrialShow if listed(later, show) == [standing.trial.id]}

    assert found - {TrialShow.CURRENT} == lists
    assert (TrialShow.CURRENT in found) is (TrialShow.ENDED not in lists)


@pytest.mark.parametrize(("zone", "left"), [("Pacific/Auckland", -1), ("Europe/Amsterdam", 0), ("Pacific/Honolulu", 0)])
def test_days_left_are_counted_where_the_customer_is(session: Session, desk: Desk, zone: str, left: int) -> None:
    partner = session.get_one(Partner, desk.by.partner_id)
    standing = desk.start_paying(trying.customer(session, of=partner, zone=zone))
    standing.trial.expires_on = date(2026, 3, 31)
    session.flush()
    evening = Desk(session, desk.policy, desk.by, desk.now + timedelta(days=29))

    (row,) = trials.trial_rows(session, TrialFilter(), seen_by=desk.by, policy=desk.policy, now=evening.now)

    assert row.standing.days_left == left
    assert listed(evening, TrialShow.GRACE) == ([standing.trial.id] if left < 0 else [])


def test_a_cancelled_trial_stays_while_units_are_out(desk: Desk) -> None:
    standing = desk.start_new()
    order = shipping.ship(desk.session, standing, eula_expires_on=date(2026, 5, 1))
    managing.cancel(desk.session, standing.trial.id, confirmed=True, **desk.when)
    while_out = listed(desk)

    shipping.receive(desk.session, shipping.units(desk.session, order)[0])

    assert (while_out, listed(desk)) == ([standing.trial.id], [])


def test_filters_narrow_a_list(desk: Desk) -> None:
    one, two = desk.start_new("one@hu.example"), desk.start_new("two@hu.example", CALLING)
    two.customer.name, two.customer.name_key = "Łódź University", "lodz university"
    desk.session.flush()

    assert listed(desk, text="ŁÓDŹ") == [two.trial.id]
    assert listed(desk, service=Service.MESSAGING) == [one.trial.id]
    assert listed(desk, customer_id=one.customer.id) == [one.trial.id]
    assert listed(desk, sort=TrialSort.CUSTOMER, descending=True) == [two.trial.id, one.trial.id]


def test_mine_are_those_i_started(desk: Desk) -> None:
    partner = desk.session.get_one(Partner, desk.by.partner_id)
    bob = Desk(desk.session, desk.policy, trying.seller(desk.session, partner, "Bob", Role.SALES_ADMIN))
    mine, bobs = desk.start_new("one@hu.example"), bob.start_new("two@hu.example")

    assert listed(bob, mine=True) == [bobs.trial.id]
    assert set(listed(bob)) == {mine.trial.id, bobs.trial.id}
    rows = trials.trial_rows(desk.session, TrialFilter(), seen_by=bob.by, policy=desk.policy, now=desk.now)
    assert {row.standing.trial.id for row in rows if row.may_manage} == {bobs.trial.id}


def test_a_partner_sees_its_own_and_support_sees_all(desk: Desk) -> None:
    mine, theirs = desk.start_new("one@hu.example"), other_desk(desk).start_new("two@hu.example")

    assert listed(desk) == [mine.trial.id]
    assert set(listed(Desk(desk.session, desk.policy, SUPPORT))) == {mine.trial.id, theirs.trial.id}


def test_of_what_others_do_only_service_and_partner_are_told(session: Session, desk: Desk) -> None:
    partner = session.get_one(Partner, desk.by.partner_id)
    customer = trying.customer(session, of=partner, bought=["Webex Meetings"])
    mine = desk.start_paying(customer, MESSAGING)
    other_desk(desk).running(customer, CALLING)

    view = trials.customer_view(session, customer.id, seen_by=desk.by, policy=desk.policy, now=desk.now)

    assert [(one.service, one.partner) for one in view.bought] == [(Service.MEETINGS, None)]
    assert [(one.service, one.partner) for one in view.elsewhere] == [(Service.CALLING, "Zuiderzee")]
    assert [row.standing.trial.id for row in view.trials] == [mine.trial.id]


def test_the_page_of_anothers_trial_is_not_there(desk: Desk) -> None:
    theirs = other_desk(desk).start_new()

    def look() -> object:
        return trials.trial_view(desk.session, theirs.trial.id, seen_by=desk.by, policy=desk.policy, now=desk.now)

    assert code_of(look) == "not-found"


def test_a_trials_page_offers_what_fits(desk: Desk) -> None:
    standing = desk.start_new()
    reader: Any = {"seen_by": desk.by, "policy": desk.policy}

    running = trials.trial_view(desk.session, standing.trial.id, now=desk.now, **reader)
    grace = trials.trial_view(desk.session, standing.trial.id, now=desk.on(100).now, **reader)
    seen_inside = trials.trial_view(desk.session, standing.trial.id, seen_by=SUPPORT, policy=desk.policy, now=desk.now)

    assert Deed.CHANGE_SERVICES in running.deeds
    assert grace.deeds == {Deed.SET_UP, Deed.EXTEND, Deed.CONVERT, Deed.CANCEL}
    assert seen_inside.deeds == frozenset()


def test_a_customer_administrator_sees_expiry_and_what_is_final(session: Session, desk: Desk) -> None:
    standing = desk.start_new()
    link = Link(LinkPurpose.STATUS, standing.trial.id, trying.administrator(session, standing).id)

    running, grace, over = (
        status_page(session, link, policy=desk.policy, now=desk.on(days).now) for days in (89, 100, 121)
    )

    assert [page.licences_expired for page in (running, grace, over)] == [False, True, True]
    assert running.warning is None
    assert "cannot be restored then" in str(grace.warning)
    assert "have moved" in str(over.warning)
    assert grace.interest == Link(LinkPurpose.INTEREST, standing.trial.id, link.administrator_id, date(2026, 6, 30))
    assert over.interest is None


def test_a_full_administrator_finds_a_request_that_waits(session: Session, desk: Desk) -> None:
    partner = session.get_one(Partner, desk.by.partner_id)
    customer = trying.customer(session, of=partner)
    standing = desk.start_paying(customer, MESSAGING)
    other_desk(desk).ask(customer, CALLING)

    def requests(email: str) -> int:
        administrator = trying.administrator_named(session, customer, email)
        link = Link(LinkPurpose.STATUS, standing.trial.id, administrator.id)
        return len(status_page(session, link, policy=desk.policy, now=desk.now).requests)

    assert (requests("admin1@customer.example"), requests("helpdesk1@customer.example")) == (1, 0)


def test_a_page_asks_no_more_for_many_trials_than_for_one(engine: Engine, policy: Policy) -> None:
    def asked_for(more: int) -> int:
        with writing(engine) as session:
            for number in range(more):
                standing = Desk(session, policy, ada).start_new(f"admin{number}@{more}.example")
                shipping.ship(session, standing, f"D41{more:02d}{number:03d}", eula_expires_on=date(2026, 5, 1))
        with reading(engine) as session, count_queries(engine) as queries:
            page = trials.trial_page(session, TrialFilter(), seen_by=ada, policy=policy, now=trying.NOON)
            view = trials.customer_view(
                session, page.rows[0].standing.customer.id, seen_by=ada, policy=policy, now=trying.NOON
            )
        assert view.trials
        return len(queries)

    with writing(engine) as session:
        ada = trying.seller(session, trying.partner(session))

    assert asked_for(1) == asked_for(12)
