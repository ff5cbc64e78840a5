"""What travels under an RMA although nobody here knows its number: asked of the carrier by reference (SPEC C-6, C-11).

`to_look_up` says what is asked, `look_up` asks with no transaction open and within the account's allowance, and
`keep_found` lets what is about known labels move them. Reports about other numbers are laid aside until somebody says
which device is in that box (`taking_over.take_over`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from carriers.errors import ShippingError
from carriers.following import Followed, numbers_under, report_on
from carriers.kinds import KINDS
from carriers.parcel_states import ParcelEvent, journey
from carriers.shipment import Carrier
from rmatrack.db import tracking as parcels
from rmatrack.db.carrier_accounts import CarrierAccount, account_in_use
from rmatrack.db.order_pages import order_numbered, return_of
from rmatrack.domain import policy as rules
from rmatrack.domain.due import today_in
from rmatrack.domain.errors import NotFoundError, RuleBrokenError, _
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.domain.sentences import Sentence
from rmatrack.domain.tracking import Whereabouts
from rmatrack.services.carrier_allowance import FOR_TRACKING
from rmatrack.services.carrier_lines import Lines, Step, ask
from rmatrack.services.tracking import take_pushed

LOOKED_BACK = timedelta(days=90)
MOST_FOUND = 10
"""Of so many parcels the carrier is asked where they are; a return has few."""


class NobodyToAskError(RuleBrokenError):
    """No account of the carrier can be asked."""

    code = "no-carrier-to-ask"
    message = _("%(carrier)s cannot be asked: no account with credentials is in use. Look at the carrier's own page.")


class LookUpFailedError(RuleBrokenError):
    """What the carrier, or the line to it, had to say."""

    code = "look-up-failed"
    message = _("Nothing could be looked up: %(why)s")


@dataclass(frozen=True, slots=True)
class ToLookUp:
    """What is asked of which account, free of any session; both days are included."""

    carrier: Carrier
    rma: str
    account: CarrierAccount
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class NumberFound:
    """A number that travels under the RMA, where it is, and whether it is on one of our labels."""

    number: str
    is_known: bool
    whereabouts: Whereabouts | None
    since: datetime | None


def to_look_up(session: Session, number: str, *, policy: Policy, by: Actor, now: datetime) -> ToLookUp:
    """Return what can be asked about an order's return.

    Raises `NotFoundError`, `NoCarrierError` and `NobodyToAskError`.
    """
    by.must(Permission.FOLLOW_PARCELS)
    order = order_numbered(session, number, seen_by=by)
    rma = return_of(session, order.id) if order else None
    if order is None or rma is None:
        raise NotFoundError
    today = today_in(order.customer.zone, now)
    carrier = Carrier(rules.carrier_for(policy, order.country, order.state, today).required())
    account = account_in_use(session, carrier)
    if account is None or not account.credentials or KINDS[carrier].connect is None:
        raise NobodyToAskError(carrier=KINDS[carrier].name)
    session.expunge(account)
    return ToLookUp(carrier, rma.number, account, max(order.shipped_on, today - LOOKED_BACK), today)


def look_up(
    step: Step, lines: Lines, wanted: ToLookUp, *, now: Callable[[], datetime]
) -> Mapping[str, Sequence[ParcelEvent]]:
    """Ask what travels under the RMA, and where each is, by number. No transaction may be open.

    Raises `LookUpFailedError`, and what `carrier_lines.ask` raises of our own.
    """
    try:
        found = ask(
            step,
            lines,
            wanted.account,
            lambda line: numbers_under(line, wanted.rma, wanted.since, wanted.until),
            now=now,
            share=FOR_TRACKING,
        )
        return {number: _events(step, lines, wanted, number, now) for number in found[:MOST_FOUND]}
    except ShippingError as error:
        raise LookUpFailedError(why=Sentence(error.message, error.params)) from error


def keep_found(
    session: Session, wanted: ToLookUp, found: Mapping[str, Sequence[ParcelEvent]], *, by: Actor, now: datetime
) -> list[NumberFound]:
    """Let what was found move the labels it is about, lay the rest aside, and return all of it."""
    by.must(Permission.FOLLOW_PARCELS)
    take_pushed(session, wanted.carrier, [event for events in found.values() for event in events], now=now)
    known = parcels.labels_numbered(session, wanted.carrier, list(found))
    return [_found(number, number in known, events) for number, events in found.items()]


def _events(
    step: Step, lines: Lines, wanted: ToLookUp, number: str, now: Callable[[], datetime]
) -> Sequence[ParcelEvent]:
    parcel = Followed(number, "", wanted.rma, file=number)
    report = ask(step, lines, wanted.account, lambda line: report_on(line, parcel), now=now, share=FOR_TRACKING)
    return report.events


def _found(number: str, is_known: bool, events: Sequence[ParcelEvent]) -> NumberFound:
    story = journey(events)
    return NumberFound(number, is_known, Whereabouts(story.state.value) if story.state else None, story.since)
