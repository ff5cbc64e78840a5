"""Promises about recording one shipment by hand: the same deed and the same rules as a file."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.errors import NotAllowedError
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Actor, Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.scans import ScanIn
from rmatrack.domain.serials import normalise
from rmatrack.domain.shipment_problems import ShipmentRefusedError
from rmatrack.domain.shipments import Shipment, ShippedUnit, Standing
from rmatrack.services.receiving import record_scans
from rmatrack.services.shipments import record_shipment
from tests.imports.files import NOW, csv_file, loaded, row

PARTNER = Actor(None, "Partner", Role.PARTNER_USER, None, PERMISSIONS[Role.PARTNER_USER])


def shipment(number: str = "D4100901", *serials: str) -> Shipment:
    return Shipment(
        number=number,
        shipped_on=date(2026, 7, 28),
        partner="Northwind Collaboration",
        customer="TU Delft",
        org_id="d4432b32-c77d-460a-b323-d4758f53a676",
        admin_email="it-admin@tudelft.example",
        recipient="IT Service Desk",
        phone="+31 15 278 9111",
        address_1="Mekelweg 5",
        city="Delft",
        postal_code="2628 CD",
        country="NL",
        units=tuple(unit(serial) for serial in serials or ("FOC21213GLV",)),
    )


def unit(serial: str) -> ShippedUnit:
    return ShippedUnit(
        model="CS-DESKPRO-K9", serial=serial, serial_key=normalise(serial), eula_expires_on=date(2026, 9, 11)
    )


def recorded(engine: Engine, policy: Policy, report: Shipment, by: Actor = SYSTEM) -> Standing:
    with writing(engine) as session:
        return record_shipment(session, report, policy=policy, by=by, now=NOW).standing


def test_a_shipment_is_recorded_once_and_put_right_later(engine: Engine, policy: Policy) -> None:
    standings = [
        recorded(engine, policy, shipment()),
        recorded(engine, policy, shipment()),
        recorded(engine, policy, replace(shipment(), city="Den Haag")),
    ]

    with reading(engine) as session:
        cities = list(session.scalars(select(DemoOrder.city)))
    assert standings == [Standing.NEW, Standing.UNCHANGED, Standing.CHANGED]
    assert cities == ["Den Haag"]


def test_a_serial_that_is_out_is_refused_with_its_field(engine: Engine, policy: Policy) -> None:
    recorded(engine, policy, shipment())

    with pytest.raises(ShipmentRefusedError) as refused:
        recorded(engine, policy, shipment("D4100902", "FOC21213GKA", "foc 2121 3glv"))

    assert (refused.value.field, [problem.code for problem in refused.value.problems]) == ("serial", ["serial-out"])


def test_what_is_odd_is_remarked_and_recorded_all_the_same(engine: Engine, policy: Policy) -> None:
    with writing(engine) as session:
        plan = record_shipment(session, replace(shipment(), country="JP"), policy=policy, by=SYSTEM, now=NOW)

    assert plan.standing is Standing.NEW
    assert {"no-carrier", "ship-to"} == {remark.code for remark in plan.remarks}


def test_recording_needs_the_permission(engine: Engine, policy: Policy) -> None:
    with pytest.raises(NotAllowedError):
        recorded(engine, policy, shipment(), by=PARTNER)


def test_a_serial_scanned_before_we_knew_it_matches_once_it_is_imported(engine: Engine, policy: Policy) -> None:
    at = datetime(2026, 8, 19, 8, tzinfo=UTC)
    early = ScanIn(id="5c1f0d44-c25a-424d-a51b-748af4827db9", scanned_at=at, station="dock-1", raw="FOC21213GLV")
    with writing(engine) as session:
        (answer,) = record_scans(session, [early], by=SYSTEM, now=at)

    loaded(engine, csv_file([row()]), policy)

    with reading(engine) as session:
        (status,) = session.scalars(select(Unit.status))
    assert (answer.outcome, status) == ("never_shipped", "received")
