"""The columns of a list of demo orders, for every file it is written to."""

from rmatrack.domain.errors import _
from rmatrack.services.orders_in_short import OrderInShort
from rmatrack.services.tables import Column

COLUMNS: tuple[Column[OrderInShort], ...] = (
    Column(_("Demo order"), lambda order: order.number),
    Column(_("RMA"), lambda order: order.rma),
    Column(_("Return"), lambda order: order.rma_status, width=18),
    Column(_("Customer"), lambda order: order.customer, width=36),
    Column(_("Partner"), lambda order: order.partner, width=26),
    Column(_("City"), lambda order: order.city, width=20),
    Column(_("Country"), lambda order: order.country),
    Column(_("Ship date"), lambda order: order.shipped_on),
    Column(_("Devices"), lambda order: order.units),
    Column(_("Out"), lambda order: order.out),
    Column(_("Received"), lambda order: order.received),
    Column(_("Return due"), lambda order: order.due_on),
    Column(_("State"), lambda order: order.state, width=18),
)
