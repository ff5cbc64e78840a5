"""Expeditors: the GS1 logistic label that its cartons carry. It has no label service, so the carton says who it is."""

from dataclasses import dataclass

from carriers.shipment import Shipment


@dataclass(frozen=True, slots=True)
class CartonLabel:
    """One carton's label; `number` is its SSCC of 18 digits."""

    shipment: Shipment
    number: str
    specimen: bool = True

    @property
    def sscc_barcode(self) -> str:
        """What the GS1-128 with the container code holds: `00` and the SSCC."""
        return f"00{self.number}"

    @property
    def order_barcode(self) -> str:
        """What the GS1-128 with the RMA holds: `400`, the customer's order number."""
        return f"400{self.shipment.rma}"
