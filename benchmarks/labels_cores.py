"""UPS return labels on all cores: drawn and read back by one process for each, and the floor drawn in the same way."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from math import inf
from multiprocessing import get_context
from time import perf_counter

from benchmarks import labels_floor
from benchmarks.labels import made_labels, read_all, texts_of
from carriers.labels import Label
from rmatrack.paper.labels import draw
from rmatrack.paper.papers import Paper

EACH = 500
"""Labels for each process: as many as a portion of a batch."""
ROUNDS = 3


def lines() -> Iterator[str]:
    """Measure and tell, a line at a time."""
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as processes:
        floor = _best(processes, draw_floor, cores)
        ours = _best(processes, draw_and_read, cores)
    count = EACH * cores
    yield f"labels: floor on {cores} cores, not read    {count / floor:8,.0f} labels/s"
    yield f"labels: drawn and read, {cores} cores       {count / ours:8,.0f} labels/s   {floor / ours:.2f} of the floor"


def draw_and_read(start: int) -> int:
    """Draw the labels from *start* on and read each back; return how many."""
    document = draw(_labels(start), Paper.FOUR_BY_SIX)
    read_all(document)
    return len(document.labels)


def draw_floor(start: int) -> int:
    """Draw the same labels by hand; return how many."""
    wanted = _labels(start)
    labels_floor.document([label.number for label in wanted], [texts_of(label.shipment) for label in wanted])
    return len(wanted)


def _labels(start: int) -> list[Label]:
    return list(islice(made_labels(start + EACH), start, None))


def _best(processes: ProcessPoolExecutor, work: Callable[[int], int], cores: int) -> float:
    """Have every process do *work* a few times; return the seconds of the quickest round."""
    starts = [core * EACH for core in range(cores)]
    quickest = inf
    for _ in range(ROUNDS + 1):  # The first warms up.
        started = perf_counter()
        assert sum(processes.map(work, starts)) == EACH * cores
        quickest = min(quickest, perf_counter() - started)
    return quickest
