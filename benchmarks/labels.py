"""UPS return labels, complete with MaxiCode, in one file on one core: drawn, read back, and held in memory."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from math import inf
from time import perf_counter
from typing import TypeVar

from benchmarks import labels_floor
from carriers import labels, ups
from carriers.labels import Label
from carriers.shipment import Address, Carrier, Parcel, Shipment
from carriers.sources import SPECIMENS
from carriers.writing import town
from rmatrack.paper.labels import Document, draw
from rmatrack.paper.papers import Paper
from rmatrack.paper.places import person
from rmatrack.paper.readback import read_back

Result = TypeVar("Result")

COUNT = 1_000
MANY = 10_000
ROUNDS = 3

DEPOT = Address(
    "Webex Trials Returns", ("100 Depot Way", "Dock 12"), "San Jose", "95134", "US", "CA", "RMA Dock", "+1 408 555 0100"
)

MEMORY = f"""
import resource
from benchmarks.labels import made_labels
from rmatrack.paper.labels import draw
from rmatrack.paper.papers import Paper

draw(made_labels({MANY}), Paper.FOUR_BY_SIX)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def lines() -> Iterator[str]:
    """Measure and tell, a line at a time."""
    wanted = list(made_labels(COUNT))
    numbers, texts = [label.number for label in wanted], [texts_of(label.shipment) for label in wanted]
    drawn_floor, _ = _best(lambda: labels_floor.document(numbers, texts))
    drawn, document = _best(lambda: draw(wanted, Paper.FOUR_BY_SIX))
    read, _ = _best(lambda: read_all(document))
    ratio = drawn_floor / drawn
    yield f"labels: floor, the same page by hand {COUNT / drawn_floor:8,.0f} labels/s"
    yield f"labels: drawn, {COUNT:,} in one PDF     {COUNT / drawn:8,.0f} labels/s   {ratio:.2f} of the floor"
    yield f"labels: drawn and read back          {COUNT / (drawn + read):8,.0f} labels/s"
    yield f"labels: bytes a label                {len(document.pdf) / COUNT:8,.0f}"
    yield f"labels: memory for {MANY:,} in one PDF {_memory():8,.0f} MB"


def made_labels(count: int) -> Iterator[Label]:
    """Make *count* labels, each from a customer, for an RMA and with a serial of its own."""
    source = SPECIMENS[Carrier.UPS]
    for running in range(1, count + 1):
        customer = Address(
            f"University of Town {running}",
            (f"{running} Main Street",),
            "Austin",
            "78705",
            "US",
            "TX",
            "IT Service Desk",
        )
        parcel = Parcel(6.9, "Cisco Room Kit", (500, 350, 250))
        shipment = Shipment(customer, DEPOT, parcel, f"R{running:07d}K", f"FOC23{running:06d}", date(2026, 11, 22))
        yield labels.label(Carrier.UPS, shipment, source.issue(shipment, running))


def texts_of(shipment: Shipment) -> list[str]:
    """Return the lines that the floor writes, the RMA last."""
    sender, receiver = shipment.ship_from, shipment.ship_to
    weight = f"{ups.pounds(shipment.parcel.weight_kg)} LBS"
    issued = SPECIMENS[Carrier.UPS].issue(shipment, 1)
    return [
        *(sender.name, person(sender), sender.lines[0], town(sender), f"SERIAL {shipment.serial}", ""),
        *(receiver.name, person(receiver), *receiver.lines, town(receiver)),
        *(weight, "1 OF 1", f"DATE: {shipment.issued_on:%d %b %Y}", "CA 951 9-00", "UPS GROUND"),
        *(ups.grouped(issued.number), shipment.rma),
    ]


def _best(work: Callable[[], Result]) -> tuple[float, Result]:
    """Do *work* a few times; return the seconds of the quickest and what it made."""
    quickest = inf
    for _ in range(ROUNDS):
        started = perf_counter()
        made = work()
        quickest = min(quickest, perf_counter() - started)
    return quickest, made


def read_all(document: Document) -> None:
    """Read every label back, and stop at one that does not say what it should."""
    held_back = [result for result in read_back(document) if not result.is_fine]
    assert not held_back, held_back[0]


def _memory() -> float:
    """Return the most that a process of its own holds while it draws very many labels, in MB."""
    told = subprocess.run(  # noqa: S603  Our own program, in full above.
        [sys.executable, "-c", MEMORY], check=True, capture_output=True, text=True
    )
    return float(told.stdout)
