"""What the demo's carriers did: our accounts with them, what was said, and parcels that somebody should look at.

No account has credentials, so that nobody outside is ever asked and every label stays a specimen.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from carriers.parcel_states import ParcelEvent, ParcelState
from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.carrier_accounts import CarrierAccount, ExchangeRow, keep_exchanges
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Actor, Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.tracking import Source
from rmatrack.services import pickups
from rmatrack.services.carrier_accounts import AccountValues, Block, add_account, allot_block
from rmatrack.services.tracking import take_reports
from rmatrack.services.voiding import void_numbers
from rmatrack.vault import Vault

PHONED_ORDER = "D4100285"
"""Somebody still has to phone for its pickup."""

UNUSED_WAYBILL = "5786694550"

SAID = (
    ExchangeRow(
        "POST",
        "/api/labels/v1/recovery",
        {"Authorization": "…", "transId": "2f1c0d6e9b7a4d52a4a1f0c3b8e7d6f5"},
        {
            "LabelRecoveryRequest": {
                "LabelSpecification": {"LabelImageFormat": {"Code": "PDF"}},
                "TrackingNumber": "1Z…",
            }
        },
        200,
        {"LabelRecoveryResponse": {"LabelResults": [{"LabelImage": {"GraphicImage": "…"}}]}},
        "",
    ),
    ExchangeRow("GET", "/api/track/v1/details/1Z…", {"Authorization": "…"}, None, None, None, "timed out"),
)
"""As it is kept: without secrets, telephone numbers and files."""


def tell(session: Session, policy: Policy, people: Mapping[Role, Actor], *, now: datetime) -> None:
    """Let it all happen, at moments before *now*."""
    _enter_accounts(session, people[Role.ADMINISTRATOR], now=now - timedelta(days=12))
    _report(session, now=now)
    _wait_for_a_call(session, policy, people[Role.LOGISTICS], now=now - timedelta(hours=1))


def _enter_accounts(session: Session, by: Actor, *, now: datetime) -> None:
    ups = _account(session, Carrier.UPS, "UPS returns", "A1B2C3", by, now)
    dhl = _account(session, Carrier.DHL, "DHL Express EMEAR", "950000001", by, now)
    block = _account(session, Carrier.DHL, "DHL Express, last year's block", "950000002", by, now)
    allot_block(session, block.id, Block(578_669_400, 578_669_440), Block(1, 41), certified=True, by=by, now=now)
    void_numbers(session, dhl.id, Carrier.DHL, [UNUSED_WAYBILL], now=now)
    keep_exchanges(session, ups.id, SAID, now=now)


def _account(session: Session, carrier: Carrier, name: str, number: str, by: Actor, now: datetime) -> CarrierAccount:
    values = AccountValues(name=name, source=SourceKind.SPECIMEN, shipper_number=number, country="US")
    return add_account(session, carrier, values, None, vault=Vault(["no credentials"]), by=by, now=now)


def _report(session: Session, *, now: datetime) -> None:
    """Let a replaced label travel, which somebody should look at."""
    replaced = select(Label).where(Label.state == LabelState.SUPERSEDED).order_by(Label.id)
    scanned = now - timedelta(hours=20)
    for label in session.scalars(replaced):
        events = [
            ParcelEvent(label.number, scanned, "I/OR", ParcelState.IN_TRANSIT, "Origin scan", "Seattle, WA, US"),
            ParcelEvent(
                label.number,
                scanned + timedelta(hours=9),
                "X/48",
                ParcelState.HELD_UP,
                "Held in warehouse",
                "Reno, NV, US",
            ),
        ]
        take_reports(session, {label.id: events}, source=Source.ASKED, now=now - timedelta(hours=2))


def _wait_for_a_call(session: Session, policy: Policy, by: Actor, *, now: datetime) -> None:
    offer = pickups.offer(session, PHONED_ORDER, policy=policy, by=by, now=now)
    out = select(Unit.id).join(DemoOrder, DemoOrder.id == Unit.order_id).where(DemoOrder.number == PHONED_ORDER)
    units = list(session.scalars(out.where(Unit.settled_at.is_(None)).order_by(Unit.id)))
    asked = pickups.Asked(unit_ids=units, window=offer.windows[1], instructions="Ring at the loading bay")
    pickups.book(session, PHONED_ORDER, asked, policy=policy, by=by, now=now)
