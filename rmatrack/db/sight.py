"""What an actor may see, as one condition for each subject (SPEC X-1). Nothing else decides it.

A partner sees its own orders and the customers it has a sales relationship with; everybody inside sees everything; an
actor with neither right sees nothing.
"""

from sqlalchemy import ColumnElement, and_, exists, false, true

from rmatrack.db.customers import Customer, SalesRelationship
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.receiving import Discrepancy
from rmatrack.db.trials import Trial
from rmatrack.domain.people import Actor, Permission


def orders_seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on `DemoOrder` (its RMA, labels and history follow the order)."""
    if actor.may(Permission.SEE_EVERYTHING):
        return true()
    if actor.partner_id is None or not actor.may(Permission.SEE_ORDERS):
        return false()
    return DemoOrder.partner_id == actor.partner_id


def orders_administered(customer_id: int) -> ColumnElement[bool]:
    """The condition on `DemoOrder` for an administrator of a customer: those of its organisation."""
    return DemoOrder.customer_id == customer_id


def units_seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Unit`."""
    if actor.may(Permission.SEE_EVERYTHING):
        return true()
    if actor.partner_id is None or not actor.may(Permission.SEE_ORDERS):
        return false()
    return Unit.partner_id == actor.partner_id


def discrepancies_seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Discrepancy`."""
    if actor.may(Permission.SEE_EVERYTHING):
        return true()
    if actor.partner_id is None or not actor.may(Permission.SEE_ORDERS):
        return false()
    return Discrepancy.partner_id == actor.partner_id


def customers_seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Customer`."""
    if actor.may(Permission.SEE_EVERYTHING):
        return true()
    if actor.partner_id is None or not actor.may(Permission.SEE_ORDERS):
        return false()
    return exists().where(
        and_(SalesRelationship.customer_id == Customer.id, SalesRelationship.partner_id == actor.partner_id)
    )


def trials_seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Trial`; a partner sees its own, a request that waits for consent included."""
    if actor.may(Permission.SEE_EVERYTHING):
        return true()
    if actor.partner_id is None or not actor.may(Permission.SEE_ORDERS):
        return false()
    return Trial.partner_id == actor.partner_id
