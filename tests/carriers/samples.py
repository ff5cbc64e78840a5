"""Parcels, pickups and accounts for the tests of the carriers."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from carriers.customs import Goods
from carriers.dhl_api.client import DhlAccount
from carriers.pickups import Pickup
from carriers.shipment import Address, Parcel, Shipment
from carriers.tokens import Credentials
from carriers.ups_api.client import UpsAccount

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RMA = "R26000123"
SERIAL = "FOC2345N0AB"

DEPOT = Address(
    "Acme Demo Depot", ("100 Depot Way",), "San Jose", "95134", "US", state="CA", attention="RMA Dock",
    phone="+1 408 555 0100",
)  # fmt: skip
AUSTIN = Address(
    "Customer Inc", ("500 Congress Ave",), "Austin", "78701-1234", "US", state="TX", attention="Jo Trial",
    phone="(512) 555-0123",
)  # fmt: skip
SAN_JUAN = Address("Isla SA", ("1 Calle Sol",), "San Juan", "00901", "PR", state="PR", phone="787 555 0101")
MUNICH = Address("Kunde GmbH", ("Hauptstraße 1",), "München", "80804", "DE", attention="Jo Probe", phone="+49 89 5550")
DELFT = Address("TU Delft", ("Mekelweg 5",), "Delft", "2628 CD", "NL", phone="+31 15 555 0100")
TORONTO = Address("Maple Ltd", ("1 King St W",), "Toronto", "M5H 1A1", "CA", state="ON", phone="+1 416 555 0100")
SYDNEY = Address("Koala Pty", ("1 George St",), "Sydney", "2000", "AU", state="NSW", phone="+61 2 5550 0100")
VENLO = Address("Returns Venlo", ("Depotweg 1",), "Venlo", "5928 LX", "NL", attention="Dock", phone="+31 77 5550100")

UPS_ACCOUNT = UpsAccount("A1B2C3", "US", Credentials("ups-key", "ups-secret-words"))
DHL_ACCOUNT = DhlAccount("123456789", Credentials("dhl-key", "dhl-secret-words"))
EXPEDITORS_CREDENTIALS = Credentials("exp-key", "exp-secret-words")


def shipment(origin: Address = AUSTIN, destination: Address = DEPOT, serial: str = SERIAL) -> Shipment:
    return Shipment(origin, destination, Parcel(6.9, "Cisco Room Kit", (500, 350, 250)), RMA, serial, TODAY)


def goods(*serials: str) -> Goods:
    return Goods(
        description="Video endpoint, used demonstration unit",
        serials=serials or (SERIAL,),
        value=Decimal("1200.10"),
        currency="CAD",
        code="8517.62.0000",
        origin="MX",
        net_kg=Decimal("6.5"),
        gross_kg=Decimal("6.9"),
    )


def pickup(address: Address = AUSTIN, *, zone: str = "America/Chicago", destination: str = "US") -> Pickup:
    return Pickup(
        address=address,
        parcels=(Parcel(6.9, "Cisco Room Kit"), Parcel(33.0, "Cisco Board")),
        destination=destination,
        day=date(2026, 11, 25),
        ready_at=time(10, 0),
        closes_at=time(17, 30),
        zone=zone,
        reference=RMA,
        numbers=("1Z12345E6605272234",),
        instructions="Ring at the dock",
    )
