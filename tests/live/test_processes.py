"""Two workers never take one number from a block, in whatever processes they run."""

import subprocess
import sys

from sqlalchemy import Engine, select

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.engine import make_engine, reading, writing
from rmatrack.db.labels import Label
from rmatrack.domain.people import SYSTEM
from rmatrack.services.labels import plan_labels
from tests.carriers.stand_in import StandIn
from tests.labels.places import NOW, POLICY, ship
from tests.live.world import Live

PROCESSES = 3


def test_processes_that_print_at_once_never_share_a_number(
    engine: Engine, database_url: str, stand_in: StandIn
) -> None:
    Live(engine, stand_in).enter(Carrier.UPS, SourceKind.RANGE)
    shares = [ship(engine, 4) for _ in range(PROCESSES)]

    workers = [
        subprocess.Popen([sys.executable, "-m", __name__, database_url, *map(str, units)])  # noqa: S603  Our own.
        for units in shares
    ]
    ended = [worker.wait(timeout=60) for worker in workers]

    with reading(engine) as session:
        numbers = session.scalars(select(Label.number).where(Label.source == "range")).all()
    assert ended == [0] * PROCESSES
    assert len(numbers) == len(set(numbers)) == 4 * PROCESSES


if __name__ == "__main__":
    own = make_engine(sys.argv[1])
    for unit in sys.argv[2:]:
        with writing(own) as step:
            plan_labels(step, [int(unit)], policy=POLICY, by=SYSTEM, now=NOW)
