"""Where numbers come from, and what goes on a label for them."""

from datetime import date

import pytest

from carriers import labels
from carriers.errors import BlockUsedUpError
from carriers.recognise import recognise
from carriers.shipment import Address, Carrier, Parcel, Shipment
from carriers.sources import SPECIMENS, DhlNumbers, NumberSource, SourceKind, SsccNumbers, UpsNumbers

DEPOT = Address("Returns", ("100 Depot Way",), "San Jose", "95134", "US", state="CA")
CUSTOMER = Address("TU Delft", ("Mekelweg 5",), "Delft", "2628 CD", "NL")
SHIPMENT = Shipment(CUSTOMER, DEPOT, Parcel(2.5, "Cisco Desk Pro"), "R26000123", "FOC2345N0AB", date(2026, 11, 22))


@pytest.mark.parametrize("carrier", list(Carrier))
def test_a_specimen_has_a_number_that_holds_and_is_marked(carrier: Carrier) -> None:
    issued = SPECIMENS[carrier].issue(SHIPMENT, 17)

    label = labels.label(carrier, SHIPMENT, issued)

    found = recognise(issued.number)
    assert found is not None
    assert found.holds
    assert issued.kind is SourceKind.SPECIMEN
    assert label.specimen
    assert label.number == issued.number


@pytest.mark.parametrize(
    ("source", "running", "number"),
    [
        (UpsNumbers("12345E", first=527_000, last=528_000, service="66"), 527_223, "1Z12345E6605272234"),
        (DhlNumbers(first=110_373_390, last=110_373_399, first_piece=1), 110_373_390, "1103733901"),
        (SsccNumbers("0614141", first=1, last=999_999_999, extension=1), 234_567_890, "106141412345678908"),
    ],
)
def test_a_range_formats_the_running_number(source: NumberSource, running: int, number: str) -> None:
    issued = source.issue(SHIPMENT, running)

    assert issued.number == number
    assert issued.kind is SourceKind.RANGE
    assert not labels.label(source.carrier, SHIPMENT, issued).specimen


@pytest.mark.parametrize("running", [9, 21])
def test_a_running_number_outside_the_block_is_refused(running: int) -> None:
    source = UpsNumbers("12345E", first=10, last=20)

    with pytest.raises(BlockUsedUpError) as refused:
        source.issue(SHIPMENT, running)

    assert refused.value.code == "number-block-used-up"
    assert "new block" in str(refused.value)


def test_pieces_are_counted_beside_their_waybills() -> None:
    source = DhlNumbers(first=500, last=600, first_piece=14_600_004_617_230_770)

    assert source.issue(SHIPMENT, 503).piece_id == "JD014600004617230773"
