"""A partner is told its order's number for all that proves it, and the same for all that does not (SPEC F-2)."""

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from rmatrack.db.attempts import LookUpTries
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.people import Partner
from rmatrack.db.returns import Rma
from rmatrack.db.trials import Trial
from rmatrack.domain.demo_numbers import (
    MOST_SERIALS,
    PER_ADDRESS,
    PER_PARTNER,
    PER_PERSON,
    WINDOW,
    Claim,
    LoanedUnit,
    NothingClaimedError,
    NothingProvenError,
    TooManyLookUpsError,
    TooManySerialsError,
    orders_proven,
)
from rmatrack.domain.people import PERMISSIONS, Actor, PartnerId, PersonId, Role
from rmatrack.services.demo_numbers import count_ask, demo_numbers
from rmatrack.web.claims import claim_of
from tests.queries import count_queries
from tests.web.shipments import ship

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOT_DUE = date(2026, 12, 24)
ORG_ID = "d4432b32-c77d-460a-b323-d4758f53a676"
OTHER_ORG_ID = "00000000-0000-4000-8000-000000000002"
EMAIL = "it-admin@tudelft.example"


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """D4100001 (two units, one back) and D4100002 of one trial, D4100003 complete, D4100004 of another partner."""
    for number, units in (("D4100001", 2), ("D4100002", 1), ("D4100003", 1)):
        ship(engine, number, eula_expires_on=NOT_DUE, units=units)
    ship(engine, "D4100004", eula_expires_on=NOT_DUE, customer="MIT", partner="Contoso Telecom")
    with writing(engine) as writer:
        _describe(writer)
    with reading(engine) as reader:
        yield reader


def _describe(session: Session) -> None:
    orders = {order.number: order for order in session.scalars(select(DemoOrder))}
    first = orders["D4100001"]
    trial = Trial(partner_id=first.partner_id, customer_id=first.customer_id, expires_on=NOT_DUE, created_at=NOON)
    session.add(trial)
    session.flush()
    first.trial_id = orders["D4100002"].trial_id = trial.id
    for place, order in enumerate(orders.values()):
        complete = NOON if order.number == "D4100003" else None
        session.add(Rma(number=f"R00000{place}X", order_id=order.id, opened_at=NOON, completed_at=complete))
    back = session.scalars(select(Unit).where(Unit.order_id == first.id).order_by(Unit.id)).first()
    assert back
    back.status, back.settled_at, back.received_at = "received", NOON, NOON
    for customer in session.scalars(select(Customer)):
        customer.org_id = ORG_ID if customer.name == "TU Delft" else OTHER_ORG_ID
        email = EMAIL if customer.name == "TU Delft" else "admin@mit.example"
        session.add(CustomerAdministrator(customer_id=customer.id, email=email))


def noordzee(session: Session) -> Actor:
    return partner_user(session, "Noordzee Networks", person=1)


def partner_user(session: Session, partner: str, *, person: int) -> Actor:
    partner_id = session.scalars(select(Partner.id).where(Partner.name == partner)).one()
    role = Role.PARTNER_USER
    return Actor(PersonId(person), "Anna", role, PartnerId(partner_id), PERMISSIONS[role])


def serials(session: Session, *numbers: str) -> frozenset[str]:
    asked = select(Unit.serial_key).join(DemoOrder).where(DemoOrder.number.in_(numbers))
    return frozenset(session.scalars(asked))


BASE64_ORG_ID = base64.b64encode(f"ciscospark://us/ORGANIZATION/{ORG_ID}".encode()).decode()


@pytest.mark.parametrize("org_id", [ORG_ID, ORG_ID.upper(), BASE64_ORG_ID, BASE64_ORG_ID.rstrip("=")])
def test_the_organisation_and_its_administrator_prove_all_open_orders(session: Session, org_id: str) -> None:
    claim = claim_of(org_id, " IT-Admin@TUDelft.example ", "")

    assert demo_numbers(session, claim, seen_by=noordzee(session)) == ["D4100001", "D4100002"]


def test_all_serials_of_an_order_prove_it_those_that_went_back_included(session: Session) -> None:
    claim = Claim(serials=serials(session, "D4100001"))

    assert demo_numbers(session, claim, seen_by=noordzee(session)) == ["D4100001"]


def test_all_serials_of_a_trial_prove_its_orders(session: Session) -> None:
    claim = Claim(serials=serials(session, "D4100001", "D4100002"))

    assert demo_numbers(session, claim, seen_by=noordzee(session)) == ["D4100001", "D4100002"]


def test_everything_else_is_refused_alike(session: Session) -> None:
    own, closed, others = (serials(session, number) for number in ("D4100001", "D4100003", "D4100004"))
    claims = [
        Claim(serials=frozenset(list(own)[:1])),
        Claim(serials=own | {"FOC21229999"}),
        Claim(serials=own | closed),
        Claim(serials=closed),
        Claim(serials=others),
        Claim(serials=frozenset({"NONSENSE1"})),
        Claim(org_id=ORG_ID, emails=frozenset({"admin@mit.example"})),
        Claim(org_id=OTHER_ORG_ID, emails=frozenset({"admin@mit.example"})),
        Claim(org_id=OTHER_ORG_ID, emails=frozenset({EMAIL})),
    ]

    refusals = set()
    for claim in claims:
        with pytest.raises(NothingProvenError) as refused:
            demo_numbers(session, claim, seen_by=noordzee(session))
        refusals.add((refused.value.code, str(refused.value), refused.value.field))

    assert len(refusals) == 1


def test_the_same_questions_are_asked_whatever_is_claimed(session: Session, engine: Engine) -> None:
    by = noordzee(session)
    claims = [
        Claim(serials=serials(session, "D4100004")),
        Claim(serials=frozenset(list(serials(session, "D4100001"))[:1])),
        Claim(serials=frozenset({"NONSENSE1"})),
        Claim(org_id=OTHER_ORG_ID, emails=frozenset({"admin@mit.example"})),
        Claim(org_id=ORG_ID, emails=frozenset({"nobody@tudelft.example"})),
    ]

    asked = []
    for claim in claims:
        with count_queries(engine) as queries, pytest.raises(NothingProvenError):
            demo_numbers(session, claim, seen_by=by)
        asked.append(tuple(queries))
    with count_queries(engine) as told:
        demo_numbers(session, Claim(org_id=ORG_ID, emails=frozenset({EMAIL})), seen_by=by)

    assert len({*asked, tuple(told)}) == 1
    assert len(told) == 3


Order = tuple[frozenset[str], int, bool]
ORDERS = st.lists(
    st.tuples(st.frozensets(st.sampled_from("ABCDEFGH"), min_size=1, max_size=5), st.integers(1, 2), st.booleans()),
    min_size=1,
    max_size=4,
)


@given(ORDERS, st.frozensets(st.sampled_from("ABCDEFGHXY"), min_size=1))
def test_a_subset_of_serials_never_proves_anything(orders: list[Order], known: frozenset[str]) -> None:
    units = [
        LoanedUnit(number, trial, serial, is_open)
        for number, (held, trial, is_open) in enumerate(orders)
        for serial in sorted(held)
    ]

    proven = orders_proven(known, units)

    of_trial = {trial: {unit.serial_key for unit in units if unit.trial_id == trial} for trial in (1, 2)}
    assert proven == {
        number
        for number, (held, trial, is_open) in enumerate(orders)
        if is_open and (known == held or known == of_trial[trial])
    }


@pytest.mark.parametrize(("org_id", "email"), [("", ""), (ORG_ID, ""), ("", EMAIL)])
def test_half_a_pair_is_no_claim(org_id: str, email: str) -> None:
    with pytest.raises(NothingClaimedError):
        claim_of(org_id, email, " \n ")


def test_serials_come_in_lines_or_with_commas_and_blanks() -> None:
    claim = claim_of("", "", "FOC21213GKV, foc-2121-3gkw\r\nSFOC21213GKX FOC21213GKY")

    assert claim.serials == {"FOC21213GKV", "FOC21213GKW", "FOC21213GKX", "FOC21213GKY"}


def test_no_trial_has_so_many_devices() -> None:
    with pytest.raises(TooManySerialsError):
        Claim(serials=frozenset(f"FOC2121{number:04d}" for number in range(MOST_SERIALS + 1)))


@pytest.mark.parametrize(
    ("limit", "asks"),
    [
        (PER_PERSON, lambda n: (1, 1, f"10.0.0.{n}")),
        (PER_PARTNER, lambda n: (n, 1, f"10.0.0.{n}")),
        (PER_ADDRESS, lambda n: (n, n, "10.0.0.1")),
    ],
)
def test_person_partner_and_address_are_counted_each(engine: Engine, limit: int, asks: object) -> None:
    for number in range(limit):
        ask(engine, *asks(number), now=NOON)  # type: ignore[operator]  # A lambda of the parameters.

    with pytest.raises(TooManyLookUpsError) as refused:
        ask(engine, *asks(limit), now=NOON + timedelta(minutes=20))  # type: ignore[operator]  # The same.

    assert refused.value.code == "too-many-look-ups"
    assert refused.value.params == {"minutes": 40}
    ask(engine, *asks(limit), now=NOON + WINDOW)  # type: ignore[operator]  # The same.


def test_many_at_once_do_not_slip_through(engine: Engine) -> None:
    refused = []

    def try_it() -> None:
        try:
            ask(engine, 1, 1, "10.0.0.1", now=NOON)
        except TooManyLookUpsError:
            refused.append(1)

    threads = [Thread(target=try_it) for _ in range(PER_PERSON + 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 6


def test_old_tries_are_forgotten(engine: Engine) -> None:
    ask(engine, 1, 1, "10.0.0.1", now=NOON)

    ask(engine, 2, 2, "10.0.0.2", now=NOON + WINDOW)

    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(LookUpTries)) == 3


def ask(engine: Engine, person: int, partner: int, address: str, *, now: datetime) -> None:
    role = Role.PARTNER_USER
    by = Actor(PersonId(person), "Anna", role, PartnerId(partner), PERMISSIONS[role])
    with writing(engine) as session:
        count_ask(session, by=by, address=address, now=now)
