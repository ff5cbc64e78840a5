"""The log's own words for a reader: its subjects, deeds and fields, as message ids for the edge to translate."""

from enum import StrEnum

from rmatrack.domain.discrepancies import ClosingReason, DiscrepancyType
from rmatrack.domain.errors import _
from rmatrack.domain.inspection import Condition, Disposition, WipeMethod
from rmatrack.domain.labels import LabelState
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Permission, Role
from rmatrack.domain.trial_services import Service

SUBJECTS: dict[str, str] = {
    "account": _("carrier account"),
    "carrier door": _("door for carriers' messages"),
    "calendar": _("calendar feed"),
    "charge": _("charge proposal"),
    "customer": _("customer"),
    "discrepancy": _("discrepancy"),
    "import": _("import"),
    "job": _("job"),
    "incoming mail": _("incoming mail"),
    "label": _("label"),
    "label batch": _("label batch"),
    "mail": _("mail"),
    "order": _("demo order"),
    "partner": _("partner"),
    "person": _("person"),
    "pickup": _("pickup"),
    "rma": _("RMA"),
    "scan": _("scan"),
    "station": _("scan station"),
    "token": _("API token"),
    "trial": _("trial"),
    "unit": _("unit"),
    "wipe certificate": _("wipe certificate"),
    "booking": _("booking"),
    "model": _("model"),
}

DEEDS: dict[str, str] = {
    "added": _("added"),
    "administrator-added": _("administrator added"),
    "answer accepted": _("claim of loss accepted"),
    "answer done": _("answer dealt with"),
    "answer refused": _("claim of loss refused"),
    "answered: buy": _("wanted by the customer, to buy"),
    "answered: label": _("in need of a label"),
    "answered: lost": _("reported lost by the customer"),
    "answered: sent": _("reported sent by the customer"),
    "answered": _("answered"),
    "asked for": _("asked for"),
    "assigned": _("assigned"),
    "begun anew": _("begun anew"),
    "block-allotted": _("numbers allotted"),
    "cancelled": _("cancelled"),
    "certified": _("certified"),
    "changed": _("changed"),
    "charge accepted": _("to be charged"),
    "charge credited": _("credited"),
    "charge disputed": _("disputed"),
    "charge notified": _("partner told of the charge"),
    "charge proposed": _("proposed"),
    "charge to-credit": _("to be credited"),
    "charge waived": _("waived"),
    "charge withdrawn": _("withdrawn"),
    "closed": _("closed"),
    "completed": _("completed"),
    "consent accepted": _("consent given"),
    "consent asked": _("consent asked for"),
    "consent declined": _("consent declined"),
    "consent expired": _("consent not given in time"),
    "consent mail sent again": _("consent mail sent again"),
    "converted": _("converted"),
    "corrected": _("corrected"),
    "decided": _("decided"),
    "declared lost": _("declared lost"),
    "devices asked for": _("devices asked for"),
    "devices withdrawn": _("request for devices withdrawn"),
    "extended": _("extended"),
    "extension refused": _("extension refused"),
    "extension requested": _("extension requested"),
    "extension withdrawn": _("extension request withdrawn"),
    "given again": _("given again by the carrier"),
    "heard again": _("heard of again"),
    "followed": _("followed on its way"),
    "held": _("held back"),
    "in process": _("with the carrier"),
    "inspected": _("inspected"),
    "inspection revised": _("verdict changed"),
    "interest shown": _("interest in buying shown"),
    "issued": _("issued"),
    "laid aside": _("looked at and laid aside"),
    "lapsed": _("lapsed"),
    "left-out services ended": _("services left out of the order ended"),
    "loaded": _("loaded"),
    "no longer in process": _("no longer with the carrier"),
    "noted": _("noted"),
    "numbers released": _("phone numbers released"),
    "opened": _("opened"),
    "order set up": _("paid order set up"),
    "partner-added": _("partner added"),
    "password changed": _("password changed"),
    "photo added": _("photo added"),
    "pickup booked": _("pickup booked"),
    "pickup moved": _("pickup moved"),
    "pickup refused": _("pickup refused"),
    "pickup to be called off": _("pickup to be called off"),
    "pickup to be moved": _("pickup to be moved"),
    "pickup unclear": _("pickup to be cleared up"),
    "pickup wanted": _("pickup wanted"),
    "printed": _("printed"),
    "provisioned": _("provisioned"),
    "receipt undone": _("receipt taken back"),
    "received": _("received"),
    "put to use": _("put to use"),
    "refused": _("refused by the carrier"),
    "released": _("released"),
    "renewed": _("renewed"),
    "reopened": _("opened again"),
    "report withdrawn": _("report taken back"),
    "reported": _("reported by hand"),
    "revoked": _("revoked"),
    "services changed": _("services changed"),
    "set up": _("set up"),
    "settled": _("settled"),
    "shipped": _("shipped"),
    "started": _("started"),
    "stopped": _("stopped"),
    "superseded": _("replaced"),
    "taken over": _("number from elsewhere taken over"),
    "taken up": _("taken up again"),
    "undone": _("undone"),
    "uploaded": _("uploaded"),
    "user added": _("user added"),
    "user taken off": _("user taken off"),
    "void asked": _("asked to be taken back"),
    "void refused": _("not taken back by the carrier"),
    "voided": _("taken back by the carrier"),
    "wanted": _("asked of the carrier"),
    "withdrawn": _("withdrawn"),
    "requested": _("requested"),
    "confirmed": _("confirmed"),
    "ended": _("ended"),
    "checked": _("checked"),
    "printed on purpose": _("printed although it was replaced"),
}

FIELDS: dict[str, str] = {
    "address_1": _("address"),
    "address_2": _("second address line"),
    "address_3": _("third address line"),
    "admin_email": _("administrator's e-mail"),
    "asks_per_day": _("questions a day"),
    "asks_per_hour": _("questions an hour"),
    "certified": _("certified"),
    "city": _("city"),
    "closing_reason": _("reason"),
    "condition": _("condition"),
    "country": _("country"),
    "credentials": _("credentials"),
    "disposition": _("disposition"),
    "email": _("e-mail"),
    "eula_expires_on": _("EULA expiry"),
    "eula_mailed_on": _("date of the EULA mail"),
    "expires_on": _("portal expiry"),
    "host": _("address of the API"),
    "flag": _("what to look at"),
    "interest_at": _("moment of the interest"),
    "labels": _("number of labels"),
    "language": _("language"),
    "method": _("method"),
    "missing": _("missing parts"),
    "model": _("model"),
    "models": _("devices"),
    "name": _("name"),
    "notes": _("notes"),
    "number": _("number"),
    "order_number": _("number of the paid order"),
    "orders": _("number of orders"),
    "owner": _("owner"),
    "partner": _("partner"),
    "partner_role": _("partner's role"),
    "phone": _("phone"),
    "photo": _("photo"),
    "postal_code": _("postal code"),
    "received_at": _("moment of receipt"),
    "recipient": _("recipient"),
    "role": _("role"),
    "scopes": _("what it may do"),
    "serial": _("serial number"),
    "services": _("services"),
    "set_up_as": _("set up as"),
    "shipper_number": _("account number"),
    "shipped_on": _("day of shipment"),
    "source": _("source of numbers"),
    "state": _("state"),
    "status": _("status"),
    "tier": _("tier"),
    "to_on": _("asked for through"),
    "type": _("type"),
    "whereabouts": _("where it is"),
    "window": _("day and time"),
    "zone": _("time zone"),
    "file number": _("file number"),
    "family": _("family"),
    "weight kg": _("weight in kg"),
    "net kg": _("weight without packaging in kg"),
    "length mm": _("length in mm"),
    "width mm": _("width in mm"),
    "height mm": _("height in mm"),
    "made in": _("country of manufacture"),
    "hs code": _("HS code"),
    "value": _("value for customs"),
    "currency": _("currency"),
    "paper": _("paper"),
    "checked on": _("checked on"),
}


VALUES: dict[str, type[StrEnum]] = {
    "closing_reason": ClosingReason,
    "condition": Condition,
    "disposition": Disposition,
    "method": WipeMethod,
    "role": Role,
    "state": LabelState,
    "status": UnitStatus,
    "type": DiscrepancyType,
}
"""Fields whose values are words of ours."""

LISTS: dict[str, type[StrEnum]] = {"scopes": Permission, "services": Service}
"""Fields whose values are several words of ours, parted by blanks."""

GOOD, BAD, NOTEWORTHY = "good", "bad", "accent"

TONES: dict[tuple[str, str], str] = {
    ("discrepancy", "opened"): BAD,
    ("discrepancy", "reopened"): BAD,
    ("label", "held"): BAD,
    ("label", "released"): GOOD,
    ("label batch", "released"): GOOD,
    ("order", "shipped"): NOTEWORTHY,
    ("rma", "completed"): GOOD,
    ("rma", "opened"): NOTEWORTHY,
    ("unit", "corrected"): NOTEWORTHY,
    ("unit", "inspected"): NOTEWORTHY,
    ("unit", "receipt undone"): BAD,
    ("unit", "received"): GOOD,
    ("unit", "shipped"): NOTEWORTHY,
    ("wipe certificate", "certified"): GOOD,
}
"""How a deed stands out on a timeline, by subject and deed; whoever adds a deed to the log may add its row here."""


def tone(subject: str, deed: str) -> str:
    """Return how a deed stands out on a timeline; nothing where it is one among many."""
    return TONES.get((subject, deed), "")


def subject(name: str) -> str:
    """Return the message id of a subject, or its bare name."""
    return SUBJECTS.get(name, name)


def deed(name: str) -> str:
    """Return the message id of a deed, or its bare name."""
    return DEEDS.get(name, name)


def field(name: str) -> str:
    """Return the message id of a field, or its bare name."""
    return FIELDS.get(name, name.replace("_", " "))
