"""Mail scanners open every link of a mail, often and in odd ways; nothing is decided by that (SPEC R-8, T-12, T-26)."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.attempts import LookUpTries
from rmatrack.db.base import Base
from rmatrack.db.consent import ConsentRequest
from rmatrack.db.conversions import Conversion
from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.domain.answers import PURPOSES
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.policy import Policy
from rmatrack.services.links import Links
from tests.fixtures.app import NOON, Clock
from tests.ladder.loans import Loans
from tests.trials.trying import Desk, customer

LAST_ON = NOON.date() + timedelta(days=30)
PREFETCH = {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender", "X-Moz": "prefetch"}


@pytest.fixture
def links(engine: Engine, policy: Policy, clock: Clock) -> dict[str, Link]:
    """A link of each purpose, each of which its reader could use."""
    loans = Loans(engine, policy)
    loan = loans.ship(clock().date() - timedelta(days=10), country="US")
    with writing(engine) as session:
        desk = Desk(session, policy, loans.by)
        trial = desk.start_new().trial
        desk.ask(customer(session, "Universiteit Twente", number=1))
        request = session.scalars(select(ConsentRequest)).one()
        administrators = {one.email: one.id for one in session.scalars(select(CustomerAdministrator))}
        conversion = Conversion(
            trial_id=trial.id,
            order_number="W10045678",
            services="messaging",
            lost="",
            contact="partner",
            contact_email="ada@example.com",
            contact_name="Ada",
            created_at=NOON,
        )
        session.add(conversion)
        session.flush()
        boss, full = administrators["beheer@hu.example"], administrators["admin1@customer.example"]
        made = [
            Link(LinkPurpose.CONSENT, request.id, full, LAST_ON),
            Link(LinkPurpose.STATUS, trial.id, boss, LAST_ON),
            Link(LinkPurpose.INTEREST, trial.id, boss, LAST_ON),
            Link(LinkPurpose.SET_UP, conversion.id, None, LAST_ON),
            *(loan.link(purpose, LAST_ON) for purpose in PURPOSES),
        ]
    return {link.purpose.value: link for link in made}


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row there is, but how often links were opened."""
    tables = [table for table in Base.metadata.sorted_tables if table is not LookUpTries.__table__]
    with reading(engine) as session:
        return {table.name: sorted(map(tuple, session.execute(select(table))), key=repr) for table in tables}


def test_opening_links_decides_nothing(
    client: FlaskClient, app: APIFlask, engine: Engine, links: dict[str, Link]
) -> None:
    signer, before = Links(app.config["SECRET_KEY"]), everything(engine)

    for purpose, link in links.items():
        token = signer.token(link)
        opened = [client.get(f"/{purpose}/{token}"), client.head(f"/{purpose}/{token}")]
        opened.append(client.get(f"/{purpose}/{token}?answer=accepted&told=yes&said=yes", headers=PREFETCH))
        assert [page.status_code for page in opened] == [200] * 3, purpose
        assert client.get(f"/api/v1/{purpose}-links/{token}").status_code in {200, 405}
        client.options(f"/{purpose}/{token}")

    assert set(links) == {purpose.value for purpose in LinkPurpose}
    assert everything(engine) == before


def test_a_link_of_one_purpose_opens_no_other(client: FlaskClient, app: APIFlask, links: dict[str, Link]) -> None:
    signer = Links(app.config["SECRET_KEY"])

    opened = {
        (purpose, other): client.get(f"/{purpose}/{signer.token(link)}").status_code
        for purpose in links
        for other, link in links.items()
        if other != purpose
    }

    assert set(opened.values()) == {404}
