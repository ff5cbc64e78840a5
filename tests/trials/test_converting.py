"""Converting: who orders where, what would be lost, who sets it up, what becomes of devices (SPEC T-18)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.conversions import Conversion
from rmatrack.db.people import Partner
from rmatrack.db.subscriptions import Subscription
from rmatrack.domain.conversion import Contact, Order
from rmatrack.domain.mails import Link, LinkPurpose, MailKind
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Phase
from rmatrack.services import converting, lapsing, trials
from rmatrack.services.trial_standing import Standing
from tests.trials import shipping, trying
from tests.trials.trying import CALLING, MESSAGING, Desk, code_of

BOTH = CALLING | MESSAGING


@pytest.fixture
def running(desk: Desk) -> Standing:
    return desk.start_new(services=BOTH)


def order(services: frozenset[Service] = BOTH, **more: Any) -> Order:
    return Order(number="WEB-4711", services=services, **more)


def converted(desk: Desk, standing: Standing, **more: Any) -> Conversion:
    return converting.convert(desk.session, standing.trial.id, order(**more), **desk.when)


def set_up(desk: Desk, conversion: Conversion, email: str = "beheer@hu.example", *, checked: bool = True) -> Conversion:
    return converting.set_up_order(
        desk.session,
        Link(LinkPurpose.SET_UP, conversion.id),
        as_contact=Contact.PARTNER,
        administrator_email=email,
        data_checked=checked,
        policy=desk.policy,
        now=desk.now,
    )


def test_an_order_of_everything_converts_the_trial(desk: Desk, running: Standing) -> None:
    converted(desk, running)

    standing = trials.trial_view(desk.session, running.trial.id, seen_by=desk.by, policy=desk.policy, now=desk.now)
    bought = desk.session.scalars(select(Subscription.product).order_by(Subscription.product)).all()
    assert standing.standing.phase is Phase.CONVERTED
    assert bought == ["Webex Calling", "Webex Messaging"]
    assert trying.mails(desk.session, MailKind.SET_UP_SERVICE) == [f"ada.{desk.by.partner_id}@sales.example"]
    assert trying.mails(desk.session, MailKind.CONVERSION_SUMMARY) == [f"ada.{desk.by.partner_id}@sales.example"]


def test_what_would_be_lost_is_listed_and_confirmed(desk: Desk, running: Standing) -> None:
    preview = converting.conversion_preview(desk.session, running.trial.id, CALLING, **desk.when)

    assert (preview.kept, preview.lost) == (CALLING, MESSAGING)
    assert code_of(lambda: converted(desk, running, services=CALLING)) == "losses-not-confirmed"


def test_services_left_out_run_to_expiry_and_are_then_free(session: Session, desk: Desk, running: Standing) -> None:
    converted(desk, running, services=CALLING, confirmed=True)

    assert code_of(lambda: desk.on(90).start_paying(running.customer, MESSAGING)) == "service-on-trial"
    assert desk.on(91).start_paying(running.customer, MESSAGING).phase is Phase.RUNNING
    assert code_of(lambda: desk.on(91).start_paying(running.customer, CALLING)) == "service-bought"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"number": " "}, "paid-order-number"),
        ({"services": frozenset()}, "nothing-ordered"),
        ({"services": frozenset({Service.MEETINGS})}, "nothing-ordered"),
        ({"contact_email": "ada"}, "bad-email"),
    ],
)
def test_an_order_is_given_completely(desk: Desk, running: Standing, given: dict[str, Any], code: str) -> None:
    complete: dict[str, Any] = {"number": "WEB-4711", "services": BOTH} | given

    assert code_of(lambda: converting.convert(desk.session, running.trial.id, Order(**complete), **desk.when)) == code


def test_a_tier_2_partner_goes_through_its_distributor(session: Session, desk: Desk, running: Standing) -> None:
    session.get_one(Partner, desk.by.partner_id).tier = 2

    assert code_of(lambda: converted(desk, running)) == "through-distributor"
    assert converted(desk, running, distributor="Ingram").distributor == "Ingram"


def test_converting_is_possible_in_grace_and_not_after(desk: Desk, running: Standing) -> None:
    assert code_of(lambda: converted(desk.on(90 + 31), running)) == "final"
    assert converted(desk.on(90 + 30), running).id


def test_a_converted_trial_never_lapses(desk: Desk, running: Standing) -> None:
    converted(desk, running)

    assert lapsing.lapse(desk.session, policy=desk.policy, now=desk.on(200).now) == []


def test_devices_go_back_all_the_same(desk: Desk, running: Standing) -> None:
    shipped = shipping.ship(desk.session, running, eula_expires_on=date(2026, 5, 1))

    converted(desk, running)

    assert shipping.eula_dates(desk.session, shipped) == {date(2026, 5, 1)}
    assert shipping.out(desk.session, shipped) == 1


def test_the_customers_administrator_can_be_the_contact(desk: Desk, running: Standing) -> None:
    converted(desk, running, contact=Contact.CUSTOMER)

    assert trying.mails(desk.session, MailKind.SET_UP_SERVICE) == ["beheer@hu.example"]


def test_the_services_are_set_up_once_for_exactly_the_trials_administrator(desk: Desk, running: Standing) -> None:
    conversion = converted(desk, running)

    assert code_of(lambda: set_up(desk, conversion, "beheer2@hu.example")) == "wrong-customer-administrator"
    assert code_of(lambda: set_up(desk, conversion, checked=False)) == "customer-data-not-checked"
    assert set_up(desk, conversion, " Beheer@hu.example").set_up_at == desk.now
    assert code_of(lambda: set_up(desk, conversion)) == "order-set-up"


def test_the_set_up_page_shows_what_is_to_be_checked(desk: Desk, running: Standing) -> None:
    link = Link(LinkPurpose.SET_UP, converted(desk, running).id)

    view = converting.open_set_up(desk.session, link, policy=desk.policy, now=desk.now)

    assert (view.order_number, view.customer, view.is_done) == ("WEB-4711", "Hogeschool Utrecht", False)
    assert frozenset(view.services) == BOTH


def test_another_link_sets_nothing_up(desk: Desk, running: Standing) -> None:
    link = Link(LinkPurpose.STATUS, converted(desk, running).id)

    assert code_of(lambda: converting.open_set_up(desk.session, link, policy=desk.policy, now=desk.now)) == "bad-link"
