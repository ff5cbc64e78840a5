"""Names and addresses as long as they may be go through every deed, its mails and its history, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import writing
from rmatrack.db.mail import OutboxMail
from rmatrack.db.people import Partner, Person
from rmatrack.domain.answers import AnswerKind, Said
from rmatrack.domain.conversion import Contact, Order
from rmatrack.domain.mails import LinkPurpose, MailKind
from rmatrack.domain.policy import Policy
from rmatrack.services import consent, converting, managing
from rmatrack.services.answers import answer
from tests.ladder.loans import Loans, local
from tests.trials import trying
from tests.trials.trying import CALLING, Desk

NAME = "ij" * 100
DUE_ON = date(2026, 5, 11)


def longest(start: str) -> str:
    """An address of 254 characters."""
    return f"{start.ljust(64, 'm')}@{'x' * 60}.{'y' * 60}.{'z' * 56}.example.nl"


@pytest.fixture
def desk(session: Session, policy: Policy) -> Desk:
    """The desk of somebody who has the longest name and address, as has their partner."""
    by = trying.seller(session, trying.partner(session, NAME.upper()), NAME[:100])
    person = session.get_one(Person, by.person_id)
    person.name, person.email = NAME, longest("ada")
    session.flush()
    return Desk(session, policy, by)


def test_consent_is_asked_and_given_and_the_trial_converted(session: Session, desk: Desk) -> None:
    customer = trying.customer(session, f"{NAME[:199]}!")
    for administrator in session.scalars(select(CustomerAdministrator)):
        administrator.email = longest(f"boss{administrator.id}")
    asked = desk.ask(customer, email=longest("boss2"))
    link = trying.consent_link(session, asked, longest("boss1"))

    consent.accept(session, link, full_administrator=True, policy=desk.policy, now=desk.now)
    running = managing.provision(session, asked.trial.id, trying.details(CALLING), **desk.when)
    managing.show_interest(session, trying.interest_link(session, running), policy=desk.policy, now=desk.now)
    order = Order(number="W" * 40, services=CALLING, contact=Contact.CUSTOMER)
    converting.convert(session, asked.trial.id, order, **desk.when)

    assert set(session.scalars(select(OutboxMail.kind))) >= {
        MailKind.CONSENT_REQUEST_COPY,
        MailKind.CONSENT_ACCEPTED,
        MailKind.TRIAL_STARTED,
        MailKind.INTEREST,
        MailKind.CONVERSION_SUMMARY,
    }


def test_reminders_are_sent_and_answered(engine: Engine, policy: Policy) -> None:
    loans = Loans(engine, policy)
    loan = loans.ship(DUE_ON)
    now = local(loan.zone, DUE_ON + timedelta(days=30))
    with writing(engine) as session:
        session.execute(update(Partner).values(name=NAME))
        session.execute(update(Customer).values(name=NAME))
        session.execute(update(CustomerAdministrator).values(email=longest("boss")))
        for person in session.scalars(select(Person)):
            person.email = longest(f"person{person.id}")

    told = loans.sweep(now)
    for purpose, said in (
        (LinkPurpose.RETURN_BUY, Said(kind=AnswerKind.BUY, unit_ids=loan.unit_ids, note="n" * 500)),
        (LinkPurpose.RETURN_LOST, Said(kind=AnswerKind.LOST, unit_ids=loan.unit_ids, note="n" * 500)),
    ):
        with writing(engine) as session:
            answer(session, loan.link(purpose, now.date()), said, policy=policy, now=now)

    assert told == 4
    assert loans.kinds(loan, longest("person1")) == ["return-overdue", "return-wish"]
