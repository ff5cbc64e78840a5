"""UPS pickups: booking one, and calling it off. Asked twice for one address, UPS gives the same number twice."""

from carriers.errors import PhoneMissingError
from carriers.fitting import cut, digits, street
from carriers.http import Question
from carriers.pickups import Pickup
from carriers.reading import Json, optional, text
from carriers.shipment import Address
from carriers.ups import POUNDS_PER_KG
from carriers.ups_api.shipping import body_of
from carriers.ups_api.wording import postal_code

CREATE = "/api/pickupcreation/v2409/pickup"
CANCEL_BY_NUMBER = "/api/shipments/v2409/pickup/02"

_PACKAGE = "01"
_BY_ACCOUNT = "01"
_OVERWEIGHT_KG = 32.0


def create(pickup: Pickup, account: str, account_country: str, *, service: str = "03") -> Question:
    """Book *pickup*; asking again is safe, because UPS recognises the address."""
    return Question("POST", CREATE, body=create_body(pickup, account, account_country, service))


def create_body(pickup: Pickup, account: str, account_country: str, service: str) -> Json:
    kilos = sum(parcel.weight_kg for parcel in pickup.parcels)
    request = {
        "Request": {"TransactionReference": {"CustomerContext": pickup.reference}},
        "RatePickupIndicator": "N",
        "Shipper": {"Account": {"AccountNumber": account, "AccountCountryCode": account_country}},
        "PickupDateInfo": {
            "PickupDate": f"{pickup.day:%Y%m%d}",
            "ReadyTime": f"{pickup.ready_at:%H%M}",
            "CloseTime": f"{pickup.closes_at:%H%M}",
        },
        "PickupAddress": _address(pickup),
        "AlternateAddressIndicator": "Y",
        "PickupPiece": [
            {
                "ServiceCode": service.zfill(3),
                "Quantity": str(len(pickup.parcels)),
                "DestinationCountryCode": pickup.destination,
                "ContainerCode": _PACKAGE,
            }
        ],
        "TotalWeight": {"Weight": f"{kilos * POUNDS_PER_KG:.1f}", "UnitOfMeasurement": "LBS"},
        "OverweightIndicator": _yes(any(parcel.weight_kg > _OVERWEIGHT_KG for parcel in pickup.parcels)),
        "PaymentMethod": _BY_ACCOUNT,
        "ReferenceNumber": cut(pickup.reference, 35),
    }
    if pickup.instructions:
        request["SpecialInstruction"] = cut(pickup.instructions, 57)
    if pickup.numbers:
        request["TrackingData"] = [{"TrackingNumber": number} for number in pickup.numbers]
    return {"PickupCreationRequest": request}


def read_created(body: Json) -> str:
    """Return UPS' number for the pickup (PRN)."""
    return text(body_of(body, "PickupCreationResponse"), "PRN")


def cancel(number: str) -> Question:
    """Call off the pickup with UPS' *number* (PRN)."""
    return Question("DELETE", CANCEL_BY_NUMBER, headers={"Prn": number})


def read_cancelled(body: Json) -> bool:
    return optional(body, "PickupCancelResponse", "Response", "ResponseStatus", "Code") == "1"


def _address(pickup: Pickup) -> Json:
    """UPS takes a single street line here."""
    address = pickup.address
    written = {
        "CompanyName": cut(address.name, 27),
        "ContactName": cut(address.attention or address.name, 22),
        "AddressLine": street([" ".join(address.lines)], width=73, count=1),
        "City": cut(address.city, 50),
        "PostalCode": postal_code(address)[:8],
        "CountryCode": address.country,
        "ResidentialIndicator": "N",
        "Phone": {"Number": _phone(address)},
    }
    return {**written, "StateProvince": address.state} if address.state else written


def _phone(address: Address) -> str:
    phone = digits(address.phone, 25)
    if not phone:
        raise PhoneMissingError(carrier="UPS", name=address.name)
    return phone


def _yes(answer: bool) -> str:
    return "Y" if answer else "N"
