"""What a partner's program sends about trials, and the customers that it can send it about."""

from typing import Any

from sqlalchemy import Engine, select

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.people import Partner
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.services.links import Links
from tests.api.conftest import Program
from tests.trials import trying

DETAILS: dict[str, Any] = {"services": ["messaging"], "duration_days": 90, "licences": 100}
NEW_CUSTOMER: dict[str, Any] = {
    **DETAILS,
    "company": "Hogeschool Utrecht",
    "email": "beheer@hu.example",
    "vertical": "education",
    "country": "NL",
    "location_confirmed": True,
}
ADDRESS: dict[str, Any] = {
    "models": {"CS-KIT-K9": 1},
    "recipient": "Wim Jansen",
    "phone": "+31 30 123 4567",
    "address_1": "Padualaan 97",
    "city": "Utrecht",
    "postal_code": "3584 CH",
    "country": "NL",
}


def start(program: Program, **other: Any) -> dict[str, Any]:
    """Start a trial for a new customer, with some fields another."""
    return sent(program, "/api/v1/trials/new-customer", 201, **{**NEW_CUSTOMER, **other})


def sent(program: Program, url: str, status: int = 200, **body: Any) -> dict[str, Any]:
    """Send *body* and return the answer, which has *status*."""
    answer = program.post(url, json=body)
    assert answer.status_code == status, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def got(program: Program, url: str) -> dict[str, Any]:
    """Return what is there."""
    answer = program.get(url)
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def refused(program: Program, url: str, method: str = "POST", **body: Any) -> tuple[int, str, str | None]:
    """Send *body* and return status, code and field of the refusal."""
    answer = program.open(url, method=method, json=body)
    assert isinstance(answer.json, dict)
    return answer.status_code, answer.json["code"], answer.json["field"]


def add_customer(engine: Engine, name: str = "Universiteit Twente", *, ours: bool, bought: tuple[str, ...] = ()) -> int:
    """Add an organisation that `admin1@customer.example` administers; *ours* has a relationship with every partner."""
    with writing(engine) as session:
        partner = session.scalars(select(Partner)).one()
        return trying.customer(session, name, of=partner if ours else None, bought=bought).id


def make_partner(engine: Engine, **standing: Any) -> None:
    """Give the one partner another standing: `tier=1`, `certified=False`."""
    with writing(engine) as session:
        partner = session.scalars(select(Partner)).one()
        for name, value in standing.items():
            setattr(partner, name, value)


def consent_token(engine: Engine, secret_key: str, email: str) -> str:
    """Return what stands in an administrator's personal link to the only request for consent."""
    with reading(engine) as session:
        request = session.scalars(select(ConsentRequest)).one()
        one = session.scalars(select(CustomerAdministrator).where(CustomerAdministrator.email == email)).one()
        return Links(secret_key).token(Link(LinkPurpose.CONSENT, request.id, one.id, request.last_on))
