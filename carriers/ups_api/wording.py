"""What all of UPS' questions and refusals have in common: addresses as it writes them, and where it says why not."""

from carriers.fitting import cut, digits, street
from carriers.reading import Json, many, optional
from carriers.shipment import Address


def party(address: Address) -> dict[str, Json]:
    """Write *address* as a shipper, a recipient or a sender."""
    written: dict[str, Json] = {"Name": cut(address.name, 35), "Address": place(address)}
    if address.attention:
        written["AttentionName"] = cut(address.attention, 35)
    if phone := digits(address.phone, 15):
        written["Phone"] = {"Number": phone}
    return written


def place(address: Address) -> dict[str, Json]:
    written: dict[str, Json] = {
        "AddressLine": street(address.lines, width=35, count=3),
        "City": cut(address.city, 30),
        "CountryCode": address.country,
    }
    if address.state:
        written["StateProvinceCode"] = address.state
    if postal := postal_code(address):
        written["PostalCode"] = postal
    return written


def postal_code(address: Address) -> str:
    """Return the postal code without blanks and dashes, as UPS stores it."""
    return "".join(filter(str.isalnum, address.postal_code.upper()))[:9]


def reason_in(body: Json) -> str:
    """Return why UPS refuses, in its own words: its list of errors, or the older fault that gateways still send."""
    errors = many(body, "response", "errors")
    told = [" ".join(filter(None, (optional(error, "code"), optional(error, "message")))) for error in errors]
    if any(told):
        return "; ".join(filter(None, told))
    detail = ("Fault", "detail", "Errors", "ErrorDetail", "PrimaryErrorCode")
    fault = (optional(body, *detail, "Code"), optional(body, *detail, "Description"))
    return " ".join(filter(None, fault)) or optional(body, "Fault", "faultstring")
