"""The line to one account with a carrier: the same few deeds for every carrier, whatever its API looks like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from carriers import dhl
from carriers.customs import Goods
from carriers.dhl_api.client import Dhl, DhlAccount
from carriers.documents import Document
from carriers.expeditors_api.client import HOST as EXPEDITORS_HOST
from carriers.expeditors_api.client import Expeditors
from carriers.http import Exchange, keep_nothing
from carriers.live import LiveDhl, LiveSource, LiveUps
from carriers.shipment import Address, Shipment
from carriers.tokens import Credentials
from carriers.ups_api.addresses import AddressChecked
from carriers.ups_api.client import Ups, UpsAccount

NOBODYS_WAYBILL = dhl.waybill(0)

GoodsOf = Callable[[Shipment], Sequence[Goods]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where and as whom a carrier is asked. `host` is the base address of its API; empty is that for production."""

    account: str
    credentials: Credentials = field(repr=False)
    now: Callable[[], datetime]
    country: str = ""
    host: str = ""
    seconds: float = 30.0
    keep: Callable[[Exchange], None] = keep_nothing


class Connection(Protocol):
    """All methods raise what the clients raise: `CarrierError` and `CarrierUnavailableError`."""

    def try_out(self) -> None:
        """Ask something that needs the credentials and makes nothing."""
        ...

    def source(self, leaves_at: datetime, goods_of: GoodsOf) -> LiveSource | None:
        """Return where live labels come from; None where the carrier makes none."""
        ...

    def void(self, number: str) -> bool:
        """Take back what was made under *number*; False where the carrier does not, or not any more."""
        ...

    def label_again(self, number: str) -> Document | None:
        """Return the label with *number* as the carrier gives it again; None where it does not."""
        ...

    def check(self, address: Address) -> AddressChecked | None:
        """Return what the carrier thinks of *address*; None where it does not know such addresses."""
        ...


class UpsConnection:
    def __init__(self, door: Door) -> None:
        account = UpsAccount(door.account, door.country or "US", door.credentials)
        self.client = Ups(account, seconds=door.seconds, keep=door.keep, **_host(door))

    def try_out(self) -> None:
        self.client.sign_in()

    def source(self, leaves_at: datetime, goods_of: GoodsOf) -> LiveSource | None:
        return LiveUps(self.client)

    def void(self, number: str) -> bool:
        return self.client.void(number)

    def label_again(self, number: str) -> Document | None:
        made = self.client.label_again(number)
        return made.documents[0] if made else None

    def check(self, address: Address) -> AddressChecked | None:
        return self.client.check(address)


class DhlConnection:
    def __init__(self, door: Door) -> None:
        account = DhlAccount(door.account, door.credentials)
        self.client = Dhl(account, seconds=door.seconds, keep=door.keep, **_host(door))

    def try_out(self) -> None:
        self.client.events(NOBODYS_WAYBILL)

    def source(self, leaves_at: datetime, goods_of: GoodsOf) -> LiveSource | None:
        return LiveDhl(self.client, leaves_at, goods_of)

    def void(self, number: str) -> bool:
        """DHL takes no shipment back; one that never travels costs nothing."""
        return False

    def label_again(self, number: str) -> Document | None:
        return None

    def check(self, address: Address) -> AddressChecked | None:
        return None


class ExpeditorsConnection:
    """Expeditors can only be asked where files are: its labels are ours, and bookings go by mail."""

    def __init__(self, door: Door) -> None:
        self.client = Expeditors(
            door.credentials, door.now, host=door.host or EXPEDITORS_HOST, seconds=door.seconds, keep=door.keep
        )

    def try_out(self) -> None:
        self.client.sign_in()

    def source(self, leaves_at: datetime, goods_of: GoodsOf) -> LiveSource | None:
        return None

    def void(self, number: str) -> bool:
        return False

    def label_again(self, number: str) -> Document | None:
        return None

    def check(self, address: Address) -> AddressChecked | None:
        return None


def _host(door: Door) -> dict[str, str]:
    return {"host": door.host} if door.host else {}
