"""Which returns are complete: no own unit is out, no discrepancy of theirs is open, and no station has scans to send.

The first two are SPEC R-7; the third is the ruling in `domain/stations.py`.

All are looked up in indexes that hold open things only, so that it costs the same however large the order is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.base import Moment
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Discrepancy
from rmatrack.db.returns import Rma
from rmatrack.db.stations import WAITS, StationReturn
from rmatrack.domain.stations import silent_since

RMA = cast(Table, Rma.__table__)

_HAS_UNIT_OUT = exists().where(Unit.order_id == RMA.c.order_id, Unit.settled_at.is_(None))
_HAS_DISCREPANCY = exists().where(Discrepancy.rma_id == RMA.c.id, Discrepancy.closed_at.is_(None))

_WAITS_FOR_STATION = exists().where(StationReturn.rma_id == RMA.c.id, WAITS)

_LOCK = select(RMA.c.id).where(among(Rma.id, "ids")).order_by(RMA.c.id).with_for_update()
_COMPLETE = (
    update(RMA)
    .where(and_(among(Rma.id, "ids"), RMA.c.completed_at.is_(None), ~_HAS_UNIT_OUT, ~_HAS_DISCREPANCY))
    .where(~_WAITS_FOR_STATION)
    .values(completed_at=bindparam("now", type_=Moment()), version=RMA.c.version + 1)
    .returning(RMA.c.number, RMA.c.order_id)
)
_REOPEN = (
    update(RMA)
    .where(and_(among(Rma.id, "ids"), RMA.c.completed_at.is_not(None), or_(_HAS_UNIT_OUT, _HAS_DISCREPANCY)))
    .values(completed_at=None, version=RMA.c.version + 1)
    .returning(RMA.c.number, RMA.c.order_id)
)


def lock_returns(session: Session, ids: Collection[int]) -> None:
    """Have those who settle the last two units of a return at once see each other; on SQLite they take turns anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_LOCK, {"ids": ids})


def complete_settled(session: Session, ids: Collection[int], now: datetime) -> Sequence[Row[Any]]:
    """Complete returns of which nothing is open; gives `number` and `order_id` of each."""
    return session.connection().execute(_COMPLETE, {"ids": ids, "now": now, "silent_since": silent_since(now)}).all()


def reopen_unsettled(session: Session, ids: Collection[int]) -> Sequence[Row[Any]]:
    """Open complete returns of which something is open again; gives `number` and `order_id` of each."""
    return session.connection().execute(_REOPEN, {"ids": ids}).all()
