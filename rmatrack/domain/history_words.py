"""The log's own words for a reader: its subjects, deeds and fields, as message ids for the edge to translate."""

from rmatrack.domain.errors import _

SUBJECTS: dict[str, str] = {
    "account": _("carrier account"),
    "customer": _("customer"),
    "discrepancy": _("discrepancy"),
    "import": _("import"),
    "label": _("label"),
    "label batch": _("label batch"),
    "mail": _("mail"),
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
    "cancelled": _("cancelled"),
    "changed": _("changed"),
    "closed": _("closed"),
    "completed": _("completed"),
    "consent accepted": _("consent given"),
    "consent asked": _("consent asked for"),
    "consent declined": _("consent declined"),
    "consent expired": _("consent not given in time"),
    "consent mail sent again": _("consent mail sent again"),
    "converted": _("converted"),
    "decided": _("decided"),
    "devices asked for": _("devices asked for"),
    "devices withdrawn": _("request for devices withdrawn"),
    "extended": _("extended"),
    "extension refused": _("extension refused"),
    "extension requested": _("extension requested"),
    "extension withdrawn": _("extension request withdrawn"),
    "held": _("held back"),
    "interest shown": _("interest in buying shown"),
    "issued": _("issued"),
    "lapsed": _("lapsed"),
    "left-out services ended": _("services left out of the order ended"),
    "loaded": _("loaded"),
    "noted": _("noted"),
    "numbers released": _("phone numbers released"),
    "opened": _("opened"),
    "order set up": _("paid order set up"),
    "partner-added": _("partner added"),
    "password changed": _("password changed"),
    "printed": _("printed"),
    "provisioned": _("provisioned"),
    "receipt undone": _("receipt taken back"),
    "received": _("received"),
    "released": _("released"),
    "reopened": _("opened again"),
    "revoked": _("revoked"),
    "services changed": _("services changed"),
    "set up": _("set up"),
    "settled": _("settled"),
    "shipped": _("shipped"),
    "started": _("started"),
    "stopped": _("stopped"),
    "superseded": _("replaced"),
    "taken up": _("taken up again"),
    "undone": _("undone"),
    "uploaded": _("uploaded"),
    "user added": _("user added"),
    "user taken off": _("user taken off"),
    "withdrawn": _("withdrawn"),
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
    "interest_at": _("moment of the interest"),
    "labels": _("number of labels"),
    "language": _("language"),
    "model": _("model"),
    "models": _("devices"),
    "name": _("name"),
    "number": _("number"),
    "order_number": _("number of the paid order"),
    "orders": _("number of orders"),
    "owner": _("owner"),
    "partner": _("partner"),
    "partner_role": _("partner's role"),
    "phone": _("phone"),
    "postal_code": _("postal code"),
    "received_at": _("moment of receipt"),
    "recipient": _("recipient"),
    "role": _("role"),
    "scopes": _("what it may do"),
    "services": _("services"),
    "set_up_as": _("set up as"),
    "shipped_on": _("day of shipment"),
    "source": _("source of numbers"),
    "state": _("state"),
    "status": _("status"),
    "tier": _("tier"),
    "to_on": _("asked for through"),
    "type": _("type"),
    "zone": _("time zone"),
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
