"""Promises about two people who import at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma
from rmatrack.domain.errors import ConflictError
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.policy import Policy
from rmatrack.services import imports
from rmatrack.services.imports import Loaded, Preview
from tests.imports.files import DATA, NOW, csv_file, loaded, previewed, row


def load_at_once(engine: Engine, policy: Policy, previews: list[Preview]) -> list[Loaded | ConflictError]:
    """Load each preview in a thread of its own, all starting together."""
    start = Barrier(len(previews))

    def load(shown: Preview) -> Loaded | ConflictError:
        start.wait()
        try:
            with writing(engine) as session:
                return imports.load(session, shown, policy=policy, by=SYSTEM, now=NOW)
        except ConflictError as error:
            return error

    with ThreadPoolExecutor(len(previews)) as threads:
        return list(threads.map(load, previews))


def counted(engine: Engine, model: type[DemoOrder | Unit | Rma]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("attempt", range(3))
def test_overlapping_files_add_each_order_once(engine: Engine, policy: Policy, attempt: int) -> None:
    loaded(engine, csv_file([row()]), policy)
    files = ["shipments.csv", "shipments-nl.csv", "shipments.csv", "shipments-nl.csv"]
    previews = [previewed(engine, (DATA / file).read_bytes(), policy) for file in files]

    answers = load_at_once(engine, policy, previews)

    done = [answer for answer in answers if isinstance(answer, Loaded)]
    assert len(done) == len(files)
    assert sum(answer.new for answer in done) == 21
    assert (counted(engine, DemoOrder), counted(engine, Unit), counted(engine, Rma)) == (22, 45, 22)


@pytest.mark.parametrize("attempt", range(3))
def test_a_serial_claimed_by_two_files_goes_to_one_order_whole(engine: Engine, policy: Policy, attempt: int) -> None:
    claims = [
        csv_file([row(demo_order=number), row(demo_order=number, serial_number=f"FOC21213GK{number[-1]}")])
        for number in ("D4100901", "D4100902")
    ]
    previews = [previewed(engine, claim, policy) for claim in claims]

    answers = load_at_once(engine, policy, previews)

    assert sorted(type(answer).__name__ for answer in answers) == ["ConflictError", "Loaded"]
    assert (counted(engine, DemoOrder), counted(engine, Unit), counted(engine, Rma)) == (1, 2, 1)
