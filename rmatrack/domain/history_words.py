"""The log's own words for a reader: its subjects, deeds and fields, as message ids for the edge to translate."""

from rmatrack.domain.errors import _

SUBJECTS: dict[str, str] = {
    "account": _("carrier account"),
    "customer": _("customer"),
    "discrepancy": _("discrepancy"),
    "import": _("import"),
    "label": _("label"),
    "label batch": _("label batch"),
    "order": _("demo order"),
    "partner": _("partner"),
    "person": _("person"),
    "rma": _("RMA"),
    "scan": _("scan"),
    "token": _("API token"),
    "trial": _("trial"),
    "unit": _("unit"),
}

DEEDS: dict[str, str] = {
    "added": _("added"),
    "administrator-added": _("administrator added"),
    "asked for": _("asked for"),
    "assigned": _("assigned"),
    "block-allotted": _("numbers allotted"),
    "changed": _("changed"),
    "closed": _("closed"),
    "completed": _("completed"),
    "held": _("held back"),
    "issued": _("issued"),
    "loaded": _("loaded"),
    "noted": _("noted"),
    "opened": _("opened"),
    "partner-added": _("partner added"),
    "password changed": _("password changed"),
    "printed": _("printed"),
    "receipt undone": _("receipt taken back"),
    "received": _("received"),
    "released": _("released"),
    "reopened": _("opened again"),
    "revoked": _("revoked"),
    "shipped": _("shipped"),
    "stopped": _("stopped"),
    "superseded": _("replaced"),
    "taken up": _("taken up again"),
    "undone": _("undone"),
}

FIELDS: dict[str, str] = {
    "address_1": _("address"),
    "address_2": _("second address line"),
    "address_3": _("third address line"),
    "admin_email": _("administrator's e-mail"),
    "certified": _("certified"),
    "city": _("city"),
    "closing_reason": _("reason"),
    "country": _("country"),
    "email": _("e-mail"),
    "eula_expires_on": _("EULA expiry"),
    "eula_mailed_on": _("date of the EULA mail"),
    "expires_on": _("portal expiry"),
    "labels": _("number of labels"),
    "model": _("model"),
    "name": _("name"),
    "number": _("number"),
    "orders": _("number of orders"),
    "owner": _("owner"),
    "partner": _("partner"),
    "phone": _("phone"),
    "postal_code": _("postal code"),
    "received_at": _("moment of receipt"),
    "recipient": _("recipient"),
    "role": _("role"),
    "scopes": _("what it may do"),
    "shipped_on": _("day of shipment"),
    "source": _("source of numbers"),
    "state": _("state"),
    "status": _("status"),
    "tier": _("tier"),
    "type": _("type"),
}


def subject(name: str) -> str:
    """Return the message id of a subject, or its bare name."""
    return SUBJECTS.get(name, name)


def deed(name: str) -> str:
    """Return the message id of a deed, or its bare name."""
    return DEEDS.get(name, name)


def field(name: str) -> str:
    """Return the message id of a field, or its bare name."""
    return FIELDS.get(name, name.replace("_", " "))
