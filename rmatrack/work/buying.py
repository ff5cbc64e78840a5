"""The job that asks carriers: for labels that are wanted, about answers that were lost, to take numbers back.

It runs when somebody wants a label and every minute besides, so that what waits is tried again. Several workers may do
it at once: each turn is one worker's alone.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rmatrack.db.engine import reading, writing
from rmatrack.db.intents import due_intents, due_voids, intents_to_look_back
from rmatrack.domain.errors import ConflictError
from rmatrack.services.account_news import tell_of_accounts
from rmatrack.services.buying import begin_look_back, begin_turn, finish_turn, wake
from rmatrack.services.buying_turns import Turn
from rmatrack.services.carrier_lines import Lines
from rmatrack.services.voiding import begin_void, finish_void
from rmatrack.work.late_labels import mail_late_labels
from rmatrack.work.tools import Tools

AT_ONCE = 4
"""So many questions to carriers at a time; a label takes a second or two."""

PORTION = 100
MOST_TURNS = 5
"""So often one thing is taken up in one go; more often means that others take it up too."""

Begin = Callable[[Session, int], Turn | None]


def ask_carriers(tools: Tools) -> None:
    """Ask whatever is due, until nothing is; then tell of accounts that need somebody."""
    if tools.lines is None:
        return
    engine, lines, now, stopping = tools.engine, tools.lines, tools.now, tools.stopping
    buy_due(engine, lines, now=now, stopping=stopping)
    void_due(engine, lines, now=now, stopping=stopping)
    look_back(engine, lines, now=now, stopping=stopping)
    mail_late_labels(tools)
    with writing(engine) as session:
        wake(session)
        tell_of_accounts(session, now=now())


def buy_due(
    engine: Engine,
    lines: Lines,
    *,
    now: Callable[[], datetime],
    unit_ids: Collection[int] | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Take the turns that are due, of all labels wanted or of those for some units."""

    def due() -> Sequence[int]:
        with reading(engine) as session:
            return due_intents(session, now(), unit_ids=unit_ids, limit=PORTION)

    def turn(intent_id: int) -> None:
        _take_turn(engine, lines, now, lambda session: begin_turn(session, intent_id, now=now()))

    _work_off(due, turn, stopping)


def void_due(
    engine: Engine, lines: Lines, *, now: Callable[[], datetime], stopping: Callable[[], bool] = lambda: False
) -> None:
    """Have numbers taken back that nobody uses."""

    def due() -> Sequence[int]:
        with reading(engine) as session:
            return due_voids(session, now(), limit=PORTION)

    def take(void_id: int) -> None:
        with writing(engine) as session:
            turn = begin_void(session, void_id, now=now())
        if turn is None:
            return
        outcome = turn.take(lines)
        with writing(engine) as session:
            finish_void(session, turn, outcome, now=now())

    _work_off(due, take, stopping)


def look_back(
    engine: Engine, lines: Lines, *, now: Callable[[], datetime], stopping: Callable[[], bool] = lambda: False
) -> None:
    """Ask once more about labels that were made some time ago: what else was made for them is taken back."""

    def due() -> Sequence[int]:
        with reading(engine) as session:
            return intents_to_look_back(session, now(), limit=PORTION)

    def turn(intent_id: int) -> None:
        _take_turn(engine, lines, now, lambda session: begin_look_back(session, intent_id, now=now()))

    _work_off(due, turn, stopping)
    void_due(engine, lines, now=now, stopping=stopping)


def _take_turn(
    engine: Engine, lines: Lines, now: Callable[[], datetime], begin: Callable[[Session], Turn | None]
) -> None:
    with writing(engine) as session:
        turn = begin(session)
    if turn is None:
        return
    outcome = turn.take(lines, now=now())
    with writing(engine) as session:
        finish_turn(session, turn, outcome, now=now())


def _work_off(due: Callable[[], Sequence[int]], deed: Callable[[int], None], stopping: Callable[[], bool]) -> None:
    """Do *deed* for all that is due, some at a time; what lost a race is somebody else's, or comes again."""

    def alone(row_id: int) -> None:
        if not stopping():
            with suppress(ConflictError):
                deed(row_id)

    for ids in _rounds(due, stopping):
        if len(ids) == 1:
            alone(ids[0])
            continue
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(alone, ids))


def _rounds(due: Callable[[], Sequence[int]], stopping: Callable[[], bool]) -> Iterator[Sequence[int]]:
    """Give what is due, and again what is due then: a doubt is asked about, and then bought."""
    given: Counter[int] = Counter()
    while not stopping() and (ids := [row_id for row_id in due() if given[row_id] < MOST_TURNS]):
        given.update(ids)
        yield ids
