"""Why an order was found (SPEC F-1)."""

from enum import StrEnum

from rmatrack.domain.errors import _


class Why(StrEnum):
    """What of an order, or of its customer, was in the text that led to it."""

    ORDER = "order"
    RMA = "rma"
    WIPE = "wipe"
    TRACKING = "tracking"
    OLD_TRACKING = "old-tracking"
    SERIAL = "serial"
    EARLIER_LOAN = "earlier-loan"
    ORG_ID = "org-id"
    EMAIL = "e-mail"
    NAME = "name"


WORDS: dict[Why, str] = {
    Why.ORDER: _("demo order number"),
    Why.RMA: _("RMA number"),
    Why.WIPE: _("number of a wipe certificate"),
    Why.TRACKING: _("tracking number"),
    Why.OLD_TRACKING: _("tracking number of a label that was replaced"),
    Why.SERIAL: _("serial number"),
    Why.EARLIER_LOAN: _("serial number, on a loan that has ended"),
    Why.ORG_ID: _("organisation id"),
    Why.EMAIL: _("administrator's e-mail"),
    Why.NAME: _("customer's name"),
}
