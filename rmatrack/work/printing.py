"""Printing labels in three steps: numbers in short transactions, paper with none open, release in short ones again.

Where a carrier makes labels itself, it is asked for them between the first two steps, and what it has not made stays
waiting.

Thousands of labels are taken in portions, so that neither memory nor any transaction grows with them; only the file
itself does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from rmatrack.db.engine import reading, writing
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.domain.sentences import Sentence
from rmatrack.paper.papers import Paper
from rmatrack.services.carrier_lines import Lines
from rmatrack.services.label_release import hold, release
from rmatrack.services.label_sheets import Drawn, Held, LabelToDraw, Progress, draw_labels, labels_to_draw
from rmatrack.services.labels import PORTION, LabelPlan, LeftOut, plan_labels
from rmatrack.services.thermal import ThermalFile
from rmatrack.work.buying import buy_due


@dataclass(frozen=True, slots=True)
class Printed:
    """The file (none where no label could be printed), how many labels it has, and what is not in it and why."""

    pdf: bytes | None
    count: int
    left_out: tuple[LeftOut, ...]
    held: tuple[Held, ...]
    warnings: tuple[Sentence, ...]
    waiting: tuple[LeftOut, ...] = ()


def print_labels(
    engine: Engine,
    unit_ids: Sequence[int],
    *,
    paper: Paper,
    policy: Policy,
    by: Actor,
    now: Callable[[], datetime],
    lines: Lines | None = None,
    progress: Progress | None = None,
    dpi: int | None = None,
) -> Printed:
    """Print one label for each unit into one file; *progress* is told of each label that was read back.

    With *dpi* the file is for a thermal printer; raises `NotThermalError` for a paper or printer that there is not.
    """
    plan = plan_and_buy(engine, unit_ids, policy=policy, by=by, now=now, lines=lines)
    drawn = draw(engine, plan.label_ids, paper=paper, dpi=dpi, progress=progress)
    release_in_portions(engine, drawn, paper=paper, dpi=dpi, by=by, now=now)
    return Printed(drawn.pdf, len(drawn.label_ids), plan.left_out, drawn.held, plan.warnings, plan.waiting)


def plan_and_buy(
    engine: Engine,
    unit_ids: Sequence[int],
    *,
    policy: Policy,
    by: Actor,
    now: Callable[[], datetime],
    lines: Lines | None = None,
    refused_since: datetime | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> LabelPlan:
    """Give each unit its label; those that carriers make are asked for at once, where *lines* leads to them."""
    begun_at = refused_since or now()
    plan = plan_in_portions(engine, unit_ids, policy=policy, by=by, now=now, refused_since=refused_since)
    if not plan.waiting or lines is None:
        return plan
    buy_due(engine, lines, now=now, unit_ids=[unit.unit_id for unit in plan.waiting], stopping=stopping)
    return plan_in_portions(engine, unit_ids, policy=policy, by=by, now=now, refused_since=begun_at)


def plan_in_portions(
    engine: Engine,
    unit_ids: Sequence[int],
    *,
    policy: Policy,
    by: Actor,
    now: Callable[[], datetime],
    refused_since: datetime | None = None,
) -> LabelPlan:
    """Give each unit its label, a portion in each transaction."""
    plans = []
    for portion in portions(unit_ids):
        with writing(engine) as session:
            plans.append(plan_labels(session, portion, policy=policy, by=by, now=now(), refused_since=refused_since))
    return LabelPlan(
        label_ids=tuple(label_id for plan in plans for label_id in plan.label_ids),
        unit_ids=tuple(unit_id for plan in plans for unit_id in plan.unit_ids),
        left_out=tuple(unit for plan in plans for unit in plan.left_out),
        warnings=plans[-1].warnings if plans else (),
        waiting=tuple(unit for plan in plans for unit in plan.waiting),
    )


def draw(
    engine: Engine,
    label_ids: Sequence[int],
    *,
    paper: Paper,
    dpi: int | None = None,
    progress: Progress | None = None,
) -> Drawn:
    """Draw labels and read them back; what they say is read a portion at a time."""
    thermal = ThermalFile(paper, dpi) if dpi else None

    def contents() -> Iterator[LabelToDraw]:
        for portion in portions(label_ids):
            with reading(engine) as session:
                to_draw = labels_to_draw(session, portion)
            yield from to_draw

    return draw_labels(contents, paper, progress=progress, thermal=thermal)


def release_in_portions(
    engine: Engine,
    drawn: Drawn,
    *,
    paper: Paper,
    by: Actor,
    now: Callable[[], datetime],
    batch_id: int | None = None,
    dpi: int | None = None,
) -> None:
    """Release what reads back, a portion in each transaction, and hold the rest."""
    for portion in portions(drawn.label_ids):
        with writing(engine) as session:
            release(session, portion, paper=paper, by=by, now=now(), batch_id=batch_id, dpi=dpi)
    with writing(engine) as session:
        hold(session, drawn.held, by=by, now=now())


def portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut *ids* into portions of at most `labels.PORTION`."""
    return (ids[start : start + PORTION] for start in range(0, len(ids), PORTION))
