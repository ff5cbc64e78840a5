"""The export declaration of a return: what is on the invoice that DHL draws, with our RMA and serials on it."""

from collections.abc import Sequence
from decimal import Decimal

from carriers.customs import Goods
from carriers.fitting import cut
from carriers.reading import Json
from carriers.shipment import Shipment

REASON = "Return of demo equipment"
REASON_TYPE = "return_to_origin"
RMA = "RMA"
SERIAL = "SE"


def export_declaration(shipment: Shipment, goods: Sequence[Goods]) -> Json:
    return {
        "lineItems": [_line(place, part) for place, part in enumerate(goods, start=1)],
        "invoice": {
            "number": shipment.rma,
            "date": f"{shipment.issued_on:%Y-%m-%d}",
            "customerReferences": [{"typeCode": RMA, "value": shipment.rma}],
        },
        "exportReason": REASON,
        "exportReasonType": REASON_TYPE,
        "shipmentType": "commercial",
        "placeOfIncoterm": cut(shipment.ship_to.city, 256),
    }


def _line(place: int, goods: Goods) -> Json:
    return {
        "number": place,
        "description": cut(goods.description, 512),
        "price": float(goods.value),
        "quantity": {"value": len(goods.serials), "unitOfMeasurement": "PCS"},
        "commodityCodes": [{"typeCode": "outbound", "value": "".join(filter(str.isalnum, goods.code))}],
        "exportReasonType": REASON_TYPE,
        "manufacturerCountry": goods.origin,
        "weight": {"netValue": _kilos(goods.net_kg), "grossValue": _kilos(goods.gross_kg)},
        "customerReferences": [{"typeCode": SERIAL, "value": cut(serial, 35)} for serial in goods.serials],
    }


def _kilos(weight: Decimal) -> float:
    return float(round(weight, 3))
