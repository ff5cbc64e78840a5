"""What a partner has, of every kind there is: for tests of who may ask for it, and who may not."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.answers import ReturnAnswer
from rmatrack.db.blobs import keep_blob
from rmatrack.db.charges import Charge
from rmatrack.db.engine import writing
from rmatrack.db.extensions import ExtensionRequest
from rmatrack.db.inspections import UnitPhoto, WipeCertificate
from rmatrack.db.label_batches import LabelBatch
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.pickups import PickupVisit
from rmatrack.db.receiving import Discrepancy
from rmatrack.domain.charges import ChargeCause, ChargeState
from rmatrack.domain.inspection import WipeMethod, certificate_number
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.pickups import PickupState
from rmatrack.domain.policy import Policy
from rmatrack.domain.shipment_columns import Column
from rmatrack.services.labels import plan_labels
from rmatrack.services.receiving import record_scans
from rmatrack.services.shipment_reports import read_report
from rmatrack.services.shipments import record_shipment
from tests.fixtures.app import NOON
from tests.receiving.shipments import scan

DAY = date(2026, 11, 1)
ABSENT = 999_999
SERIAL = "FOC2133N7QX"
CUSTOMER = "IJsselmeer College"


@dataclass(frozen=True, kw_only=True)
class Ours:
    """What a partner has; as it stands, what nobody has."""

    order: str = "D9999999"
    label: str = "1Z9999999999999999"
    unit: int = ABSENT
    discrepancy: int = ABSENT
    customer: int = ABSENT
    trial: int = ABSENT
    extension: int = ABSENT
    batch: int = ABSENT
    charge: int = ABSENT
    answer: int = ABSENT
    pickup: int = ABSENT
    photo: int = ABSENT
    wipe: str = "W999999A"


def make(engine: Engine, policy: Policy) -> Ours:
    """Make an order of the partner Noordzee Networks with all that can hang on one, and a unit in the wrong box."""
    with writing(engine) as session:
        for number, serial in (("D4177701", SERIAL), ("D4177702", "FOC2133N7QY")):
            shipment = read_report(_report(number), [_unit(serial)])
            record_shipment(session, shipment, policy=policy, by=SYSTEM, now=NOON)
        order = session.execute(select(DemoOrder).filter_by(number="D4177701")).scalar_one()
        unit = session.execute(select(Unit).filter_by(order_id=order.id)).scalar_one()
        (label_id,) = plan_labels(session, [unit.id], policy=policy, by=SYSTEM, now=NOON).label_ids
        record_scans(session, [scan("FOC2121ZZZZ", NOON, 1)], by=SYSTEM, now=NOON)
        return Ours(
            order=order.number,
            unit=unit.id,
            label=session.get_one(Label, label_id).number,
            discrepancy=session.scalars(select(Discrepancy.id)).one(),
            customer=order.customer_id,
            trial=order.trial_id or 0,
            wipe=_wipe(session, unit),
            **_hanging_on(session, order, unit),
        )


def _wipe(session: Session, unit: Unit) -> str:
    row = WipeCertificate(
        number=certificate_number(0),
        unit_id=unit.id,
        method=WipeMethod.ERASED,
        operator="dock",
        wiped_at=NOON,
        certified_by="dock",
        certified_at=NOON,
    )
    session.add(row)
    return row.number


def _hanging_on(session: Session, order: DemoOrder, unit: Unit) -> dict[str, int]:
    of_unit: dict[str, Any] = {"order_id": order.id, "unit_id": unit.id}
    photo = keep_blob(session, b"a photo", "image/jpeg", now=NOON)
    session.flush()
    rows: dict[str, Any] = {
        "extension": ExtensionRequest(
            order_id=order.id,
            partner_id=order.partner_id,
            to_on=DAY,
            reason="exams",
            state="requested",
            requested_at=NOON,
        ),
        "batch": LabelBatch(partner_id=order.partner_id, paper="a4", language="en", state="waiting", created_at=NOON),
        "charge": Charge(
            **of_unit,
            cause=ChargeCause.NOT_RETURNED,
            state=ChargeState.NOTIFIED,
            eula_expires_on=DAY,
            due_on=DAY,
            evidence={
                "shipped_on": "2026-09-01",
                "eula_mailed_on": None,
                "eula_expires_on": "2026-11-01",
                "due_on": "2026-11-15",
                "received_at": None,
                "reminded": [],
                "answered": [],
                "labels": [],
            },
            proposed_at=NOON,
            notified_at=NOON,
        ),
        "answer": ReturnAnswer(
            **of_unit, kind="lost", topic="lost", state="open", given_at=NOON, given_by="admin@ijsselmeer.example"
        ),
        "pickup": PickupVisit(
            order_id=order.id,
            carrier="ups",
            state=PickupState.TO_PHONE,
            day=DAY,
            ready_at=time(9),
            closes_at=time(17),
            zone="UTC",
            mail_to="it@ijsselmeer.example",
            mail_name="IT Service Desk",
            language="en",
            asked_by="dock",
            created_at=NOON,
        ),
        "photo": UnitPhoto(
            unit_id=unit.id, digest=photo, small_digest=photo, width=1, height=1, added_by="dock", added_at=NOON
        ),
    }
    session.add_all(rows.values())
    session.flush()
    return {name: row.id for name, row in rows.items()}


def _report(number: str) -> dict[Column, str]:
    return {
        Column.NUMBER: number,
        Column.SHIPPED_ON: "2026-09-01",
        Column.PARTNER: "Noordzee Networks",
        Column.CUSTOMER: CUSTOMER,
        Column.ORG_ID: "7b982ff1-3ad8-432f-8e23-67c3a5464623",
        Column.ADMIN_EMAIL: "admin@ijsselmeer.example",
        Column.RECIPIENT: "IT Service Desk",
        Column.PHONE: "+1 512 555 0142",
        Column.ADDRESS_1: "110 Inner Campus Drive",
        Column.CITY: "Austin",
        Column.STATE: "TX",
        Column.POSTAL_CODE: "78705",
        Column.COUNTRY: "US",
        Column.TRIAL_EXPIRES_ON: "2026-12-01",
    }


def _unit(serial: str) -> dict[Column, str]:
    return {Column.MODEL: "CP-8845-K9", Column.SERIAL: serial, Column.EULA_EXPIRES_ON: "2026-11-01"}
