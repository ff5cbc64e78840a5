"""DHL's side of the line."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from carriers import dhl
from tests.carriers.samples import DHL_ACCOUNT
from tests.carriers.stand_in.books import Book
from tests.carriers.stand_in.heard import Heard
from tests.carriers.stand_in.pictures import dhl_pdf

EVENT = {
    "date": "2026-11-24", "time": "13:56:21", "GMTOffset": "+01:00", "typeCode": "PU", "description": "Picked up",
}  # fmt: skip


@dataclass
class DhlBook(Book):
    pickups: dict[str, Any] = field(default_factory=dict)
    pieces: dict[str, str] = field(default_factory=dict)
    scans: dict[str, list[Any]] = field(default_factory=dict)
    """What is told of a waybill, instead of that it was picked up."""
    mistaken: str = ""
    """A number that all labels show instead of their own."""

    def answer(self, heard: Heard, now: datetime, *, late: bool) -> tuple[int, Any]:
        if heard.headers.get("Authorization") != DHL_ACCOUNT.credentials.basic:
            return 401, refusal(401, "Unauthorized")
        path = heard.path.split("/")[1:]
        if path[0] == "pickups":
            return self._pickup(heard, path[1:])
        match heard.method, path:
            case "POST", ["shipments"] if heard.query.get("validateDataOnly") == ["true"]:
                return 200, {}
            case "POST", ["shipments"]:
                return self._ship(heard.body, now, late=late)
            case "GET", ["products"]:
                return 200, {"products": [_product("P"), _product("U"), _product("N")]}
            case "GET", ["tracking"]:
                return self._track(heard.query, now)
            case "GET", ["shipments", waybill, "tracking"]:
                return self._track({"shipmentTrackingNumber": [waybill]}, now)
        return 404, refusal(404, "Not found")

    def _pickup(self, heard: Heard, path: list[str]) -> tuple[int, Any]:
        match heard.method, path:
            case "POST", []:
                number = f"PRG{len(self.pickups):012d}"
                self.pickups[number] = heard.body
                return 201, {"dispatchConfirmationNumbers": [number]}
            case "PATCH", [number] if number in self.pickups:
                return 200, {"dispatchConfirmationNumber": number}
            case "DELETE", [number] if number in self.pickups:
                del self.pickups[number]
                return 200, None
        return 404, refusal(404, "Not found")

    def _ship(self, body: Any, now: datetime, *, late: bool) -> tuple[int, Any]:
        if "exportDeclaration" not in body["content"] and body["content"]["isCustomsDeclarable"]:
            return 400, refusal(400, "7024: exportDeclaration is missing")
        place = next(self.places)
        waybill = dhl.waybill(110_373_390 + place)
        self.add(waybill, frozenset(reference["value"] for reference in body["customerReferences"]), now, late=late)
        piece = dhl.piece(14_600_004_617_230_770 + place)
        self.pieces[piece] = waybill
        document = {"imageFormat": "PDF", "content": dhl_pdf(self.mistaken or waybill, piece), "typeCode": "label"}
        return 201, {
            "shipmentTrackingNumber": waybill,
            "packages": [{"referenceNumber": 1, "trackingNumber": piece}],
            "documents": [document, {**document, "typeCode": "waybillDoc"}],
        }

    def _track(self, query: Any, now: datetime) -> tuple[int, Any]:
        numbers = list(query.get("shipmentTrackingNumber", []))
        pieces = query.get("pieceTrackingNumber", [])
        numbers += [number for piece, number in self.pieces.items() if piece in pieces]
        if "shipmentReference" in query:
            numbers = [one.number for one in self.under(query["shipmentReference"][0], now)]
        known = [number for number in numbers if number in self.made or number in self.scans]
        if not known:
            return 404, refusal(404, "No Shipments Found for ReferenceID")
        event = {
            "date": "2026-11-24",
            "time": "13:56:21",
            "GMTOffset": "+01:00",
            "typeCode": "PU",
            "description": "Picked up",
        }
        return 200, {
            "shipments": [{"shipmentTrackingNumber": n, "events": self.scans.get(n) or [event]} for n in known]
        }


def refusal(status: int, detail: str) -> Any:
    return {"instance": "/expressapi", "detail": detail, "title": "No", "message": "No", "status": str(status)}


def _product(code: str) -> Any:
    return {"productName": "EXPRESS", "productCode": code, "localProductCode": code, "isCustomerAgreement": True}
