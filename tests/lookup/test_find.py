"""Every key leads to its order, alone or in a mail, with the reason; and to nothing that one may not see."""

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.answers import ReturnAnswer
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.inspections import WipeCertificate
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma
from rmatrack.domain.inspection import certificate_number
from rmatrack.domain.lookup import Why
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Actor, PartnerId, PersonId, Role
from rmatrack.domain.policy import Policy
from rmatrack.services.lookup import Found, find, find_lines
from tests.queries import count_queries
from tests.web.shipments import ship

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOT_DUE = date(2026, 12, 24)
ORG_ID = "d4432b32-c77d-460a-b323-d4758f53a676"
TRACKING = "1Z999AA10123456784"
WIPE = certificate_number(0)
OLD_TRACKING = "1Z999AA10123456793"
ANNOUNCED, MISTAKEN = "1Z999AA10123457005", "1Z999AA10123457014"
WAYBILL, PIECE = "1234567890", "JD014600003456789012"
NOORDZEE = Actor(PersonId(1), "Anna", Role.PARTNER_USER, PartnerId(1), PERMISSIONS[Role.PARTNER_USER])
CONTOSO = Actor(PersonId(2), "Ben", Role.PARTNER_USER, PartnerId(2), PERMISSIONS[Role.PARTNER_USER])


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Two orders: D4100001 of TU Delft with everything one can look up, D4100002 of another partner's customer."""
    ship(engine, "D4100001", eula_expires_on=NOT_DUE, units=2)
    ship(engine, "D4100002", eula_expires_on=NOT_DUE, customer="Université de Montréal", partner="Contoso Telecom")
    with writing(engine) as writer:
        describe(writer)
    with reading(engine) as reader:
        yield reader


def describe(session: Session) -> None:
    """Give the first order an RMA, labels, an organisation id and an administrator, and its units known serials."""
    order = session.scalars(select(DemoOrder).where(DemoOrder.number == "D4100001")).one()
    rma = Rma(number="R000001L", order_id=order.id, opened_at=NOON)
    session.add(rma)
    session.flush()
    first, second = session.scalars(select(Unit).where(Unit.order_id == order.id).order_by(Unit.id))
    first.serial, first.serial_key = "SAL1819S6LU", "SAL1819S6LU"
    second.serial, second.serial_key = "FNS-1009-J3MT", "FNS1009J3MT"
    session.add_all(
        [
            label(rma, first, 1, OLD_TRACKING, "superseded"),
            label(rma, first, 2, TRACKING, "printed"),
            label(rma, second, 1, WAYBILL, "printed", piece=PIECE),
        ]
    )
    session.add_all([announcement(first, MISTAKEN, "replaced"), announcement(first, ANNOUNCED, "open")])
    session.add(certificate(first))
    customer = session.scalars(select(Customer).where(Customer.name == "TU Delft")).one()
    customer.org_id = ORG_ID
    session.add(CustomerAdministrator(customer_id=customer.id, email="it-admin@tudelft.example"))


def label(rma: Rma, unit: Unit, attempt: int, number: str, state: str, piece: str = "") -> Label:
    return Label(
        rma_id=rma.id,
        unit_id=unit.id,
        attempt=attempt,
        carrier="dhl" if piece else "ups",
        service="return",
        source="specimen",
        number=number,
        piece=piece,
        state=state,
        content={},
        created_at=NOON,
    )


def certificate(unit: Unit) -> WipeCertificate:
    return WipeCertificate(
        number=WIPE,
        unit_id=unit.id,
        method="erased",
        operator="Lotte Dok",
        wiped_at=NOON,
        certified_by="Lotte Dok",
        certified_at=NOON,
    )


def announcement(unit: Unit, number: str, state: str) -> ReturnAnswer:
    """What a customer answered to a reminder: sent, under a number that is on none of our labels."""
    return ReturnAnswer(
        unit_id=unit.id,
        order_id=unit.order_id,
        kind="sent",
        topic="whereabouts",
        state=state,
        carrier="ups",
        tracking=number,
        given_at=NOON,
        given_by="it-admin@tudelft.example",
    )


BASE64_ORG_ID = base64.b64encode(f"ciscospark://us/ORGANIZATION/{ORG_ID}".encode()).decode()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("D4100001", Why.ORDER),
        (" d-4100001 ", Why.ORDER),
        ("R000001L", Why.RMA),
        ("r000001l", Why.RMA),
        (WIPE, Why.WIPE),
        (WIPE.lower(), Why.WIPE),
        (TRACKING, Why.TRACKING),
        ("1z 999 aa1 01 2345 6784", Why.TRACKING),
        (OLD_TRACKING, Why.OLD_TRACKING),
        (ANNOUNCED, Why.TRACKING),
        ("12 3456 7890", Why.TRACKING),
        (PIECE, Why.TRACKING),
        (f"J{PIECE}", Why.TRACKING),
        ("SAL1819S6LU", Why.SERIAL),
        ("]C0sal1819s6lu", Why.SERIAL),
        ("fns1009j3mt", Why.SERIAL),
        ("SFNS1009J3MT", Why.SERIAL),
        (ORG_ID, Why.ORG_ID),
        (ORG_ID.upper(), Why.ORG_ID),
        (f"ciscospark://us/ORGANIZATION/{ORG_ID}", Why.ORG_ID),
        (BASE64_ORG_ID, Why.ORG_ID),
        (BASE64_ORG_ID.rstrip("="), Why.ORG_ID),
        ("IT-Admin@TUDelft.example", Why.EMAIL),
        ("tu delft", Why.NAME),
        ("Delf", Why.NAME),
    ],
)
def test_each_key_leads_to_its_order_and_says_why(session: Session, policy: Policy, typed: str, why: Why) -> None:
    found = look_up(session, typed, policy)

    assert [match.order.number for match in found.matches if match.order] == ["D4100001"]
    assert {reason.why for reason in found.matches[0].reasons} == {why}
    assert found.only
    assert found.missing == []


@pytest.mark.parametrize("typed", ["montreal", "UNIVERSITE DE", "Montréal", "université  de"])
def test_a_name_is_found_whatever_its_case_and_accents(session: Session, policy: Policy, typed: str) -> None:
    found = look_up(session, typed, policy)

    assert found.only
    assert found.only.number == "D4100002"


@pytest.mark.parametrize("typed", ["%", "_____", "ab%cd", "", "   ", "\x00", "nobody at all", MISTAKEN])
def test_what_means_nothing_finds_nothing(session: Session, policy: Policy, typed: str) -> None:
    assert look_up(session, typed, policy).matches == []


def test_a_mail_leads_to_every_order_in_it(session: Session, policy: Policy) -> None:
    mail = f"""Hi team,

    we would like to send back FNS-1009-J3MT and sal1819s6lu (label {TRACKING}),
    order D4100001. What about D4100002, and FOC9999ZZZZ?

    Kind regards, it-admin@tudelft.example
    """

    found = look_up(session, mail, policy)

    orders = {match.order.number: {reason.why for reason in match.reasons} for match in found.matches if match.order}
    assert orders == {"D4100001": {Why.SERIAL, Why.TRACKING, Why.ORDER, Why.EMAIL}, "D4100002": {Why.ORDER}}
    assert [key.value for key in found.missing] == ["FOC9999ZZZZ"]
    assert found.only is None


def test_a_serial_that_went_out_again_leads_to_both_loans(session: Session, engine: Engine, policy: Policy) -> None:
    session.close()
    ship(engine, "D4100003", eula_expires_on=NOT_DUE, received_at=NOON)
    with writing(engine) as writer:
        last = writer.scalars(select(Unit).order_by(Unit.id.desc()).limit(1)).one()
        last.serial, last.serial_key = "SAL1819S6LU", "SAL1819S6LU"

    with reading(engine) as reader:
        found = look_up(reader, "SAL1819S6LU", policy)

    whys = {match.order.number: match.reasons[0].why for match in found.matches if match.order}
    assert whys == {"D4100001": Why.SERIAL, "D4100003": Why.EARLIER_LOAN}
    assert found.matches[0].order
    assert found.matches[0].order.number == "D4100001"


def test_a_customer_without_orders_is_found_too(session: Session, engine: Engine, policy: Policy) -> None:
    session.close()
    with writing(engine) as writer:
        writer.add(
            Customer(
                org_id="00000000-0000-4000-8000-000000000001",
                name="ETH Zürich",
                name_key="eth zurich",
                country="CH",
                zone="Europe/Zurich",
                created_at=NOON,
            )
        )

    with reading(engine) as reader:
        found = look_up(reader, "ETH Zurich", policy)

    assert [(match.customer, match.order) for match in found.matches] == [("ETH Zürich", None)]


@pytest.mark.parametrize(
    "typed",
    [
        "D4100001",
        "R000001L",
        WIPE,
        TRACKING,
        OLD_TRACKING,
        ANNOUNCED,
        WAYBILL,
        "SAL1819S6LU",
        ORG_ID,
        "it-admin@tudelft.example",
        "delft",
    ],
)
def test_another_partner_finds_nothing_by_any_key(session: Session, policy: Policy, typed: str) -> None:
    theirs = find(session, typed, seen_by=CONTOSO, now=NOON, policy=policy)
    own = find(session, typed, seen_by=NOORDZEE, now=NOON, policy=policy)

    assert theirs.matches == []
    assert own.only


def test_the_number_of_questions_does_not_depend_on_the_keys(session: Session, engine: Engine, policy: Policy) -> None:
    mail = " ".join(
        ["D4100001 D4100002 R000001L SAL1819S6LU", TRACKING, ORG_ID, *(f"FOC2222{n:04d}" for n in range(99))]
    )

    with count_queries(engine) as one:
        look_up(session, "D4100001", policy)
    with count_queries(engine) as many:
        look_up(session, mail, policy)

    assert len(one) == len(many) == 1


def test_a_serial_like_a_certificate_s_number_is_found_as_well(
    session: Session, engine: Engine, policy: Policy
) -> None:
    session.close()
    with writing(engine) as writer:
        last = writer.scalars(select(Unit).order_by(Unit.id.desc()).limit(1)).one()
        last.serial = last.serial_key = certificate_number(7)

    with reading(engine) as reader:
        found = look_up(reader, certificate_number(7), policy)

    assert found.only
    assert found.only.number == "D4100002"


def test_a_line_for_programs_says_why_first(session: Session, policy: Policy) -> None:
    lines = find_lines(look_up(session, "SAL1819S6LU", policy).matches)

    assert lines == ["serial\tD4100001\tR000001L\tTU Delft\tNoordzee Networks\t2/2"]


def look_up(session: Session, text: str, policy: Policy) -> Found:
    return find(session, text, seen_by=SYSTEM, now=NOON, policy=policy)
