"""Printing in tests: the three steps at once, and a reader that misreads on purpose."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Engine, select

from rmatrack.db.engine import reading
from rmatrack.db.labels import Label
from rmatrack.domain.people import SYSTEM, Actor
from rmatrack.paper.labels import Document
from rmatrack.paper.papers import Paper
from rmatrack.paper.readback import Misread, ReadBack, read_back
from rmatrack.work.printing import Printed, print_labels
from tests.labels.places import NOW, POLICY


def print_them(
    engine: Engine, unit_ids: Sequence[int], *, paper: Paper = Paper.FOUR_BY_SIX, by: Actor = SYSTEM
) -> Printed:
    return print_labels(engine, unit_ids, paper=paper, policy=POLICY, by=by, now=lambda: NOW)


def labels_of(engine: Engine, unit_ids: Sequence[int]) -> list[Label]:
    """The units' labels, oldest first."""
    with reading(engine) as session:
        return list(session.scalars(select(Label).where(Label.unit_id.in_(unit_ids)).order_by(Label.id)))


def misreading(broken: str) -> Callable[[Document], Iterable[ReadBack]]:
    """A reader that sees something else than the tracking number *broken*."""

    def read(document: Document) -> Iterable[ReadBack]:
        for each in read_back(document):
            wrong = Misread("tracking", f"]C0{broken}", "]C01Z5R89390357567127")
            yield ReadBack(each.number, (wrong,)) if each.number == broken else each

    return read
