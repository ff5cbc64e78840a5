"""What is on record of units for which a charge is proposed: its evidence is made of that (SPEC R-9)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit


class Fact(NamedTuple):
    """What is on record of a unit for which a charge is proposed."""

    unit_id: int
    order_id: int
    model: str
    shipped_on: date
    eula_mailed_on: date | None
    eula_expires_on: date
    received_at: datetime | None


def facts_for_charges(session: Session, unit_ids: Collection[int]) -> dict[int, Fact]:
    """What is on record of these units, by unit."""
    question = (
        select(
            Unit.id,
            Unit.order_id,
            Unit.model,
            DemoOrder.shipped_on,
            Unit.eula_mailed_on,
            Unit.eula_expires_on,
            Unit.received_at,
        )
        .join(DemoOrder, DemoOrder.id == Unit.order_id)
        .where(among(Unit.id, "ids"))
    )
    return {row[0]: Fact._make(row) for row in session.execute(question, {"ids": unit_ids})}


def labels_of_units(session: Session, unit_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """The labels that these units have had, with where each stands, by unit."""
    found: dict[int, list[tuple[str, str]]] = {id_: [] for id_ in unit_ids}
    question = select(Label.unit_id, Label.number, Label.state).where(among(Label.unit_id, "ids")).order_by(Label.id)
    for unit_id, number, state in session.execute(question, {"ids": unit_ids}):
        found[unit_id].append((number, state))
    return found
