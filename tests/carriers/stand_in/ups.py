"""UPS' side of the line."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from carriers import ups
from tests.carriers.samples import UPS_ACCOUNT
from tests.carriers.stand_in.books import Book
from tests.carriers.stand_in.heard import Heard
from tests.carriers.stand_in.pictures import ups_gif, ups_pdf

SUCCESS = {"ResponseStatus": {"Code": "1", "Description": "Success"}}
DAY = {"gmtDate": "20261124", "gmtTime": "74700", "gmtOffset": "-06:00", "date": "20261124", "time": "014700"}


@dataclass
class UpsBook(Book):
    tokens: set[str] = field(default_factory=set)
    pickups: dict[str, str] = field(default_factory=dict)
    scans: dict[str, list[Any]] = field(default_factory=dict)
    """What is told of a parcel, instead of that its label was made."""
    mistaken: str = ""
    """A number that all pictures show instead of their own."""
    refuses: str = ""
    """Why no label is made."""

    def answer(self, heard: Heard, now: datetime, *, late: bool) -> tuple[int, Any]:
        if heard.path == "/security/v1/oauth/token":
            return self._token(heard)
        if heard.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 401, refusal("250002", "Invalid Authentication Information.")
        path = heard.path.split("/")[2:]
        if heard.method == "POST":
            return self._post(path, heard.body, now, late=late)
        match path:
            case ["shipments", "v2409", "void", "cancel", number]:
                return self._void(number)
            case ["shipments", "v2409", "pickup", "02"]:
                return 200, {"PickupCancelResponse": {"Response": SUCCESS, "PickupType": "01"}}
            case ["track", "v1", "details", number]:
                return self._track([number] if number in self.made or number in self.scans else [])
            case ["track", "v1", "reference", "details", reference]:
                return self._track([one.number for one in self.under(reference, now)])
        return 404, {}

    def _post(self, path: list[str], body: Any, now: datetime, *, late: bool) -> tuple[int, Any]:
        match path:
            case ["shipments", "v2409", "ship"]:
                return self._ship(body["ShipmentRequest"]["Shipment"], now, late=late)
            case ["labels", "v1", "recovery"]:
                return self._recover(body["LabelRecoveryRequest"], now)
            case ["pickupcreation", "v2409", "pickup"]:
                return self._book(body["PickupCreationRequest"])
            case ["addressvalidation", "v2", "1"]:
                found = {"AmbiguousAddressIndicator": "", "Candidate": [CANDIDATE]}
                return 200, {"XAVResponse": {"Response": SUCCESS, **found}}
        return 404, {}

    def _token(self, heard: Heard) -> tuple[int, Any]:
        if heard.headers.get("Authorization") != UPS_ACCOUNT.credentials.basic:
            return 401, refusal("10401", "ClientId is Invalid")
        token = uuid4().hex
        self.tokens.add(token)
        return 200, {"token_type": "Bearer", "access_token": token, "expires_in": "14399", "status": "approved"}

    def _ship(self, shipment: Any, now: datetime, *, late: bool) -> tuple[int, Any]:
        package = shipment["Package"][0]
        if not package.get("Description"):
            return 400, refusal("120623", "Invalid merchandise description of package")
        if self.refuses:
            return 400, refusal("120100", self.refuses)
        number = ups.number(shipment["Shipper"]["ShipperNumber"], "03", next(self.places))
        written = package.get("ReferenceNumber", []) + shipment.get("ReferenceNumber", [])
        self.add(number, frozenset(reference["Value"] for reference in written), now, late=late)
        label = {"ImageFormat": {"Code": "GIF"}, "GraphicImage": ups_gif(self.mistaken or number)}
        results = {
            "ShipmentIdentificationNumber": number,
            "PackageResults": [{"TrackingNumber": number, "ShippingLabel": label}],
        }
        return 200, {"ShipmentResponse": {"Response": SUCCESS, "ShipmentResults": results}}

    def _void(self, number: str) -> tuple[int, Any]:
        if number not in self.made:
            return 400, refusal("190102", "No shipment found within the allowed void period")
        self.made[number].void = True
        status = {"Code": "1", "Description": "Voided"}
        return 200, {"VoidShipmentResponse": {"Response": SUCCESS, "SummaryResult": {"Status": status}}}

    def _recover(self, request: Any, now: datetime) -> tuple[int, Any]:
        if "TrackingNumber" in request:
            found = [one for one in self.made.values() if one.number == request["TrackingNumber"]]
        else:
            found = self.under(request["ReferenceValues"]["ReferenceNumber"]["Value"], now)
        if not found:
            return 400, refusal("300300", "No shipments found")
        labels = [{"TrackingNumber": one.number, "LabelImage": _pdf(one.number)} for one in found]
        return 200, {"LabelRecoveryResponse": {"Response": SUCCESS, "LabelResults": labels}}

    def _book(self, request: Any) -> tuple[int, Any]:
        street = request["PickupAddress"]["AddressLine"][0]
        number = self.pickups.setdefault(street, f"2929AONC{len(self.pickups):03d}")
        answer = {"Response": SUCCESS, "PRN": number, "RateStatus": {"Code": "02"}}
        return 200, {"PickupCreationResponse": answer}

    def _track(self, numbers: list[str]) -> tuple[int, Any]:
        if not numbers:
            return 404, refusal("TW0001", "Tracking Information Not Found")
        packages = [{"trackingNumber": n, "activity": self.scans.get(n) or [_scan(n)]} for n in numbers]
        return 200, {"trackResponse": {"shipment": [{"package": [package]} for package in packages]}}


CANDIDATE = {
    "AddressKeyFormat": {
        "AddressLine": ["500 CONGRESS AVE STE 100"],
        "PoliticalDivision2": "AUSTIN",
        "PoliticalDivision1": "TX",
        "PostcodePrimaryLow": "78701",
        "PostcodeExtendedLow": "4321",
        "CountryCode": "US",
    }
}


def _pdf(number: str) -> Any:
    return {"LabelImageFormat": {"Code": "PDF"}, "GraphicImage": ups_pdf(number)}


def refusal(code: str, message: str) -> Any:
    return {"response": {"errors": [{"code": code, "message": message}]}}


def _scan(number: str) -> Any:
    status = {"type": "M", "code": "MP", "description": "Shipper created a label", "statusCode": "003"}
    return {**DAY, "location": {"address": {"city": "Austin", "countryCode": "US"}}, "status": status}
