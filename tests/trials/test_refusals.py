"""Every refusal at the doors by its code: who may not, for whom not, and what was chosen wrong (SPEC T-1 – T-15)."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.people import Partner, Person
from rmatrack.domain.people import Role
from rmatrack.domain.trial_services import Service, UnknownProductError, service_of
from rmatrack.services import managing, organisations, starting
from tests.trials import trying
from tests.trials.trying import CALLING, DEVICES, MESSAGING, Desk, code_of

MEETINGS = frozenset({Service.MEETINGS})


def new(desk: Desk, *, services: frozenset[Service] = MESSAGING, chosen: Any = None, **company: Any) -> str:
    details = trying.details(services, **(chosen or {}))
    return code_of(
        lambda: starting.start_for_new_customer(desk.session, trying.company(**company), details, **desk.when)
    )


def own_partner(desk: Desk) -> Partner:
    return desk.session.get_one(Partner, desk.by.partner_id)


@pytest.mark.parametrize(
    ("role", "code"), [(Role.PARTNER_USER, "not-sales-administrator"), (Role.TRIALS_TEAM, "not-sales-administrator")]
)
def test_only_sales_administrators_start_trials(session: Session, desk: Desk, role: Role, code: str) -> None:
    inside = role is Role.TRIALS_TEAM
    desk.by = trying.inside(role) if inside else trying.seller(session, own_partner(desk), "Pat", role)

    assert new(desk) == code


def test_a_partner_that_is_not_certified_starts_none(desk: Desk) -> None:
    own_partner(desk).certified = False

    assert new(desk) == "partner-not-certified"


def test_a_partner_does_not_try_itself(desk: Desk) -> None:
    assert new(desk, name="noordzee  NETWORKS") == "own-organisation"
    assert new(desk, email=f"ada.{desk.by.partner_id}@sales.example") == "own-organisation"


@pytest.mark.parametrize(
    ("company", "code"),
    [
        ({"name": "  "}, "company-name"),
        ({"email": "beheer"}, "bad-email"),
        ({"vertical": "piracy"}, "unknown-vertical"),
        ({"country": "XX"}, "unknown-country"),
        ({"country": "AQ"}, "no-region"),
        ({"location_confirmed": False}, "location-not-confirmed"),
        ({"zone": "Europe/Atlantis"}, "unknown-zone"),
    ],
)
def test_a_company_is_described_completely(desk: Desk, company: dict[str, Any], code: str) -> None:
    assert new(desk, **company) == code


def test_an_administrators_address_belongs_to_one_organisation(session: Session, desk: Desk) -> None:
    trying.customer(session)

    assert new(desk, email="Admin1@customer.example") == "administrator-email-taken"


@pytest.mark.parametrize(
    ("services", "chosen", "code"),
    [
        (frozenset(), {}, "no-service"),
        (MESSAGING, {"duration_days": 45}, "trial-duration"),
        (MESSAGING, {"licences": 0}, "licence-quantity"),
        (MESSAGING, {"licences": 1001}, "licence-quantity"),
        (DEVICES, {"registrations": 21}, "registration-quantity"),
        (DEVICES, {"no_devices_because": None}, "no-devices-reason"),
        (MEETINGS, {"site_url": "-hu.webex.com", "site_zone": "Europe/Amsterdam"}, "bad-site-url"),
        (MEETINGS, {"site_url": "hu.example.com", "site_zone": "Europe/Amsterdam"}, "bad-site-url"),
        (MEETINGS, {"site_url": "hu.webex.com"}, "site-zone"),
        (MESSAGING, {"site_url": "hu.webex.com", "site_zone": "Europe/Amsterdam"}, "site-without-meetings"),
    ],
)
def test_what_is_chosen_keeps_to_the_programme(
    desk: Desk, services: frozenset[Service], chosen: dict[str, Any], code: str
) -> None:
    assert new(desk, services=services, chosen=chosen) == code


def test_devices_alone_take_registrations_and_no_licences(desk: Desk) -> None:
    details = trying.details(DEVICES, licences=None)

    standing = starting.start_for_new_customer(desk.session, trying.company(), details, **desk.when)

    assert (standing.trial.licences, standing.trial.registrations) == (None, 5)


def test_a_site_address_is_given_once(desk: Desk) -> None:
    site = {"site_url": "https://HU.webex.com/", "site_zone": "Europe/Amsterdam"}
    details = trying.details(MEETINGS, **site)
    starting.start_for_new_customer(desk.session, trying.company(), details, **desk.when)
    consented = desk.accepted(trying.customer(desk.session), MEETINGS)

    assert new(desk, email="other@hu.example", services=MEETINGS, chosen=site) == "site-url-taken"
    assert (
        code_of(lambda: managing.provision(desk.session, consented.trial.id, details, **desk.when)) == "site-url-taken"
    )


def test_a_partner_asks_no_organisation_that_its_own_people_administer(session: Session, desk: Desk) -> None:
    trying.customer(session)
    session.execute(update(Person).where(Person.id == desk.by.person_id).values(email="admin1@customer.example"))

    assert request(desk) == "own-organisation"


def request(desk: Desk, email: str = "admin1@customer.example", org_id: str = "", *, confirmed: bool = True) -> str:
    return code_of(
        lambda: starting.request_for_existing_customer(
            desk.session, email, trying.details(CALLING), org_id=org_id, organisation_confirmed=confirmed, **desk.when
        )
    )


def test_an_organisation_that_nobody_knows_is_not_asked(session: Session, desk: Desk) -> None:
    trying.customer(session)

    assert request(desk, "who@nowhere.example") == "unknown-organisation"
    assert request(desk, org_id="00000000-0000-4000-8000-000000000000") == "unknown-organisation"


def test_address_and_id_belong_together(session: Session, desk: Desk) -> None:
    trying.customer(session, number=1)
    other = trying.customer(session, number=2)

    assert request(desk, org_id=other.org_id) == "email-of-another-organisation"


def test_the_partner_confirms_the_organisation_first(session: Session, desk: Desk) -> None:
    trying.customer(session)

    found = organisations.find_organisation(session, "admin1@customer.example", by=desk.by)

    assert (found.name, found.customer_id) == ("Universiteit Twente", None)
    assert request(desk, confirmed=False) == "organisation-not-confirmed"


def test_a_customer_one_has_is_not_asked(session: Session, desk: Desk) -> None:
    trying.customer(session, of=own_partner(desk))

    assert request(desk) == "relationship-exists"


def test_one_request_at_a_time(session: Session, desk: Desk) -> None:
    desk.ask(trying.customer(session))

    assert request(desk) == "request-pending"


def test_somebody_must_be_able_to_consent(session: Session, desk: Desk) -> None:
    customer = trying.customer(session)
    trying.administrator_named(session, customer, "admin1@customer.example").full = False

    assert request(desk) == "nobody-can-consent"


def test_a_customer_one_does_not_have_is_asked_first(session: Session, desk: Desk) -> None:
    customer = trying.customer(session)

    assert code_of(lambda: desk.start_paying(customer)) == "no-relationship"


def test_a_colleagues_customer_is_the_colleagues(session: Session, desk: Desk) -> None:
    standing = desk.start_new()
    desk.by = trying.seller(session, own_partner(desk), "Bob", Role.SALES_ADMIN)

    assert code_of(lambda: desk.start_paying(standing.customer)) == "colleagues-customer"


def test_what_is_bought_is_not_tried(session: Session, desk: Desk) -> None:
    customer = trying.customer(session, of=own_partner(desk), bought=["Webex Calling"])

    assert code_of(lambda: desk.start_paying(customer, CALLING)) == "service-bought"


@pytest.mark.parametrize("name", ["Webex Calling", "Cisco Webex Calling", "spark call", "Cisco Spark Call"])
def test_one_calling_product_counts_under_its_old_and_new_name(name: str) -> None:
    assert service_of(name) is Service.CALLING


def test_a_product_nobody_knows_is_no_service() -> None:
    assert code_of(lambda: service_of("Netflix")) == UnknownProductError.code


def test_what_somebody_tries_is_not_tried_twice(session: Session, desk: Desk) -> None:
    customer = trying.customer(session, of=own_partner(desk))
    desk.start_paying(customer, CALLING)

    assert code_of(lambda: desk.start_paying(customer, CALLING)) == "service-on-trial"


def test_beside_anothers_trial_the_other_services_are_free(session: Session, desk: Desk, policy: Any) -> None:
    customer = trying.customer(session)
    other = Desk(session, policy, trying.seller(session, trying.partner(session, "Zuiderzee"), "Zoë"))
    other.ask(customer, CALLING)

    assert request(desk) == "service-taken"
    assert desk.ask(customer, MEETINGS).trial.id


def test_what_the_calendar_has_ended_is_free_although_nobody_noted_it(session: Session, desk: Desk) -> None:
    customer = trying.customer(session, of=own_partner(desk))
    first = desk.start_paying(customer, CALLING)

    later = desk.on(90 + 31)
    second = later.start_paying(customer, CALLING)

    session.refresh(first.trial)
    assert (first.trial.status, second.trial.status) == ("lapsed", "active")


def test_in_grace_a_service_is_still_on_trial(session: Session, desk: Desk) -> None:
    customer = trying.customer(session, of=own_partner(desk))
    desk.start_paying(customer, CALLING)

    assert code_of(lambda: desk.on(90 + 30).start_paying(customer, CALLING)) == "service-on-trial"


def test_a_request_that_nobody_answered_holds_nothing(session: Session, desk: Desk, policy: Any) -> None:
    customer: Customer = trying.customer(session)
    other = Desk(session, policy, trying.seller(session, trying.partner(session, "Zuiderzee"), "Zoë"))
    other.ask(customer, CALLING)

    assert code_of(lambda: desk.on(30).ask(customer, CALLING)) == "service-taken"
    assert desk.on(31).ask(customer, CALLING).trial.id
