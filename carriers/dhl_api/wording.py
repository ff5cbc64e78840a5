"""What all of DHL's questions and refusals have in common: people and places, moments, and where it says why not."""

from datetime import datetime

from carriers.errors import PhoneMissingError
from carriers.fitting import cut, street
from carriers.reading import Json, many, optional
from carriers.shipment import Address


def party(address: Address) -> Json:
    """Write *address* as a shipper or receiver; raises `PhoneMissingError`, because DHL calls before it comes."""
    if not address.phone.strip():
        raise PhoneMissingError(carrier="DHL", name=address.attention or address.name)
    contact = {
        "phone": cut(address.phone, 70),
        "companyName": cut(address.name, 100),
        "fullName": cut(address.attention or address.name, 255),
    }
    return {"postalAddress": place(address), "contactInformation": contact}


def place(address: Address) -> Json:
    lines = street(address.lines, width=45, count=3)
    written = {
        "postalCode": cut(address.postal_code, 12),
        "cityName": cut(address.city, 45),
        "countryCode": address.country,
        **{f"addressLine{place}": line for place, line in enumerate(lines, start=1)},
    }
    if len(address.state) >= 2:
        written["provinceCode"] = cut(address.state, 35)
    return written


def planned(moment: datetime) -> str:
    """Write a moment as DHL wants it: `2026-11-30T14:00:00 GMT+01:00`."""
    zone = f"{moment:%z}"
    return f"{moment:%Y-%m-%dT%H:%M:%S} GMT{zone[:3]}:{zone[3:5]}"


def reason_in(body: Json) -> str:
    """Return why DHL refuses, in its own words; after *multiple problems* they stand one by one."""
    additional = [str(detail) for detail in many(body, "additionalDetails") if detail]
    told = "; ".join(additional) or optional(body, "detail")
    return told or optional(body, "message") or optional(body, "title")
