"""Everything that differs between carriers, one `CarrierKind` each: how numbers, labels and connections are made.

This table is where a carrier joins. One that is not built in is a module of its own in `carriers.joined` that makes a
`CarrierKind` and gives it to `join`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from carriers.connections import Connection, DhlConnection, Door, ExpeditorsConnection, UpsConnection
from carriers.dhl_api import client as dhl_client
from carriers.expeditors_api import client as expeditors_client
from carriers.shipment import Carrier
from carriers.sources import SPECIMENS, DhlNumbers, NumberSource, SsccNumbers, UpsNumbers
from carriers.ups_api import client as ups_client

PRODUCTION = "production"
SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class Taken:
    """Running numbers set aside from a block; `pieces` from its second block, where the carrier has one."""

    numbers: range
    pieces: range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierKind:
    """A carrier. `barcodes` says what must be readable on a label of its own making, by number and piece.

    `connect` is None where there is nothing to connect to, `hosts` are the addresses of its API by what they are for.
    `asks_per_hour` and `asks_per_day` are what the carrier allows an account that agreed on nothing else; None where it
    publishes nothing. A carrier that `makes_labels` may take one back (`voids`) and give the same once more
    (`gives_again`).
    """

    carrier: Carrier
    name: str
    service: str
    specimens: NumberSource
    block: Callable[[str, Taken], NumberSource]
    has_pieces: bool = False
    has_country: bool = False
    barcodes: Callable[[str, str], tuple[str, ...]] = lambda number, piece: (number,)
    connect: Callable[[Door], Connection] | None = None
    makes_labels: bool = False
    voids: bool = False
    gives_again: bool = False
    asks_per_hour: int | None = None
    asks_per_day: int | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)


def _dhl_block(_account: str, taken: Taken) -> NumberSource:
    first_piece = taken.pieces.start if taken.pieces else 0
    return DhlNumbers(taken.numbers.start, taken.numbers.stop - 1, first_piece)


KINDS: dict[Carrier, CarrierKind] = {
    kind.carrier: kind
    for kind in (
        CarrierKind(
            carrier=Carrier.UPS,
            name="UPS",
            service="UPS Ground",
            specimens=SPECIMENS[Carrier.UPS],
            block=lambda account, taken: UpsNumbers(account, taken.numbers.start, taken.numbers.stop - 1),
            has_country=True,
            connect=UpsConnection,
            makes_labels=True,
            voids=True,
            gives_again=True,
            hosts={PRODUCTION: ups_client.HOST, SANDBOX: ups_client.TRIAL_HOST},
        ),
        CarrierKind(
            carrier=Carrier.DHL,
            name="DHL Express",
            service="DHL Express",
            specimens=SPECIMENS[Carrier.DHL],
            block=_dhl_block,
            has_pieces=True,
            barcodes=lambda number, piece: (number, f"J{piece}") if piece else (number,),
            connect=DhlConnection,
            makes_labels=True,
            asks_per_day=dhl_client.QUESTIONS_PER_DAY,
            hosts={PRODUCTION: dhl_client.HOST, SANDBOX: dhl_client.TRIAL_HOST},
        ),
        CarrierKind(
            carrier=Carrier.EXPEDITORS,
            name="Expeditors",
            service="Expeditors",
            specimens=SPECIMENS[Carrier.EXPEDITORS],
            block=lambda account, taken: SsccNumbers(account, taken.numbers.start, taken.numbers.stop - 1),
            connect=ExpeditorsConnection,
            asks_per_hour=expeditors_client.QUESTIONS_PER_HOUR,
            hosts={PRODUCTION: expeditors_client.HOST},
        ),
    )
}


def join(kind: CarrierKind) -> None:
    """Let a carrier take part that is not built in."""
    KINDS[kind.carrier] = kind
