"""What the demo's partner meets: devices in a trial of its own, a new label, answers, a pickup, a charge."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.labels import Label
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.parcels import ParcelRequest
from rmatrack.domain.answers import AnswerKind, Said
from rmatrack.domain.inspection import Condition, Disposition
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.parcels import Parcel
from rmatrack.domain.people import Actor, Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.starting import Company
from rmatrack.domain.trial_details import Details
from rmatrack.domain.trial_services import Service
from rmatrack.paper.papers import Paper
from rmatrack.services import answers, inspection, label_requests, parcels, pickups, starting
from rmatrack.services.label_release import release
from rmatrack.services.labels import plan_labels

SHIPPED_ORDER = "D4100348"
SHIPPED = {"CS-DESKPRO-K9": "FOC2438N1QD", "CP-8865-K9": "FCH2441D0VW"}
FETCHED_ORDER = "D4100243"
SENT_ORDER = "D4100264"
LOST_ORDER = "D4100306"
BROKEN_ORDER = "D4100222"


def tell(session: Session, policy: Policy, people: Mapping[Role, Actor], *, now: datetime) -> None:
    """Let it all happen, at moments before *now*."""
    seller, dock = people[Role.SALES_FULL_ADMIN], people[Role.LOGISTICS]
    began = now - timedelta(days=12)
    devices = _ask_for_devices(session, policy, seller, now=began)
    _ship(session, policy, devices, dock, now=began + timedelta(days=1))
    _replace_label(session, policy, people[Role.PARTNER_USER], now=now - timedelta(hours=20))
    _say_sent(session, policy, now=now - timedelta(hours=7))
    _say_lost(session, policy, now=now - timedelta(hours=6))
    _have_fetched(session, policy, dock, now=now - timedelta(hours=2))
    _find_broken(session, policy, dock, now=now - timedelta(hours=1))


def _ask_for_devices(session: Session, policy: Policy, by: Actor, *, now: datetime) -> int:
    """Start a trial with two devices, and return the request for them."""
    company = Company(
        name="Cascadia Design School",
        email="it-admin@cascadia.example",
        vertical="education",
        country="US",
        location_confirmed=True,
    )
    services = frozenset({Service.MESSAGING, Service.DEVICES})
    details = Details(services=services, duration_days=60, licences=40, registrations=4)
    standing = starting.start_for_new_customer(
        session, company, details, parcel=_two_devices(), policy=policy, by=by, now=now
    )
    return session.scalars(select(ParcelRequest.id).filter_by(trial_id=standing.trial.id)).one()


def _two_devices() -> Parcel:
    return Parcel(
        models=dict.fromkeys(SHIPPED, 1),
        recipient="Front Desk",
        phone="+1 206 555 0142",
        address_1="1400 Pike Street",
        city="Seattle",
        state="WA",
        postal_code="98101",
        country="US",
    )


def _ship(session: Session, policy: Policy, parcel_id: int, by: Actor, *, now: datetime) -> None:
    """Ship what was asked for, with a label in each box (SPEC C-2)."""
    eula_expires_on = now.date() + timedelta(days=30)
    packed = [
        parcels.Packed(model=model, serial=serial, eula_expires_on=eula_expires_on, eula_mailed_on=now.date())
        for model, serial in SHIPPED.items()
    ]
    parcels.ship_devices(
        session, parcel_id, SHIPPED_ORDER, packed, shipped_on=now.date(), policy=policy, by=by, now=now
    )
    plan_labels(session, _units(session, SHIPPED_ORDER), policy=policy, by=by, now=now)
    labels = select(Label.id).where(Label.unit_id.in_(_units(session, SHIPPED_ORDER))).order_by(Label.id)
    release(session, session.scalars(labels).all(), paper=Paper.LETTER, by=by, now=now)


def _replace_label(session: Session, policy: Policy, by: Actor, *, now: datetime) -> None:
    asked = label_requests.Asked(
        form="demo-replaced-label",
        unit_ids=_units(session, SHIPPED_ORDER)[:1],
        trouble=Trouble.LOST,
        paper=Paper.LETTER,
    )
    label_requests.ask_for_labels(session, SHIPPED_ORDER, asked, policy=policy, by=by, now=now)


def _say_sent(session: Session, policy: Policy, *, now: datetime) -> None:
    units = _units(session, SENT_ORDER)
    sent = Said(
        kind=AnswerKind.SENT, unit_ids=units, sent_on=now.date() - timedelta(days=1), note="Via the front desk."
    )
    answers.answer(session, _link(session, SENT_ORDER, LinkPurpose.RETURN_SENT, now), sent, policy=policy, now=now)


def _say_lost(session: Session, policy: Policy, *, now: datetime) -> None:
    """Claim that one of several devices is lost, which logistics settles."""
    units = _units(session, LOST_ORDER)[:1]
    lost = Said(kind=AnswerKind.LOST, unit_ids=units, note="Not seen since the lecture hall was rebuilt.")
    answers.answer(session, _link(session, LOST_ORDER, LinkPurpose.RETURN_LOST, now), lost, policy=policy, now=now)


def _have_fetched(session: Session, policy: Policy, by: Actor, *, now: datetime) -> None:
    """Book the carrier's next visit, which it confirmed on the phone."""
    offer = pickups.offer(session, FETCHED_ORDER, policy=policy, by=by, now=now)
    asked = pickups.Asked(
        unit_ids=_units(session, FETCHED_ORDER), window=offer.windows[0], mail_to=offer.mail_to, language=offer.language
    )
    visit = pickups.book(session, FETCHED_ORDER, asked, policy=policy, by=by, now=now)
    pickups.settle(session, visit.id, booked=True, number="PRG201000842", by=by, now=now)


def _find_broken(session: Session, policy: Policy, by: Actor, *, now: datetime) -> None:
    """Inspect a device that came back broken, which proposes a charge."""
    back = select(Unit.id).join(DemoOrder, DemoOrder.id == Unit.order_id).where(DemoOrder.number == BROKEN_ORDER)
    verdict = inspection.Verdict(
        unit_id=session.scalars(back.where(Unit.received_at.is_not(None)).order_by(Unit.id).limit(1)).one(),
        condition=Condition.DAMAGED,
        disposition=Disposition.CHARGE,
        notes="The screen is cracked from corner to corner.",
    )
    inspection.inspect(session, [verdict], policy=policy, by=by, now=now)


def _units(session: Session, number: str) -> list[int]:
    """Return the units of an order that are still out."""
    out = select(Unit.id).join(DemoOrder, DemoOrder.id == Unit.order_id).where(DemoOrder.number == number)
    return list(session.scalars(out.where(Unit.settled_at.is_(None)).order_by(Unit.id)))


def _link(session: Session, number: str, purpose: LinkPurpose, now: datetime) -> Link:
    """Return the link that a reminder gives the customer's administrator."""
    whose = (
        select(DemoOrder.id, CustomerAdministrator.id)
        .join(CustomerAdministrator, CustomerAdministrator.customer_id == DemoOrder.customer_id)
        .where(DemoOrder.number == number)
        .limit(1)
    )
    order_id, administrator_id = session.execute(whose).one()
    return Link(purpose, order_id, administrator_id, now.date() + timedelta(days=30))
