"""The lists that people narrow, save and keep as files."""

from enum import StrEnum


class ListName(StrEnum):
    """A list, as saved filters and programs call it."""

    DEVICES = "devices"
    ORDERS = "orders"
    TRIALS = "trials"
    DISCREPANCIES = "discrepancies"
    REQUESTS = "requests"
    MAIL = "mail"
    INCOMING_MAIL = "incoming-mail"
    ANSWERS = "answers"
    CHARGES = "charges"
    PARCELS = "parcels"
    INSPECTIONS = "inspections"
    EXTENSIONS = "extensions"
