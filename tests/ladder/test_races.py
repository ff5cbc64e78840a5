"""What happens at the same moment ends as if it had happened one after the other."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest

from rmatrack.db.engine import writing
from rmatrack.domain.answers import AnswerKind, AnswerState, Said
from rmatrack.domain.errors import ConflictError
from rmatrack.domain.mails import LinkPurpose
from rmatrack.services.answers import answer
from tests.ladder.loans import ADA, Loan, Loans, local
from tests.ladder.test_answers_story import given

DUE_ON = date(2026, 5, 11)


def at_once(*deeds: Callable[[], object]) -> None:
    """Do *deeds* in threads that begin together; a lost race is done again."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        barrier.wait()
        for _ in range(5):
            try:
                deed()
            except ConflictError:
                continue
            return

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def loan(loans: Loans) -> Loan:
    """A device of which the last reminder was sent a week ago."""
    loan = loans.ship(DUE_ON)
    loans.sweep(local(loan.zone, DUE_ON + timedelta(days=30)))
    return loan


def test_a_receipt_and_a_proposal_at_once_leave_no_charge(loans: Loans, loan: Loan) -> None:
    now = local(loan.zone, DUE_ON + timedelta(days=37))

    at_once(lambda: loans.receive(loan, now), lambda: loans.sweep(now), lambda: loans.sweep(now))
    loans.sweep(now)

    assert loans.states(loan) in ([], ["withdrawn"])


def test_sweeps_at_once_tell_and_propose_once(loans: Loans, loan: Loan) -> None:
    now = local(loan.zone, DUE_ON + timedelta(days=37))

    at_once(*[lambda: loans.sweep(now)] * 3)
    loans.sweep(now)

    assert loans.states(loan) == ["notified"]
    assert loans.kinds(loan, ADA) == ["return-overdue", "charge-proposed"]


def test_two_answers_at_once_leave_one(loans: Loans, loan: Loan) -> None:
    link = loan.link(LinkPurpose.RETURN_LOST, DUE_ON + timedelta(days=90))
    now = datetime(2026, 6, 20, 12, tzinfo=UTC)

    def say(note: str) -> None:
        with writing(loans.engine) as session:
            said = Said(kind=AnswerKind.LOST, unit_ids=loan.unit_ids, note=note)
            answer(session, link, said, policy=loans.policy, now=now)

    at_once(lambda: say("Stolen"), lambda: say("Burnt"), lambda: say("Stolen"))

    assert sum(state == AnswerState.OPEN for _serial, _kind, state, _tracking in given(loans.engine)) == 1
