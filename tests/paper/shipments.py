"""Labels for the places of the example shipments, and for one place of our own."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from carriers import labels
from carriers.labels import Label
from carriers.shipment import Address, Carrier, Parcel, Shipment
from carriers.sources import SPECIMENS, NumberSource, UpsNumbers
from rmatrack.paper.instructions import Instructions

SHIPMENTS = Path(__file__).parents[1] / "data" / "shipments.csv"
DEPOT = Address(
    "Webex Trials Returns", ("100 Depot Way", "Dock 12"), "San Jose", "95134", "US", "CA", "RMA Dock", "+1 408 555 0100"
)
CUSTOMER = Address(
    "TU Delft", ("Mekelweg 5",), "Delft", "2628 CD", "NL", attention="IT Service Desk", phone="+31 15 278 9111"
)
TOLD = Instructions(
    title="Send the device back in three steps",
    fold="Fold here",
    steps=("Put the device in its box.", "Stick this sheet on the box.", "Call for a pickup."),
    inside_title="This must be in the box",
    inside=("FOC2345N0AB",),
    phone_title="Call",
    phone="+1 800 742 5877",
)
NONE = {"BR", "JP"}


def make_label(
    carrier: Carrier = Carrier.UPS,
    *,
    ship_from: Address = CUSTOMER,
    ship_to: Address = DEPOT,
    rma: str = "R26000123K",
    serial: str = "FOC2345N0AB",
    description: str = "Cisco Room Kit",
    running: int = 17,
    source: NumberSource | None = None,
) -> Label:
    """Return a label of *carrier*, a specimen unless a *source* of numbers is given."""
    parcel = Parcel(6.9, description, (500, 350, 250))
    shipment = Shipment(ship_from, ship_to, parcel, rma, serial, date(2026, 11, 22))
    issued = (source or SPECIMENS[carrier]).issue(shipment, running)
    return labels.label(carrier, shipment, issued)


def make_real_label() -> Label:
    """Return a UPS label that is no specimen."""
    return make_label(source=UpsNumbers("A1B2C3", first=1, last=99))


def places() -> dict[str, Address]:
    """Return the ship-to address of each demo order of the example shipments."""
    with SHIPMENTS.open(encoding="utf-8-sig") as file:
        return {row["Demo order"]: _address(row) for row in csv.DictReader(file)}


def labels_of_all_places() -> Iterator[Label]:
    """Return a label for each place that has a carrier."""
    for running, place in enumerate(places().values(), start=1):
        if place.country not in NONE:
            yield make_label(_carrier(place.country), ship_from=place, running=running)


def with_lines(*lines: str) -> Address:
    return replace(CUSTOMER, lines=lines)


def _carrier(country: str) -> Carrier:
    return {"US": Carrier.UPS, "PR": Carrier.UPS, "AU": Carrier.EXPEDITORS}.get(country, Carrier.DHL)


def _address(row: dict[str, str]) -> Address:
    return Address(
        name=row["Customer"],
        lines=tuple(filter(None, (row["Address 1"], row["Address 2"]))),
        city=row["City"],
        postal_code=row["Postal code"],
        country=row["Country"],
        state=row["State"],
        attention=row["Recipient"],
        phone=row["Phone"],
    )
