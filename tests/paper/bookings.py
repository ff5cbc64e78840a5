"""A booking of three cartons with a forwarder, as its papers are drawn from."""

from datetime import UTC, datetime
from decimal import Decimal

from carriers.customs import Goods
from carriers.expeditors_api.booking import Booking, Carton
from carriers.labels import Label
from carriers.shipment import Carrier
from tests.paper.shipments import make_label

GOODS = Goods(
    description="Room Kit", serials=("FOC2345N0AB",), value=Decimal(4900), currency="USD", code="851762", origin="MX",
    net_kg=Decimal("6.9"), gross_kg=Decimal("7.6"),
)  # fmt: skip


def make_booking() -> Booking:
    label: Label = make_label(Carrier.EXPEDITORS)
    at = datetime(2026, 11, 24, 22, tzinfo=UTC)
    carton = Carton(label.number, label.shipment, GOODS)
    return Booking(rma="R26000123K", account="", cartons=(carton,) * 3, ready_at=at, closes_at=at, written_at=at)
