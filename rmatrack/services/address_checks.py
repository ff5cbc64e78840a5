"""What a carrier thinks of an address: a suggestion, never a condition, and silence where it cannot be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from carriers.errors import ShippingError
from carriers.shipment import Address, Carrier
from carriers.ups_api.addresses import COVERED, AddressVerdict
from rmatrack.db.carrier_accounts import CarrierAccount, account_in_use
from rmatrack.domain.errors import RmatrackError
from rmatrack.services.carrier_lines import Lines, Step, ask


@dataclass(frozen=True, slots=True)
class Checked:
    """What the carrier thinks, and how it would write the address; `verdict` is None where nobody was asked."""

    verdict: AddressVerdict | None
    suggestions: tuple[Address, ...] = ()


def checker(session: Session) -> CarrierAccount | None:
    """Return the account that addresses are checked with, where there is one."""
    account = account_in_use(session, Carrier.UPS)
    return account if account and account.credentials else None


def check_address(
    step: Step, lines: Lines, account: CarrierAccount | None, address: Address, *, now: Callable[[], datetime]
) -> Checked:
    """Ask about *address*. No transaction may be open. A carrier that is away, or refuses, says nothing."""
    if account is None or address.country not in COVERED or not address.lines:
        return Checked(None)
    try:
        checked = ask(step, lines, account, lambda connection: connection.check(address), now=now)
    except (ShippingError, RmatrackError):
        return Checked(None)
    return Checked(checked.verdict, checked.suggestions) if checked else Checked(None)
