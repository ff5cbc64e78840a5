"""What has happened at the demo's desks besides shipping: trials in several phases, requests, a verdict, a mail."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.cli.demo import carrier_stories, partner_stories
from rmatrack.db.customers import CustomerAdministrator
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.inspection import Condition, Disposition
from rmatrack.domain.parcels import Parcel
from rmatrack.domain.people import Actor, Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.setting_up import NewUser
from rmatrack.domain.starting import Company
from rmatrack.domain.trial_details import Details
from rmatrack.domain.trial_services import Service
from rmatrack.paper.papers import Paper
from rmatrack.services import extensions, inspection, setting_up, starting
from rmatrack.services.label_batches import ask_for_batch

OVERDUE_ORDER = "D4100201"
SOMEBODY_ELSES_CUSTOMER = "it-admin@tudelft.example"
TO_PRINT = ("D4100243", "D4100264", "D4100285")

INCOMING = """\
From: IT Service Desk <it-admin@mit.example>
To: demo-orders@demo.example
Subject: Video phones to send back
Message-ID: <demo-1@mit.example>
Content-Type: text/plain; charset=utf-8

Hello,

we have two phones on the table, FOC21213GKV and FIS192101N0, and cannot find the
demo order number that your form asks for. Can you tell us?

Kind regards,
the service desk
"""
"""A mail to the information address; nobody vouches for its sender, so that it waits for a person (SPEC F-4)."""


def tell(session: Session, policy: Policy, people: Mapping[Role, Actor], *, now: datetime) -> None:
    """Let it all happen, at moments before *now*."""
    seller = people[Role.SALES_FULL_ADMIN]
    _trial(session, "Hogeschool Zeeland", "zeeland.example", "NL", 24, policy=policy, by=seller, now=now)
    _trial(session, "Fjordkraft AS", "fjordkraft.example", "NO", 40, policy=policy, by=seller, now=now)
    _trial(
        session, "Ørsted Designhøjskole", "orsted.example", "DK", 3, policy=policy, by=seller, now=now, parcel=_phones()
    )
    _ask_for_consent(session, policy, seller, now=now - timedelta(days=2))
    _ask_for_more_time(session, policy, people[Role.PARTNER_USER], now=now - timedelta(hours=5))
    _inspect_one(session, policy, people[Role.LOGISTICS], now=now - timedelta(hours=2))
    _ask_for_labels(session, people[Role.LOGISTICS], now=now)
    partner_stories.tell(session, policy, people, now=now)
    carrier_stories.tell(session, policy, people, now=now)


def _trial(
    session: Session,
    name: str,
    domain: str,
    country: str,
    days_ago: int,
    *,
    policy: Policy,
    by: Actor,
    now: datetime,
    parcel: Parcel | None = None,
) -> None:
    """Start a trial of 30 days some days ago, with one user who is set up."""
    began = now - timedelta(days=days_ago)
    services = {Service.MESSAGING, Service.CALLING} | ({Service.DEVICES} if parcel else set())
    standing = starting.start_for_new_customer(
        session,
        Company(name=name, email=f"beheer@{domain}", vertical="education", country=country, location_confirmed=True),
        Details(
            services=frozenset(services),
            duration_days=30,
            licences=50,
            registrations=2 if parcel else None,
        ),
        parcel=parcel,
        policy=policy,
        by=by,
        now=began,
    )
    users = [NewUser(name="Robin de Wit", email=f"robin@{domain}", licences=frozenset({Service.MESSAGING}))]
    setting_up.set_up(session, standing.trial.id, users, policy=policy, by=by, now=began)


def _phones() -> Parcel:
    return Parcel(
        models={"CS-DESKPRO-K9": 1},
        recipient="Søren Bjerg",
        phone="+45 33 12 34 56",
        address_1="Nørrebrogade 18",
        city="København",
        postal_code="2200",
        country="DK",
    )


def _ask_for_consent(session: Session, policy: Policy, by: Actor, *, now: datetime) -> None:
    """Ask an organisation that another partner serves; only its full administrators may answer."""
    administrator = session.scalars(select(CustomerAdministrator).filter_by(email=SOMEBODY_ELSES_CUSTOMER)).one()
    starting.request_for_existing_customer(
        session,
        administrator.email,
        Details(services=frozenset({Service.CALLING}), duration_days=60, licences=25),
        organisation_confirmed=True,
        policy=policy,
        by=by,
        now=now,
    )


def _ask_for_more_time(session: Session, policy: Policy, by: Actor, *, now: datetime) -> None:
    shipped_on = session.scalars(select(DemoOrder.shipped_on).filter_by(number=OVERDUE_ORDER)).one()
    extensions.request_extension(
        session,
        OVERDUE_ORDER,
        shipped_on + timedelta(days=110),
        reason="The faculty decides on Tuesday.",
        policy=policy,
        by=by,
        now=now,
    )


def _inspect_one(session: Session, policy: Policy, by: Actor, *, now: datetime) -> None:
    """Give a verdict on the first device that came back; the others wait to be inspected."""
    back = select(Unit.id).where(Unit.received_at.is_not(None)).order_by(Unit.id).limit(1)
    verdict = inspection.Verdict(
        unit_id=session.scalars(back).one(),
        condition=Condition.DAMAGED,
        disposition=Disposition.REPAIR,
        notes="The stand is bent.",
    )
    inspection.inspect(session, [verdict], policy=policy, by=by, now=now)


def _ask_for_labels(session: Session, by: Actor, *, now: datetime) -> None:
    """Ask for a batch, which is drawn as soon as the demo serves."""
    units = select(Unit.id).join(DemoOrder, DemoOrder.id == Unit.order_id).where(DemoOrder.number.in_(TO_PRINT))
    ask_for_batch(session, session.scalars(units).all(), paper=Paper.A4, language="en", by=by, now=now)
