"""Whatever happens in whatever order, nobody is told twice, and a charge is proposed for what is out alone."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from rmatrack.db.engine import make_engine, reading, writing
from rmatrack.db.orders import Unit
from rmatrack.db.unit_notices import UnitNotice
from rmatrack.domain.answers import AnswerKind, Said
from rmatrack.domain.labels import LabelState
from rmatrack.domain.mails import LinkPurpose
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.policy import Policy
from rmatrack.services.answers import answer
from rmatrack.services.settling import settle
from tests.fixtures.databases import sqlite_file_url
from tests.ladder.loans import WINDOW_DAYS, Loan, Loans, local

DUE_ON = date(2026, 5, 11)
UNDECIDED = {"proposed", "notified"}
HAPPENINGS = st.lists(
    st.sampled_from(("sweep", "sweep", "sweep", "receive", "move", "extend", "settle", "lost")), min_size=4, max_size=6
)


@contextmanager
def empty(template: Path, policy: Policy) -> Iterator[Loans]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "rmatrack.sqlite3")
        file.write_bytes(template.read_bytes())
        engine = make_engine(sqlite_file_url(file))
        yield Loans(engine, policy)
        engine.dispose()


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=HAPPENINGS, steps=st.lists(st.integers(1, 16), min_size=6, max_size=6))
def test_whatever_happens_a_charge_is_for_what_is_out(
    sqlite_template: Path, policy: Policy, happenings: list[str], steps: list[int]
) -> None:
    with empty(sqlite_template, policy) as loans:
        loan = loans.ship(DUE_ON)
        loans.label(loan, LabelState.PRINTED)
        day, ended = -8, False
        for happening, step in zip(happenings, steps, strict=False):
            day += step
            now = local(loan.zone, DUE_ON + timedelta(days=day))
            before = told(loans)
            ended = happens(loans, loan, happening, now, ended=ended)
            loans.sweep(now)
            loans.sweep(now)

            assert not ended or told(loans) == before
            holds(loans, loan, now)


def happens(loans: Loans, loan: Loan, happening: str, now: datetime, *, ended: bool) -> bool:
    """Let something happen to the device, if it can; return whether it is on its way, back or settled."""
    match happening:
        case "receive" if not is_settled(loans):
            loans.receive(loan, now)
        case "move":
            loans.move_label(loan, LabelState.IN_TRANSIT)
        case "extend" if not is_settled(loans):
            loans.extend(loan, now.date() + timedelta(days=20))
            return ended
        case "settle" if not is_settled(loans):
            with writing(loans.engine) as session:
                settle(session, loan.unit_ids[0], UnitStatus.BOUGHT, reason="Paid", by=SYSTEM, now=now)
        case "lost" if not is_settled(loans):
            link = loan.link(LinkPurpose.RETURN_LOST, DUE_ON + timedelta(days=900))
            with writing(loans.engine) as session:
                said = Said(kind=AnswerKind.LOST, unit_ids=loan.unit_ids, note="Gone")
                answer(session, link, said, policy=loans.policy, now=now)
            return ended
        case _:
            return ended
    return True


def holds(loans: Loans, loan: Loan, now: datetime) -> None:
    """Assert what is true of a device and its charges at any time."""
    with reading(loans.engine) as session:
        unit = session.scalars(select(Unit)).one()
    due_on = unit.eula_expires_on + timedelta(days=WINDOW_DAYS)
    for charge in loans.charges(loan):
        if charge.state in UNDECIDED:
            assert unit.settled_at is None
            assert charge.eula_expires_on == unit.eula_expires_on
            assert now.date() >= due_on + timedelta(days=37)
    assert sum(charge.state in UNDECIDED for charge in loans.charges(loan)) <= 1
    assert all(count == 1 for count in Counter(loans.told(loan, charges=False)).values())


def is_settled(loans: Loans) -> bool:
    with reading(loans.engine) as session:
        return session.scalars(select(Unit.settled_at)).one() is not None


def told(loans: Loans) -> int:
    with reading(loans.engine) as session:
        return len(session.scalars(select(UnitNotice.step)).all())
