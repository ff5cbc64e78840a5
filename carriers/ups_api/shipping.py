"""UPS print return labels: what is asked for one, what comes back, the same label once more, and taking it back.

The customer is *ship from*; the depot, whose account pays, is both *shipper* and *ship to*. One box is one shipment:
returns that start in the United States or Puerto Rico may not have more.
"""

import math
from dataclasses import dataclass

from carriers.documents import Document, DocumentKind, document
from carriers.fitting import cut
from carriers.http import Question
from carriers.reading import Json, below, file, many, optional, text
from carriers.shipment import Parcel, Shipment
from carriers.ups import GROUND, POUNDS_PER_KG
from carriers.ups_api.wording import party

SHIP = "/api/shipments/v2409/ship"
VOID = "/api/shipments/v2409/void/cancel"
RECOVER = "/api/labels/v1/recovery"

PRINT_RETURN_LABEL = "9"
CUSTOMER_PACKAGING = "02"

RMA = "RZ"
SERIAL = "SE"
OWN = "TN"
"""UPS' *transaction reference*: ours for this one label, by which it is found again when the answer was lost."""

_STANDARD = "11"
_SECOND_DAY_AIR = "02"
_MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class ReturnLabelMade:
    """A label that UPS made. `documents` begin with its picture of it."""

    number: str
    shipment_number: str
    documents: tuple[Document, ...]
    warnings: tuple[str, ...] = ()


def return_label(shipment: Shipment, account: str, reference: str, *, service: str = "") -> Question:
    """Ask for a label for one box, billed to *account*, that can be found again by *reference*."""
    return Question("POST", SHIP, body=return_label_body(shipment, account, reference, service), makes=True)


def return_label_body(shipment: Shipment, account: str, reference: str, service: str = "") -> Json:
    depot = party(shipment.ship_to)
    references = _references(shipment, reference)
    package = _package(shipment)
    written = {
        "Description": cut(shipment.parcel.description, 50),
        "ReturnService": {"Code": PRINT_RETURN_LABEL},
        "Shipper": {**depot, "ShipperNumber": account},
        "ShipTo": depot,
        "ShipFrom": party(shipment.ship_from),
        "PaymentInformation": {"ShipmentCharge": [{"Type": "01", "BillShipper": {"AccountNumber": account}}]},
        "Service": {"Code": service or service_between(shipment.ship_from.country, shipment.ship_to.country)},
        "Package": [package],
    }
    (package if _is_domestic(shipment) else written)["ReferenceNumber"] = references
    return {
        "ShipmentRequest": {
            "Request": {
                "RequestOption": "nonvalidate",
                "SubVersion": "2409",
                "TransactionReference": {"CustomerContext": reference},
            },
            "Shipment": written,
            "LabelSpecification": _SPECIFICATION,
        }
    }


def service_between(origin: str, destination: str) -> str:
    """Return the service for a parcel from country *origin* to *destination*: over water from Puerto Rico by air."""
    if origin == destination:
        return GROUND
    return _SECOND_DAY_AIR if {origin, destination} == {"US", "PR"} else _STANDARD


def read_label(body: Json) -> ReturnLabelMade:
    """Read the answer to `return_label`."""
    results = body_of(body, "ShipmentResponse", "ShipmentResults")
    package = many(results, "PackageResults")[:1]
    picture = file(package, "ShippingLabel", "GraphicImage")
    alerts = many(body, "ShipmentResponse", "Response", "Alert")
    return ReturnLabelMade(
        number=text(package, "TrackingNumber"),
        shipment_number=text(results, "ShipmentIdentificationNumber"),
        documents=(document(DocumentKind.LABEL, picture),),
        warnings=tuple(optional(alert, "Description") for alert in alerts),
    )


def recovery(number: str, form: str = "PDF") -> Question:
    """Ask for the label with *number* once more; only here UPS gives PDF."""
    return _recovery({"TrackingNumber": number}, form)


def recovery_by_reference(reference: str, account: str, form: str = "PDF") -> Question:
    """Ask for the label that carries *reference*."""
    values = {"ReferenceNumber": {"Value": reference}, "ShipperNumber": account}
    return _recovery({"ReferenceValues": values}, form)


def read_recovered(body: Json) -> tuple[ReturnLabelMade, ...]:
    """Read the answer to a recovery: no label where the reference was not clear and UPS names candidates instead."""
    answer = body_of(body, "LabelRecoveryResponse")
    labels = [label for label in many(answer, "LabelResults") if optional(label, "LabelImage", "GraphicImage")]
    return tuple(
        ReturnLabelMade(
            number=text(label, "TrackingNumber"),
            shipment_number=optional(answer, "ShipmentIdentificationNumber") or text(label, "TrackingNumber"),
            documents=(document(DocumentKind.LABEL, file(label, "LabelImage", "GraphicImage")),),
        )
        for label in labels
    )


def void(shipment_number: str) -> Question:
    """Take back a shipment that has not travelled. Asking twice does no harm."""
    return Question("DELETE", f"{VOID}/{shipment_number}")


def read_voided(body: Json) -> bool:
    """Say whether it is void now, or was before."""
    answer = body_of(body, "VoidShipmentResponse")
    packages = [text(package, "Status", "Code") for package in many(answer, "PackageLevelResults")]
    return all(code == "1" for code in packages or [text(answer, "SummaryResult", "Status", "Code")])


def body_of(body: Json, *path: str) -> Json:
    """Return what stands at the end of *path*, in an answer that says how it went."""
    text(body, path[0], "Response", "ResponseStatus", "Code")
    return below(body, *path)


_SPECIFICATION = {
    "LabelImageFormat": {"Code": "GIF"},
    "HTTPUserAgent": "Mozilla/4.5",
    "LabelStockSize": {"Height": "6", "Width": "4"},
}


def _recovery(which: dict[str, Json], form: str) -> Question:
    request = {
        "Request": {"RequestOption": "nonvalidate"},
        "LabelSpecification": {**_SPECIFICATION, "LabelImageFormat": {"Code": form}},
        **which,
    }
    return Question("POST", RECOVER, body={"LabelRecoveryRequest": request})


def _is_domestic(shipment: Shipment) -> bool:
    """Say whether references belong to the package; on all other lanes UPS wants them with the shipment."""
    return shipment.ship_from.country == shipment.ship_to.country and shipment.ship_from.country in {"US", "PR"}


def _references(shipment: Shipment, reference: str) -> list[Json]:
    """Only one reference may be printed as a barcode: the RMA."""
    return [
        {"Code": RMA, "Value": shipment.rma, "BarCodeIndicator": ""},
        {"Code": SERIAL, "Value": cut(shipment.serial, 35)},
        {"Code": OWN, "Value": reference},
    ]


def _package(shipment: Shipment) -> dict[str, Json]:
    parcel = shipment.parcel
    imperial = shipment.ship_from.country in {"US", "PR"}
    package: dict[str, Json] = {
        "Description": cut(parcel.description, 35),
        "Packaging": {"Code": CUSTOMER_PACKAGING},
        "PackageWeight": _weight(parcel, imperial=imperial),
    }
    if parcel.size_mm:
        unit, mm = ("IN", _MM_PER_INCH) if imperial else ("CM", 10.0)
        length, width, height = (str(math.ceil(round(side / mm, 3))) for side in parcel.size_mm)
        package["Dimensions"] = {
            "UnitOfMeasurement": {"Code": unit}, "Length": length, "Width": width, "Height": height,
        }  # fmt: skip
    return package


def _weight(parcel: Parcel, *, imperial: bool) -> Json:
    unit, factor = ("LBS", POUNDS_PER_KG) if imperial else ("KGS", 1.0)
    tenths = max(1, math.ceil(round(parcel.weight_kg * factor * 10, 6)))
    return {"UnitOfMeasurement": {"Code": unit}, "Weight": f"{tenths / 10:.1f}"}
