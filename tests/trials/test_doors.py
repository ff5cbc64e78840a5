"""The three doors by which a trial comes to be, each from its beginning to a trial that runs (SPEC T-4 – T-15)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer, SalesRelationship
from rmatrack.db.mail import OutboxMail
from rmatrack.db.people import Partner
from rmatrack.db.trials import TrialService
from rmatrack.domain.mails import LinkPurpose, MailKind
from rmatrack.domain.people import Role
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Door, PartnerRole, Phase
from rmatrack.services import consent, managing, parcels, starting
from rmatrack.services.links import Links
from tests.trials import trying
from tests.trials.trying import Desk


def test_a_new_customer_is_on_trial_at_once(session: Session, desk: Desk) -> None:
    standing = desk.start_new()

    assert (standing.trial.door, standing.phase) == (Door.NEW, Phase.RUNNING)
    assert standing.trial.expires_on == date(2026, 3, 2) + timedelta(days=90)
    assert standing.trial.set_up_at is None
    assert (standing.customer.region, standing.customer.zone) == ("eu", "Europe/Amsterdam")
    assert session.scalars(select(SalesRelationship.role)).all() == [PartnerRole.FULL]
    assert session.scalars(select(TrialService.service)).all() == [Service.MESSAGING]


def test_a_new_customer_may_share_its_name_with_another(session: Session, desk: Desk) -> None:
    first = desk.start_new("one@hu.example")

    second = desk.start_new("two@hu.example")

    assert first.customer.name == second.customer.name
    assert first.customer.org_id != second.customer.org_id


def test_devices_chosen_at_the_start_wait_to_be_shipped(session: Session, desk: Desk) -> None:
    starting.start_for_new_customer(
        session,
        trying.company(),
        trying.details(trying.DEVICES, no_devices_because=None),
        parcel=trying.parcel(CS_KIT_K9=2),
        **desk.when,
    )

    (waiting,) = parcels.waiting_devices(
        session, seen_by=trying.inside(Role.LOGISTICS), policy=desk.policy, now=desk.now
    )
    assert [(line.model, line.quantity) for line in waiting.parcel.lines] == [("CS-KIT-K9", 2)]
    assert waiting.is_ready


def test_an_existing_customer_consents_and_is_then_provisioned(session: Session, desk: Desk) -> None:
    customer = trying.customer(session)

    asked = desk.ask(customer)
    written_to = trying.mails(session, MailKind.CONSENT_REQUEST)
    accepted = consent.accept(
        session, trying.consent_link(session, asked), full_administrator=True, policy=desk.policy, now=desk.now
    )
    running = managing.provision(session, asked.trial.id, trying.details(trying.CALLING), **desk.when)

    assert asked.phase is Phase.PENDING_CONSENT
    assert accepted.phase is Phase.PENDING_PROVISIONING
    assert running.phase is Phase.RUNNING
    assert running.trial.starts_on == date(2026, 3, 2)
    assert written_to == ["admin1@customer.example"]
    assert trying.mails(session, MailKind.CONSENT_REQUEST) == []  # Answered, the request is not worth sending.
    assert trying.mails(session, MailKind.CONSENT_ACCEPTED) == [f"ada.{desk.by.partner_id}@sales.example"]


@pytest.mark.parametrize("given", ["helpdesk1@customer.example", "somebody@customer.example"])
def test_where_the_address_given_cannot_consent_the_full_administrators_are_asked_too(
    session: Session, desk: Desk, given: str
) -> None:
    customer = trying.customer(session)

    starting.request_for_existing_customer(
        session,
        given,
        trying.details(trying.CALLING),
        org_id=customer.org_id,
        organisation_confirmed=True,
        **desk.when,
    )

    assert trying.mails(session, MailKind.CONSENT_REQUEST) == [given]
    assert trying.mails(session, MailKind.CONSENT_REQUEST_COPY) == ["admin1@customer.example"]


def test_the_two_roles_that_consent_gives_differ_in_the_relationship(session: Session, desk: Desk) -> None:
    desk.accepted(trying.customer(session, number=1), full=False)
    desk.accepted(trying.customer(session, number=2), full=True)

    roles = select(SalesRelationship.role).join(Customer, Customer.id == SalesRelationship.customer_id)
    assert session.scalars(roles.order_by(Customer.org_id)).all() == [PartnerRole.PROVISIONING, PartnerRole.FULL]


def test_a_paying_customer_is_told_of_what_it_tries(session: Session, desk: Desk) -> None:
    customer = trying.customer(session, of=session.get_one(Partner, desk.by.partner_id), bought=["Webex Meetings"])

    standing = desk.start_paying(customer, trying.CALLING)

    assert standing.phase is Phase.RUNNING
    assert trying.mails(session, MailKind.TRIAL_STARTED) == ["admin1@customer.example", "helpdesk1@customer.example"]


def test_a_mail_carries_links_for_its_reader_alone(session: Session, desk: Desk) -> None:
    standing = desk.ask(trying.customer(session))

    (links,) = session.scalars(select(OutboxMail.links).where(OutboxMail.kind == MailKind.CONSENT_REQUEST))

    assert [link["purpose"] for link in links] == [LinkPurpose.CONSENT]
    assert links[0]["administrator_id"] == trying.administrator(session, standing).id


def test_a_link_reads_as_it_was_written(session: Session, desk: Desk) -> None:
    link = trying.consent_link(session, desk.ask(trying.customer(session)))
    links = Links("only for tests")

    assert links.read(LinkPurpose.CONSENT, links.token(link), now=desk.now) == link
