"""All tables in one place, for whoever needs the whole schema: migrations, tests, `db copy`."""

from rmatrack.db import (
    blobs,
    catalogue,
    customers,
    history,
    idempotency,
    imports,
    label_batches,
    labels,
    numbers,
    orders,
    people,
    receiving,
    returns,
    trials,
)
from rmatrack.db.base import Base

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "blobs",
    "catalogue",
    "customers",
    "history",
    "idempotency",
    "imports",
    "label_batches",
    "labels",
    "numbers",
    "orders",
    "people",
    "receiving",
    "returns",
    "trials",
]
