"""Consent: who answers, how long, what it gives, and what becomes of a request that comes to nothing (T-12 – T-14)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.consent_questions import request_of_trial
from rmatrack.db.customers import SalesRelationship
from rmatrack.db.history import Event
from rmatrack.db.people import Partner
from rmatrack.domain.mails import Link, LinkPurpose, MailKind
from rmatrack.domain.people import Role
from rmatrack.domain.setting_up import NewUser
from rmatrack.domain.trials import PartnerRole, Phase, TrialStatus
from rmatrack.services import consent, lapsing, managing, setting_up, trials
from rmatrack.services.links import Links, UnboundedLinkError
from rmatrack.services.trial_standing import Standing
from tests.trials import trying
from tests.trials.trying import CALLING, Desk, code_of, consent_link

HELPDESK = "helpdesk1@customer.example"


@pytest.fixture
def asked(session: Session, desk: Desk) -> Standing:
    return desk.ask(trying.customer(session))


def accept(desk: Desk, standing: Standing, email: str = "", *, full: bool = True) -> Standing:
    link = consent_link(desk.session, standing, email)
    return consent.accept(desk.session, link, full_administrator=full, policy=desk.policy, now=desk.now)


def test_a_link_shows_what_is_asked(desk: Desk, asked: Standing) -> None:
    link = consent_link(desk.session, asked)

    view = consent.open_request(desk.session, link, policy=desk.policy, now=desk.now)

    assert (view.partner, view.customer) == ("Noordzee Networks", "Universiteit Twente")
    assert frozenset(view.services) == CALLING
    assert view.last_on == date(2026, 4, 1)
    assert view.may_answer


def test_who_is_no_full_administrator_sees_it_and_cannot_answer(desk: Desk, asked: Standing) -> None:
    view = consent.open_request(
        desk.session, consent_link(desk.session, asked, HELPDESK), policy=desk.policy, now=desk.now
    )

    assert not view.may_answer
    assert code_of(lambda: accept(desk, asked, HELPDESK)) == "not-full-administrator"


def test_another_customers_administrator_cannot_answer(desk: Desk, asked: Standing) -> None:
    other = trying.customer(desk.session, number=2)
    stranger = trying.administrator_named(desk.session, other, "admin2@customer.example")
    link = Link(LinkPurpose.CONSENT, consent_link(desk.session, asked).subject_id, stranger.id)

    code = code_of(lambda: consent.decline(desk.session, link, policy=desk.policy, now=desk.now))

    assert code == "not-full-administrator"


def test_a_link_for_something_else_answers_nothing(desk: Desk, asked: Standing) -> None:
    other = Link(LinkPurpose.STATUS, consent_link(desk.session, asked).subject_id)

    assert code_of(lambda: consent.open_request(desk.session, other, policy=desk.policy, now=desk.now)) == "bad-link"


@pytest.mark.parametrize("change", ["", "x"])
def test_a_link_that_was_tampered_with_is_none(desk: Desk, asked: Standing, change: str) -> None:
    links = Links("only for tests")
    token = links.token(consent_link(desk.session, asked))

    other_key = Links("another key") if not change else links

    assert code_of(lambda: other_key.read(LinkPurpose.CONSENT, token + change, now=desk.now)) == "bad-link"
    assert code_of(lambda: links.read(LinkPurpose.STATUS, token, now=desk.now)) == "bad-link"


def test_a_link_expires(desk: Desk, asked: Standing) -> None:
    links = Links("only for tests")
    token = links.token(consent_link(desk.session, asked))

    assert links.read(LinkPurpose.CONSENT, token, now=desk.on(31).now)
    assert code_of(lambda: links.read(LinkPurpose.CONSENT, token, now=desk.on(32).now)) == "link-expired"


def test_a_link_without_an_end_is_never_signed() -> None:
    with pytest.raises(UnboundedLinkError):
        Links("only for tests").token(Link(LinkPurpose.STATUS, 1))


def test_an_answer_is_given_once(desk: Desk, asked: Standing) -> None:
    accept(desk, asked)

    assert code_of(lambda: accept(desk, asked)) == "consent-answered"


def test_it_can_be_accepted_through_the_thirtieth_day(desk: Desk, asked: Standing) -> None:
    assert accept(desk.on(30), asked).phase is Phase.PENDING_PROVISIONING


def test_on_the_day_after_it_cannot(desk: Desk, asked: Standing) -> None:
    assert code_of(lambda: accept(desk.on(31), asked)) == "deed-does-not-fit"


def test_sending_again_does_not_begin_the_thirty_days_again(desk: Desk, asked: Standing) -> None:
    consent.resend(desk.session, asked.trial.id, **desk.on(20).when)

    request = request_of_trial(desk.session, asked.trial.id)
    assert request
    assert request.last_on == date(2026, 4, 1)
    assert trying.mails(desk.session, MailKind.CONSENT_REQUEST) == ["admin1@customer.example"] * 2


def test_before_consent_the_partner_sees_its_request_and_nothing_else(desk: Desk, asked: Standing) -> None:
    reader: Any = {"seen_by": desk.by, "policy": desk.policy, "now": desk.now}

    view = trials.trial_view(desk.session, asked.trial.id, **reader)
    code = code_of(lambda: trials.customer_view(desk.session, asked.customer.id, **reader))

    assert (view.contacts, view.role, view.consent_email) == ([], None, "admin1@customer.example")
    assert code == "not-found"


@pytest.mark.parametrize("how", ["withdrawn", "declined", "consent-expired"])
def test_a_request_that_comes_to_nothing_leaves_the_list(desk: Desk, asked: Standing, how: str) -> None:
    later = desk
    match how:
        case "withdrawn":
            consent.withdraw(desk.session, asked.trial.id, **desk.when)
        case "declined":
            consent.decline(desk.session, consent_link(desk.session, asked), policy=desk.policy, now=desk.now)
        case _:
            later = desk.on(31)
            assert lapsing.expire_requests(desk.session, policy=desk.policy, now=later.now) == [asked.trial.id]

    desk.session.refresh(asked.trial)
    page = trials.trial_page(desk.session, trials.TrialFilter(), seen_by=desk.by, policy=desk.policy, now=later.now)
    assert asked.trial.status == how
    assert page.rows == []
    assert set(page.counts.values()) == {0}
    assert desk.session.scalars(select(SalesRelationship)).all() == []


def test_the_partner_is_told_that_the_customer_declined(desk: Desk, asked: Standing) -> None:
    consent.decline(desk.session, consent_link(desk.session, asked), policy=desk.policy, now=desk.now)

    assert len(trying.mails(desk.session, MailKind.CONSENT_DECLINED)) == 1


def test_expiry_is_noted_once(desk: Desk, asked: Standing) -> None:
    now = desk.on(31).now

    first, second = (lapsing.expire_requests(desk.session, policy=desk.policy, now=now) for _ in range(2))

    assert (first, second) == ([asked.trial.id], [])


@pytest.mark.parametrize(
    ("zone", "expired"), [("Pacific/Kiritimati", True), ("Europe/Amsterdam", False), ("Pacific/Honolulu", False)]
)
def test_the_last_day_ends_in_the_customers_zone(session: Session, desk: Desk, zone: str, expired: bool) -> None:
    asked = desk.ask(trying.customer(session, zone=zone))
    request = request_of_trial(session, asked.trial.id)
    assert request

    at_noon_utc = desk.now + (request.last_on - desk.now.date())

    assert bool(lapsing.expire_requests(session, policy=desk.policy, now=at_noon_utc)) is expired


def test_services_are_provisioned_as_consented(desk: Desk, asked: Standing) -> None:
    accept(desk, asked)

    other = trying.details(CALLING | trying.MESSAGING)

    assert code_of(lambda: managing.provision(desk.session, asked.trial.id, other, **desk.when)) == "other-services"


def test_a_full_administrator_sets_users_up_and_a_provisioning_one_may_not(session: Session, desk: Desk) -> None:
    full = desk.running(trying.customer(session, number=1), full=True)
    provisioning = desk.running(trying.customer(session, number=2), full=False)
    users = [NewUser(name="Zoë Łódź", email="zoe@customer.example", licences=CALLING, number="+31 20 123 4567")]

    setting_up.set_up(session, full.trial.id, users, **desk.when)

    assert code_of(lambda: setting_up.set_up(session, provisioning.trial.id, users, **desk.when)) == "provisioning-only"
    assert code_of(lambda: setting_up.users_of(session, provisioning.trial.id, **desk.when)) == "provisioning-only"
    assert [user.name for user in setting_up.users_of(session, full.trial.id, **desk.when)] == ["Zoë Łódź"]


def test_what_a_partner_was_granted_before_is_not_taken_back(session: Session, desk: Desk, asked: Standing) -> None:
    of = {"partner_id": asked.partner.id, "customer_id": asked.customer.id}
    session.add(SalesRelationship(**of, role=PartnerRole.FULL, since=desk.now))
    session.flush()

    accept(desk, asked, full=False)

    assert session.scalars(select(SalesRelationship.role)).one() == PartnerRole.FULL


def test_a_provisioning_administrator_manages_the_trial_all_the_same(session: Session, desk: Desk) -> None:
    standing = desk.running(trying.customer(session), full=False)

    extended = managing.extend_trial(session, standing.trial.id, confirm_shorter=True, **desk.when)
    cancelled = managing.cancel(session, standing.trial.id, confirmed=True, **desk.when)

    assert extended.trial.expires_on == date(2026, 4, 1)
    assert cancelled.status is TrialStatus.CANCELLED


def test_a_colleagues_trial_is_the_colleagues_or_a_full_administrators(session: Session, desk: Desk) -> None:
    partner = desk.session.get_one(Partner, desk.by.partner_id)
    bob = Desk(session, desk.policy, trying.seller(session, partner, "Bob", Role.SALES_ADMIN))
    bobs, adas = bob.start_new("one@hu.example"), desk.start_new("two@hu.example")

    managing.cancel(session, bobs.trial.id, confirmed=True, **desk.when)

    assert code_of(lambda: managing.cancel(session, adas.trial.id, confirmed=True, **bob.when)) == "colleagues-trial"


def test_history_says_who_answered_where_it_can_be_forgotten(desk: Desk, asked: Standing) -> None:
    accept(desk, asked)

    entries: Any = desk.session.execute(
        select(Event.actor, Event.actor_role, Event.field, Event.new).where(Event.deed == "consent accepted")
    ).all()
    assert {row.actor for row in entries} == {"administrator of Universiteit Twente"}
    assert {row.actor_role for row in entries} == {Role.CUSTOMER_ADMINISTRATOR}
    (who,) = [row.new for row in entries if row.field == "admin_email"]
    assert who.startswith("sha256:")
