"""A small world for programs that send anything: something of everything that a request can name."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from apiflask import APIFlask
from sqlalchemy import Engine, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.conversions import Conversion
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import writing
from rmatrack.db.extensions import ExtensionRequest
from rmatrack.db.label_batches import LabelBatch
from rmatrack.db.labels import Label
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.parcels import ParcelRequest
from rmatrack.db.people import Partner, Person
from rmatrack.db.receiving import Discrepancy
from rmatrack.db.trials import Trial
from rmatrack.domain.conversion import Order
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.outbox import MailState
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.shipment_columns import Column
from rmatrack.domain.shipments import Shipment
from rmatrack.domain.trials import TrialStatus
from rmatrack.paper.papers import Paper
from rmatrack.services import converting, extensions, label_batches, managing, parcels
from rmatrack.services.labels import plan_labels
from rmatrack.services.links import Links
from rmatrack.services.people import actor_of
from rmatrack.services.receiving import record_scans
from rmatrack.services.shipment_reports import read_report
from rmatrack.services.shipments import record_shipment
from tests.api.conftest import SHIPMENT
from tests.fixtures.app import NOON
from tests.people import add_person
from tests.receiving.shipments import scan
from tests.trials import trying
from tests.trials.trying import CALLING, DEVICES, MESSAGING, Desk

CALLERS = (Role.SALES_FULL_ADMIN, Role.LOGISTICS, Role.TRIALS_TEAM, Role.ADMINISTRATOR, Role.SUPPORT)
"""Between them they have every permission."""


SAID: dict[str, list[Any]] = {
    "confirmed": [True, False],
    "country": ["AQ", "US"],
    "email": ["admin@utwente.example", "admin1@customer.example"],
    "services": [["calling"], ["messaging"], ["devices", "calling"]],
    "site_url": [None],
}


@dataclass(frozen=True, slots=True)
class World:
    """Who may ask, what there is by the names that things have in addresses and bodies, and what else may be said."""

    people: dict[Role, Person]
    named: dict[str, list[Any]]
    said: dict[str, list[Any]]


def make_world(app: APIFlask, engine: Engine, policy: Policy) -> World:
    """Fill an empty database."""
    people = {role: add_person(engine, role) for role in CALLERS}
    colleague = add_person(engine, Role.ADMINISTRATOR, email="colleague@example.com")
    with writing(engine) as session:
        desk = Desk(session, policy, actor_of(people[Role.SALES_FULL_ADMIN]), NOON)
        _fill(desk, replace(desk, by=actor_of(people[Role.LOGISTICS])))
        named = _named(session, Links(app.config["SECRET_KEY"])) | {"person_id": [colleague.id]}
        return World(people, named, SAID)


def _fill(sales: Desk, dock: Desk) -> None:
    """Have a trial in each phase, devices out, asked for and to be kept, labels, a discrepancy and a stuck mail."""
    session = sales.session
    partner = session.scalars(select(Partner)).one()
    partner.tier = 1
    asked, known = (trying.customer(session, name, number=number) for number, name in ((1, "Ems"), (2, "Vecht")))
    paying = trying.customer(session, "Dinkel", number=3, of=partner, bought=["Webex Meetings"])
    session.add(CustomerAdministrator(customer_id=known.id, email="admin@utwente.example"))
    sales.ask(asked)
    sales.accepted(trying.customer(session, "Regge", number=4), full=False)
    running = sales.start_new("beheer@vecht.example", DEVICES | CALLING)
    sales.on(-100).start_new("beheer@berkel.example")
    cancelled, converted = sales.start_new("a@ijssel.example"), sales.start_new("b@ijssel.example", CALLING | MESSAGING)
    sales.start_paying(paying)
    managing.cancel(session, cancelled.trial.id, confirmed=True, **sales.when)
    order = Order(number="W10045678", services=CALLING, confirmed=True)
    converting.convert(session, converted.trial.id, order, **sales.when)
    parcels.ask_devices(session, running.trial.id, trying.parcel(), **sales.when)
    record_shipment(session, _shipment(), **dock.when)
    extensions.request_extension(session, "D4100201", date(2026, 12, 20), reason="The pilot runs on.", **sales.when)
    units = session.scalars(select(Unit.id)).all()
    plan_labels(session, units[:1], **dock.when)
    label_batches.ask_for_batch(session, units, paper=Paper.FOUR_BY_SIX, language="en", by=dock.by, now=NOON)
    record_scans(session, [scan("FOC2121ZZZZ", NOON, 1)], by=SYSTEM, now=NOON)
    session.scalars(select(OutboxMail).order_by(OutboxMail.id).limit(1)).one().state = MailState.STUCK
    session.flush()


def _shipment() -> Shipment:
    order = {Column(name): str(value) for name, value in SHIPMENT.items() if name != "units"}
    units: Any = SHIPMENT["units"]
    return read_report(order, [{Column(name): value for name, value in unit.items()} for unit in units])


def _named(session: Session, links: Links) -> dict[str, list[Any]]:
    def all_of(column: InstrumentedAttribute[Any]) -> list[Any]:
        return list(session.scalars(select(column).order_by(column)))

    orders, units = all_of(DemoOrder.number), all_of(Unit.id)
    return {
        "batch_id": all_of(LabelBatch.id),
        "country": ["NL", "us", "AQ"],
        "customer_id": all_of(Customer.id),
        "discrepancy_id": all_of(Discrepancy.id),
        "administrator_email": ["b@ijssel.example"],
        "file_id": [1],
        "mail_id": all_of(OutboxMail.id)[:2],
        "number": [*orders, *all_of(Label.number)],
        "order": orders,
        "orders": [orders],
        "partner_id": all_of(Partner.id),
        "request_id": sorted({*all_of(ExtensionRequest.id), *all_of(ParcelRequest.id)}),
        "scan_id": ["00000000-0000-4000-8000-000000000001"],
        "token": [links.token(link) for link in _links(session)],
        "token_id": [999_999],
        "trial_id": all_of(Trial.id),
        "unit_id": units,
        "units": [units],
    }


def _links(session: Session) -> Iterable[Link]:
    """One link for each purpose."""
    last = date(2027, 1, 31)
    of_the_customer = (CustomerAdministrator.customer_id == Trial.customer_id) & CustomerAdministrator.full
    asked = (
        select(ConsentRequest.id, CustomerAdministrator.id)
        .join(Trial, Trial.id == ConsentRequest.trial_id)
        .join(CustomerAdministrator, of_the_customer)
        .where(Trial.status == TrialStatus.PENDING_CONSENT)
    )
    running = select(Trial.id, CustomerAdministrator.id).join(CustomerAdministrator, of_the_customer)
    request_id, asked_id = session.execute(asked).one()
    trial_id, administrator_id = session.execute(running.where(Trial.status == TrialStatus.ACTIVE).limit(1)).one()
    yield Link(LinkPurpose.CONSENT, request_id, asked_id, last)
    yield Link(LinkPurpose.STATUS, trial_id, administrator_id, last)
    yield Link(LinkPurpose.INTEREST, trial_id, administrator_id, last)
    yield Link(LinkPurpose.SET_UP, session.scalars(select(Conversion.id)).one(), None, last)
