"""DHL pickups: booking one, moving it, calling it off. DHL books a second one when asked twice."""

from urllib.parse import quote

from carriers.dhl_api.wording import party, planned
from carriers.fitting import cut
from carriers.http import Question
from carriers.pickups import Pickup, PickupBooked
from carriers.reading import Json, many, optional, text

PICKUPS = "/pickups"


def create(pickup: Pickup, account: str, product: str, *, customs: bool) -> Question:
    return Question("POST", PICKUPS, body=create_body(pickup, account, product, customs=customs), makes=True)


def create_body(pickup: Pickup, account: str, product: str, *, customs: bool) -> Json:
    written: dict[str, Json] = {
        "plannedPickupDateAndTime": planned(pickup.ready),
        "closeTime": f"{pickup.closes_at:%H:%M}",
        "locationType": "business",
        "accounts": [{"typeCode": "shipper", "number": account}],
        "remark": cut(pickup.reference, 35),
        "customerDetails": {"shipperDetails": party(pickup.address)},
        "shipmentDetails": [_parcels(pickup, product, customs=customs)],
    }
    if pickup.instructions:
        written["specialInstructions"] = [{"value": cut(pickup.instructions, 80)}]
    return written


def move(number: str, pickup: Pickup, account: str, product: str, *, customs: bool) -> Question:
    """Change the pickup with DHL's *number* to *pickup*. Asking twice does no harm."""
    body = {
        **create_body(pickup, account, product, customs=customs),
        "dispatchConfirmationNumber": number,
        "originalShipperAccountNumber": account,
    }
    return Question("PATCH", f"{PICKUPS}/{quote(number, safe='')}", body=body)


def cancel(number: str, *, by: str, why: str) -> Question:
    """Call off the pickup with DHL's *number*; DHL wants to know who says so and why."""
    query = {"requestorName": cut(by, 45), "reason": cut(why, 80)}
    return Question("DELETE", f"{PICKUPS}/{quote(number, safe='')}", query)


def read_created(body: Json) -> PickupBooked:
    return PickupBooked(text(body, "dispatchConfirmationNumbers"))


def read_moved(body: Json) -> PickupBooked:
    warnings = tuple(str(warning) for warning in many(body, "warnings"))
    return PickupBooked(text(body, "dispatchConfirmationNumber"), again=True, warnings=warnings)


def read_cancelled(body: Json) -> bool:
    """DHL's answer to a cancellation is empty."""
    return not optional(body, "detail")


def _parcels(pickup: Pickup, product: str, *, customs: bool) -> Json:
    written: dict[str, Json] = {
        "productCode": product,
        "isCustomsDeclarable": customs,
        "unitOfMeasurement": "metric",
        "packages": [{"weight": round(max(parcel.weight_kg, 0.001), 3)} for parcel in pickup.parcels],
    }
    if pickup.numbers:
        written["shipmentTrackingNumber"] = pickup.numbers[0]
    return written
