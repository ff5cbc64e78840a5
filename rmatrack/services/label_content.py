"""What a label says, as JSON that is enough to draw it again: from a unit and the policy, and back to the kit's label.

The content is written once, when the number is given. Whatever changes later, a reprint is the same file (SPEC C-6).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from carriers import labels
from carriers.customs import needs_papers
from carriers.kinds import KINDS
from carriers.labels import Label
from carriers.shipment import Address, Carrier, Parcel, Shipment
from carriers.sources import Issued, SourceKind
from rmatrack.db.units_to_label import UnitToLabel
from rmatrack.domain import addresses
from rmatrack.domain.policy import Carrier as CarrierWord
from rmatrack.domain.policy import Policy, contact_for, depot_for, model_of

DEFAULT_LANGUAGE = "en"
DUTCH_SPEAKING = frozenset({"NL"})


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer is told beside the label: how to reach the carrier, and in which language.

    `papers` says that a customs invoice goes along.
    """

    language: str
    phone: str
    web: str
    booking: str
    papers: bool = False


def shipment_of(unit: UnitToLabel, carrier: Carrier, *, policy: Policy, on: date) -> Shipment:
    """Return the way back of *unit*: from the customer to the depot that takes *carrier*'s returns from there.

    UPS and DHL give each box a shipment of its own, so that it is 1 of 1; Expeditors fetches cartons of one booking.
    Raises `NoDepotError` and `UnknownModelError`.
    """
    depot = depot_for(policy, CarrierWord(carrier), unit.country, on)
    box, boxes = (unit.box, unit.boxes) if carrier is Carrier.EXPEDITORS else (1, 1)
    return Shipment(
        ship_from=customer_address(unit),
        ship_to=depot_address(depot.address),
        parcel=_parcel(unit, policy),
        rma=unit.rma_number,
        serial=unit.serial,
        issued_on=on,
        number=box,
        count=boxes,
    )


def _parcel(unit: UnitToLabel, policy: Policy) -> Parcel:
    """Return the box as the catalogue has it, or as the policy does for a model that is not in the catalogue yet."""
    if unit.model_name and unit.weight_kg and unit.length_mm and unit.width_mm and unit.height_mm:
        return _boxed(unit.weight_kg, unit.model_name, (unit.length_mm, unit.width_mm, unit.height_mm))
    model = model_of(policy, unit.model)
    return _boxed(model.weight_kg, model.name, model.box_mm)


def _boxed(weight_kg: Decimal, name: str, box_mm: tuple[int, ...]) -> Parcel:
    length, width, height = sorted(box_mm, reverse=True)
    return Parcel(float(weight_kg), name, (length, width, height))


def told_for(unit: UnitToLabel, carrier: Carrier, *, policy: Policy, on: date) -> Told:
    """Return what the customer of *unit* is told; raises `NoDepotError`."""
    language = language_of(unit)
    depot = depot_for(policy, CarrierWord(carrier), unit.country, on)
    papers = needs_papers(customer_address(unit), depot_address(depot.address))
    contact = contact_for(policy, CarrierWord(carrier), unit.country, on, state=unit.state)
    if contact is None:
        return Told(language, "", "", "", papers)
    booking = contact.booking.get(language) or contact.booking[DEFAULT_LANGUAGE]
    return Told(language, contact.phone, contact.web, booking, papers)


def language_of(unit: UnitToLabel) -> str:
    """Return the language that the customer of *unit* reads."""
    return unit.language or ("nl" if unit.country in DUTCH_SPEAKING else DEFAULT_LANGUAGE)


def content_of(shipment: Shipment, issued: Issued, told: Told) -> dict[str, object]:
    """Return the content that is kept with the label."""
    sent = asdict(shipment) | {"issued_on": shipment.issued_on.isoformat()}
    return {"shipment": sent, "kind": issued.kind.value, "told": asdict(told)}


def label_of(carrier: Carrier, number: str, piece: str, content: Mapping[str, Any]) -> Label:
    """Return the kit's label for what is kept; raises `carriers.errors.ShippingError`."""
    issued = Issued(number, SourceKind(content["kind"]), piece_id=piece)
    return labels.label(carrier, kept_shipment(content), issued, title=KINDS[carrier].name)


def kept_shipment(content: Mapping[str, Any]) -> Shipment:
    """Return the shipment that a label's content keeps."""
    sent: dict[str, Any] = dict(content["shipment"])
    parcel: dict[str, Any] = dict(sent["parcel"])
    size = parcel["size_mm"]
    return Shipment(
        **sent
        | {
            "ship_from": _kept_address(sent["ship_from"]),
            "ship_to": _kept_address(sent["ship_to"]),
            "parcel": Parcel(**parcel | {"size_mm": tuple(size) if size else None}),
            "issued_on": date.fromisoformat(sent["issued_on"]),
        }
    )


def kept_told(content: Mapping[str, Any]) -> Told:
    """Return what a label's content keeps for the customer."""
    return Told(**content["told"])


def _kept_address(kept: Mapping[str, Any]) -> Address:
    return Address(**{**kept, "lines": tuple(kept["lines"])})


def customer_address(unit: UnitToLabel) -> Address:
    """Return where *unit* is fetched."""
    return Address(
        name=unit.ship_to_name,
        attention=unit.recipient,
        phone=unit.phone,
        lines=tuple(line for line in (unit.address_1, unit.address_2, unit.address_3) if line),
        city=unit.city,
        state=unit.state,
        postal_code=unit.postal_code,
        country=unit.country,
    )


def depot_address(address: addresses.Address) -> Address:
    """Return a depot as the shipping kit writes an address."""
    return Address(
        name=address.company,
        attention=address.recipient,
        phone=address.phone,
        lines=address.lines,
        city=address.city,
        state=address.state,
        postal_code=address.postal_code,
        country=address.country,
    )
