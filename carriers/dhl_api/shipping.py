"""DHL return shipments: the customer ships to the depot and the depot's account pays; DHL has no returns of its own.

DHL gives the transport label once and never again, so all its files have to be kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from carriers.customs import Goods, needs_papers
from carriers.dhl_api.customs import export_declaration
from carriers.dhl_api.wording import party, planned
from carriers.documents import Document, DocumentKind, document
from carriers.errors import GoodsUnknownError, NoProductError, TooFarAheadError
from carriers.fitting import cut
from carriers.http import Question
from carriers.reading import Json, below, file, many, optional, text
from carriers.shipment import Shipment

SHIPMENTS = "/shipments"
PRODUCTS = "/products"
DAYS_AHEAD = 10

RMA = "CU"
OWN = "AAO"
"""*Receiver's reference*: ours for this one label, by which it is found again when the answer was lost."""

LABEL_TEMPLATE = "ECOM26_A6_002"
WAYBILL_TEMPLATE = "ARCH_8X4"
INVOICE_TEMPLATE = "RET_COM_INVOICE_A4_01"

_KINDS = {
    "label": DocumentKind.LABEL,
    "waybilldoc": DocumentKind.WAYBILL,
    "invoice": DocumentKind.INVOICE,
    "receipt": DocumentKind.RECEIPT,
    "shipmentreceipt": DocumentKind.RECEIPT,
}


@dataclass(frozen=True, slots=True)
class Product:
    """What DHL sells on one lane."""

    code: str
    local_code: str
    name: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class ShipmentMade:
    """A shipment that DHL made. `documents` begin with the label; they cannot be fetched again."""

    waybill: str
    pieces: tuple[str, ...]
    documents: tuple[Document, ...]
    pickup_number: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a shipment travels: by which product, from when, under which reference of ours, and what customs is told."""

    account: str
    product: Product
    leaves_at: datetime
    reference: str
    goods: tuple[Goods, ...] = ()


def create(shipment: Shipment, terms: Terms) -> Question:
    return Question("POST", SHIPMENTS, body=create_body(shipment, terms), makes=True)


def check(shipment: Shipment, terms: Terms) -> Question:
    """Ask whether DHL would make this shipment; nothing is made."""
    return Question("POST", SHIPMENTS, {"validateDataOnly": "true"}, body=create_body(shipment, terms))


def create_body(shipment: Shipment, terms: Terms) -> Json:
    """Write the shipment; raises `GoodsUnknownError` where customs would be told too little."""
    return {
        "plannedShippingDateAndTime": planned(terms.leaves_at),
        "pickup": {"isRequested": False},
        "productCode": terms.product.code,
        "localProductCode": terms.product.local_code or terms.product.code,
        "accounts": [{"typeCode": "shipper", "number": terms.account}],
        "customerReferences": [
            {"typeCode": RMA, "value": shipment.rma},
            {"typeCode": OWN, "value": terms.reference},
        ],
        "outputImageProperties": _files(customs=needs_papers(shipment.ship_from, shipment.ship_to)),
        "customerDetails": {
            "shipperDetails": {**party(shipment.ship_from), "typeCode": "business"},
            "receiverDetails": {**party(shipment.ship_to), "typeCode": "business"},
        },
        "content": _content(shipment, terms),
    }


def must_be_soon(leaves_at: datetime, now: datetime) -> None:
    """Raise `TooFarAheadError` for a moment that DHL does not plan yet."""
    if leaves_at - now > timedelta(days=DAYS_AHEAD):
        raise TooFarAheadError(carrier="DHL", days=DAYS_AHEAD)


def read_made(body: Json) -> ShipmentMade:
    """Read the answer to `create`. In DHL's answers the waybill document may call itself a label: the first is."""
    files = [_document(part) for part in many(body, "documents") if optional(part, "typeCode").lower() in _KINDS]
    return ShipmentMade(
        waybill=text(body, "shipmentTrackingNumber"),
        pieces=tuple(text(package, "trackingNumber") for package in many(body, "packages")),
        documents=_one_label(files),
        pickup_number=optional(body, "dispatchConfirmationNumber"),
        warnings=tuple(str(warning) for warning in many(body, "warnings")),
    )


def products(shipment: Shipment, account: str, on: date) -> Question:
    """Ask what DHL sells for *shipment* on the day *on*."""
    origin, destination, parcel = shipment.ship_from, shipment.ship_to, shipment.parcel
    length, width, height = parcel.size_mm or (10, 10, 10)
    query = {
        "accountNumber": account,
        "originCountryCode": origin.country,
        "originCityName": cut(origin.city, 45),
        "destinationCountryCode": destination.country,
        "destinationCityName": cut(destination.city, 45),
        "weight": _kilos(parcel.weight_kg),
        "length": _centimetres(length),
        "width": _centimetres(width),
        "height": _centimetres(height),
        "plannedShippingDate": f"{on:%Y-%m-%d}",
        "isCustomsDeclarable": "true" if needs_papers(shipment.ship_from, shipment.ship_to) else "false",
        "unitOfMeasurement": "metric",
        "nextBusinessDay": "true",
    }
    postal = {"originPostalCode": origin.postal_code, "destinationPostalCode": destination.postal_code}
    return Question("GET", PRODUCTS, {**query, **{name: code for name, code in postal.items() if code}})


def read_products(body: Json) -> tuple[Product, ...]:
    return tuple(
        Product(
            code=text(product, "productCode"),
            local_code=optional(product, "localProductCode"),
            name=optional(product, "productName"),
            agreed=below(product, "isCustomerAgreement") is True,
        )
        for product in many(body, "products")
    )


def choose(offered: Sequence[Product], wanted: str, shipment: Shipment) -> Product:
    """Return the product *wanted*, by its code, from those *offered*; raises `NoProductError`."""
    for product in offered:
        if product.code == wanted:
            return product
    raise NoProductError(carrier="DHL", origin=shipment.ship_from.country, destination=shipment.ship_to.country)


def _content(shipment: Shipment, terms: Terms) -> Json:
    length, width, height = shipment.parcel.size_mm or (10, 10, 10)
    content: dict[str, Json] = {
        "packages": [
            {
                "weight": float(_kilos(shipment.parcel.weight_kg)),
                "dimensions": {
                    "length": float(_centimetres(length)),
                    "width": float(_centimetres(width)),
                    "height": float(_centimetres(height)),
                },
                "customerReferences": [{"typeCode": RMA, "value": cut(shipment.serial, 35)}],
                "description": cut(shipment.parcel.description, 70),
            }
        ],
        "isCustomsDeclarable": needs_papers(shipment.ship_from, shipment.ship_to),
        "description": cut(shipment.parcel.description, 70),
        "incoterm": "DAP",
        "unitOfMeasurement": "metric",
    }
    return {**content, **_declared(shipment, terms)} if needs_papers(shipment.ship_from, shipment.ship_to) else content


def _declared(shipment: Shipment, terms: Terms) -> dict[str, Json]:
    goods = terms.goods
    if not goods or not all(part.is_complete for part in goods) or len({part.currency for part in goods}) > 1:
        raise GoodsUnknownError(
            origin=shipment.ship_from.country, destination=shipment.ship_to.country, serial=shipment.serial
        )
    total = sum((part.value * len(part.serials) for part in goods), Decimal())
    return {
        "declaredValue": float(total),
        "declaredValueCurrency": goods[0].currency,
        "exportDeclaration": export_declaration(shipment, goods),
    }


def _files(*, customs: bool) -> Json:
    wanted: list[Json] = [
        {"typeCode": "label", "templateName": LABEL_TEMPLATE},
        {
            "typeCode": "waybillDoc",
            "templateName": WAYBILL_TEMPLATE,
            "isRequested": True,
            "hideAccountNumber": True,
        },
    ]
    if customs:
        invoice = {"typeCode": "invoice", "templateName": INVOICE_TEMPLATE, "invoiceType": "returns"}
        wanted.append({**invoice, "isRequested": True, "languageCode": "eng"})
    return {
        "printerDPI": 300,
        "encodingFormat": "pdf",
        "imageOptions": wanted,
        "splitTransportAndWaybillDocLabels": True,
    }


def _document(part: Json) -> Document:
    return document(_KINDS[text(part, "typeCode").lower()], file(part, "content"))


def _one_label(files: Sequence[Document]) -> tuple[Document, ...]:
    labels = [part for part in files if part.kind is DocumentKind.LABEL]
    others = [part for part in files if part.kind is not DocumentKind.LABEL]
    waybills = [Document(DocumentKind.WAYBILL, part.media_type, part.content) for part in labels[1:]]
    return (*labels[:1], *waybills, *others)


def _kilos(weight: float) -> str:
    return f"{max(weight, 0.001):.3f}"


def _centimetres(side_mm: float) -> str:
    return f"{max(side_mm / 10, 1):.1f}"
