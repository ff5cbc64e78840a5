"""What an order's page shows below the essentials: parts that other subjects add, each a template and what fills it.

A subject adds one line to `SECTIONS`; nothing else on the page knows of it. The template is told `part`, beside `file`
and `order`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from rmatrack.services.orders import OrderFile
from rmatrack.web import answers_of_order, parcels_of_order, stations_of_order, waiting_labels

Fill = Callable[[Session, OrderFile], Mapping[str, object] | None]
"""Returns what the template is told, or None where there is nothing to show; asks who is asking through `flask.g`."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page."""

    template: str
    fill: Fill


SECTIONS: tuple[Section, ...] = (
    Section(stations_of_order.TEMPLATE, stations_of_order.fill),
    Section(waiting_labels.TEMPLATE, waiting_labels.fill),
    Section(parcels_of_order.TEMPLATE, parcels_of_order.fill),
    Section(answers_of_order.TEMPLATE, answers_of_order.fill),
)
"""In the order in which the page shows them."""


def sections_of(session: Session, file: OrderFile) -> list[tuple[str, Mapping[str, object]]]:
    """Return the template of each part that has something to show, with what it is told."""
    filled = ((section.template, section.fill(session, file)) for section in SECTIONS)
    return [(template, part) for template, part in filled if part is not None]
