"""Managing a trial: extending, services, cancelling, setting up, interest, lapse (SPEC T-10, T-16 – T-26)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.customer_users import CustomerUser, PhoneNumber
from rmatrack.db.mail import OutboxMail
from rmatrack.db.people import Partner
from rmatrack.db.trials import TrialService
from rmatrack.domain.mails import MailKind
from rmatrack.domain.setting_up import NewUser
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Phase
from rmatrack.services import lapsing, managing, setting_up, starting
from rmatrack.services.managing import Quantities
from rmatrack.services.trial_standing import Standing
from tests.trials import shipping, trying
from tests.trials.trying import CALLING, MESSAGING, Desk, code_of, interest_link

TODAY = date(2026, 3, 2)
MEETINGS = frozenset({Service.MEETINGS})
ZOE = NewUser(name="Zoë", email="zoe@hu.example", licences=MESSAGING)


@pytest.fixture
def running(desk: Desk) -> Standing:
    return desk.start_new()


def test_with_65_days_left_an_extension_shortens_to_30_and_is_confirmed_as_such(desk: Desk, running: Standing) -> None:
    order = shipping.ship(desk.session, running, eula_expires_on=date(2026, 5, 1))
    later = desk.on(25)

    preview = managing.extension_preview(desk.session, running.trial.id, **later.when)
    code = code_of(lambda: managing.extend_trial(desk.session, running.trial.id, **later.when))
    extended = managing.extend_trial(desk.session, running.trial.id, confirm_shorter=True, **later.when)

    assert (preview.from_on - later.now.date()).days == 65
    assert (preview.shortens, code) == (True, "extension-shortens")
    assert extended.days_left == 30
    assert shipping.eula_dates(desk.session, order) == {date(2026, 5, 1)}


def test_an_extension_counts_from_today_and_can_be_repeated(desk: Desk, running: Standing) -> None:
    for days in (80, 100):
        extended = managing.extend_trial(desk.session, running.trial.id, **desk.on(days).when)

        assert extended.trial.expires_on == TODAY + timedelta(days=days + 30)


def test_extending_is_possible_until_the_end_of_grace(desk: Desk, running: Standing) -> None:
    extended = managing.extend_trial(desk.session, running.trial.id, **desk.on(90 + 30).when)

    assert (extended.phase, extended.days_left) == (Phase.RUNNING, 30)


def test_after_grace_nothing_can_be_extended(desk: Desk, running: Standing) -> None:
    later = desk.on(90 + 31)

    assert code_of(lambda: managing.extend_trial(desk.session, running.trial.id, **later.when)) == "final"


@pytest.mark.parametrize("deed", ["extend", "cancel"])
def test_a_mail_about_an_expiry_that_is_no_more_is_not_sent(desk: Desk, running: Standing, deed: str) -> None:
    later = desk.on(84).when
    waiting = OutboxMail(
        key="soon",
        kind=MailKind.EXPIRY_SOON,
        to_email="beheer@hu.example",
        language="en",
        params={},
        trial_id=running.trial.id,
        created_at=desk.now,
    )
    desk.session.add(waiting)
    desk.session.flush()

    if deed == "extend":
        managing.extend_trial(desk.session, running.trial.id, **later)
    else:
        managing.cancel(desk.session, running.trial.id, confirmed=True, **later)

    assert trying.mails(desk.session, MailKind.EXPIRY_SOON) == []


def test_services_are_added_and_taken_off(desk: Desk, running: Standing) -> None:
    managing.change_services(desk.session, running.trial.id, CALLING, Quantities(), **desk.when)

    on_trial = select(TrialService.service).where(TrialService.ended_at.is_(None))
    assert desk.session.scalars(on_trial).all() == [Service.CALLING]


def test_a_service_taken_off_may_come_back(desk: Desk, running: Standing) -> None:
    managing.change_services(desk.session, running.trial.id, CALLING, Quantities(), **desk.when)

    managing.change_services(desk.session, running.trial.id, CALLING | MESSAGING, Quantities(), **desk.when)

    on_trial = select(TrialService.service).where(TrialService.ended_at.is_(None)).order_by(TrialService.service)
    assert desk.session.scalars(on_trial).all() == [Service.CALLING, Service.MESSAGING]


def test_added_services_are_free_ones_with_their_quantities(session: Session, desk: Desk) -> None:
    customer = trying.customer(session, of=session.get_one(Partner, desk.by.partner_id), bought=["Webex Meetings"])
    standing = desk.start_paying(customer, CALLING)

    def change(services: frozenset[Service]) -> str:
        return code_of(
            lambda: managing.change_services(session, standing.trial.id, services, Quantities(), **desk.when)
        )

    assert change(CALLING | MEETINGS) == "service-bought"
    assert change(CALLING | trying.DEVICES) == "registration-quantity"
    assert change(frozenset()) == "no-service"


def test_an_added_site_has_an_address_that_nobody_has(desk: Desk, running: Standing) -> None:
    url, zone = "hu.webex.com", "Europe/Amsterdam"
    details = trying.details(MEETINGS, site_url=url, site_zone=zone)
    starting.start_for_new_customer(desk.session, trying.company(email="other@hu.example"), details, **desk.when)
    site = Quantities(site_url=url, site_zone=zone)

    code = code_of(lambda: managing.change_services(desk.session, running.trial.id, MEETINGS, site, **desk.when))

    assert code == "site-url-taken"


def test_cancelling_asks_first_and_ends_at_once(desk: Desk, running: Standing) -> None:
    order = shipping.ship(desk.session, running, eula_expires_on=date(2026, 5, 1))

    code = code_of(lambda: managing.cancel(desk.session, running.trial.id, confirmed=False, **desk.when))
    cancelled = managing.cancel(desk.session, running.trial.id, confirmed=True, **desk.when)

    assert code == "cancel-not-confirmed"
    assert (cancelled.phase, cancelled.trial.ended_at) == (Phase.CANCELLED, desk.now)
    assert desk.session.scalars(select(TrialService.ended_at)).all() == [desk.now]
    assert shipping.eula_dates(desk.session, order) == {date(2026, 5, 1)}
    assert shipping.out(desk.session, order) == 1


def test_a_customer_that_is_set_up_is_welcomed_once(desk: Desk, running: Standing) -> None:
    for day in range(2):
        setting_up.set_up(desk.session, running.trial.id, [ZOE], **desk.on(day).when)

    assert trying.mails(desk.session, MailKind.WELCOME) == ["beheer@hu.example"]
    assert desk.session.scalars(select(CustomerUser.licences)).all() == ["messaging"]


def test_users_are_as_they_are_given_last(desk: Desk, running: Standing) -> None:
    bo = NewUser(name="Bo", email="bo@hu.example", licences=MESSAGING)
    setting_up.set_up(desk.session, running.trial.id, [ZOE, bo], **desk.when)

    setting_up.set_up(desk.session, running.trial.id, [bo], **desk.when)

    assert desk.session.scalars(select(CustomerUser.email)).all() == ["bo@hu.example"]


@pytest.mark.parametrize(
    ("users", "code"),
    [
        ([NewUser(name=" ", email="zoe@hu.example", licences=MESSAGING)], "user-name"),
        ([NewUser(name="Zoë", email="zoe", licences=MESSAGING)], "bad-email"),
        ([ZOE, ZOE], "user-twice"),
        ([NewUser(name="Zoë", email="zoe@hu.example", licences=CALLING)], "licence-not-on-trial"),
        ([NewUser(name="Zoë", email="zoe@hu.example", licences=MESSAGING, number="+31201234567")], "bad-phone-number"),
        ([NewUser(name="Z", email=f"z{n}@hu.example", licences=MESSAGING) for n in range(101)], "too-few-licences"),
    ],
)
def test_users_are_given_completely(desk: Desk, running: Standing, users: list[NewUser], code: str) -> None:
    assert code_of(lambda: setting_up.set_up(desk.session, running.trial.id, users, **desk.when)) == code


def test_interest_is_shown_and_told_once_for_each_administrator(desk: Desk, running: Standing) -> None:
    for _ in range(2):
        managing.show_interest(desk.session, interest_link(desk.session, running), policy=desk.policy, now=desk.now)

    assert running.trial.interest_at == desk.now
    assert trying.mails(desk.session, MailKind.INTEREST) == [f"ada.{desk.by.partner_id}@sales.example"]


def test_after_grace_it_lapses_once_and_users_move_for_good(desk: Desk, running: Standing) -> None:
    setting_up.set_up(desk.session, running.trial.id, [ZOE], **desk.when)

    before = lapsing.lapse(desk.session, policy=desk.policy, now=desk.on(90 + 30).now)
    lapsed, again = (lapsing.lapse(desk.session, policy=desk.policy, now=desk.on(90 + 31).now) for _ in range(2))

    assert (before, lapsed, again) == ([], [running.trial.id], [])
    assert desk.session.scalars(select(CustomerUser.moved_at)).one() == desk.on(90 + 31).now


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "Europe/Amsterdam"])
def test_a_trial_lapses_when_the_day_begins_where_the_customer_is(session: Session, desk: Desk, zone: str) -> None:
    partner = session.get_one(Partner, desk.by.partner_id)
    standing = desk.start_paying(trying.customer(session, of=partner, zone=zone))
    assert standing.calendar
    midnight = shipping.midnight(standing.calendar.lapses_on, zone)

    a_second_before = lapsing.lapse(session, policy=desk.policy, now=midnight - timedelta(seconds=1))
    then = lapsing.lapse(session, policy=desk.policy, now=midnight)

    assert (a_second_before, then) == ([], [standing.trial.id])


def test_numbers_are_kept_fifteen_days_after_grace(session: Session, desk: Desk) -> None:
    standing = desk.running(trying.customer(session))
    user = NewUser(name="Zoë", email="zoe@customer.example", licences=CALLING, number="+31 20 123 4567")
    setting_up.set_up(session, standing.trial.id, [user], **desk.when)
    lapsing.lapse(session, policy=desk.policy, now=desk.on(90 + 31).now)

    kept = lapsing.release_numbers(session, policy=desk.policy, now=desk.on(90 + 45).now)
    released = [lapsing.release_numbers(session, policy=desk.policy, now=desk.on(90 + 46).now) for _ in range(2)]

    assert (kept, released) == ([], [[standing.trial.id], []])
    assert session.scalars(select(PhoneNumber.released_at)).one() == desk.on(90 + 46).now


def test_another_partners_trial_is_not_there(session: Session, desk: Desk, running: Standing) -> None:
    other = Desk(session, desk.policy, trying.seller(session, trying.partner(session, "Zuiderzee"), "Zoë"))

    assert code_of(lambda: managing.extend_trial(session, running.trial.id, **other.when)) == "not-found"
