"""Answers kept for repeated requests are forgotten when the policy says so, however many there are."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.idempotency import IdempotentAnswer
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services import idempotency
from rmatrack.work import forgetting
from rmatrack.work.forgetting import forget_old_answers
from rmatrack.work.tools import Tools
from tests.people import add_person

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_all_that_is_too_old_goes_and_the_rest_stays(
    engine: Engine, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (idempotency, forgetting):
        monkeypatch.setattr(module, "PRUNED_AT_ONCE", 3)
    person = add_person(engine, Role.LOGISTICS)
    kept = policy.terms.answers_kept_days
    with writing(engine) as session:
        session.execute(
            insert(IdempotentAnswer),
            [
                {"person_id": person.id, "key": f"{hours} h", "fingerprint": "", "status": 200, "body": b"{}"}
                | {"at": NOW - timedelta(days=kept, hours=hours)}
                for hours in range(8)
            ],
        )

    forgotten = forget_old_answers(Tools(engine, policy, lambda: NOW))

    assert forgotten == 7
    with reading(engine) as session:
        assert session.scalars(select(IdempotentAnswer.key)).all() == ["0 h"]
