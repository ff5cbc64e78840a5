"""Devices on loan in many zones, a clock that is moved by hand, and what the sweep told of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, update

from rmatrack.db.charges import Charge
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.labels import Label
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma
from rmatrack.db.unit_notices import UnitNotice
from rmatrack.domain.due import today_in
from rmatrack.domain.labels import LabelState
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.outbox import BUNDLE, MailState
from rmatrack.domain.people import SYSTEM, Actor, Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.rma import rma_number
from rmatrack.domain.scans import ScanIn
from rmatrack.domain.serials import normalise
from rmatrack.services.receiving import record_scans
from rmatrack.work.sweeping import sweep
from rmatrack.work.tools import Tools
from tests.trials import trying

ADA, BEN, PIA = "ada.1@sales.example", "ben.1@sales.example", "pia.1@sales.example"
"""Two sales administrators and a user of the partner; all three are told of devices."""
PARTNERS = (ADA, BEN, PIA)
WINDOW_DAYS = 14
RUNGS = {"due-soon": -7, "due": 0, "overdue-7": 7, "overdue-14": 14, "overdue-30": 30}
CHARGED_AFTER = 37


class Told(NamedTuple):
    """A rung that was told: on which of the customer's days, and to whom."""

    on: date
    step: str
    email: str


@dataclass(frozen=True)
class Loan:
    """An order that was shipped, and where."""

    order_id: int
    number: str
    unit_ids: tuple[int, ...]
    serials: tuple[str, ...]
    zone: str
    boss: str
    boss_id: int

    def link(self, purpose: LinkPurpose, last_on: date) -> Link:
        """The customer administrator's link."""
        return Link(purpose, self.order_id, self.boss_id, last_on)


@dataclass
class Loans:
    """What a test does at moments of its choice, each deed committed."""

    engine: Engine
    policy: Policy
    by: Actor = field(init=False)
    scans: int = 0

    def __post_init__(self) -> None:
        with writing(self.engine) as session:
            partner = trying.partner(session)
            self.by = trying.seller(session, partner, "Ada")
            trying.seller(session, partner, "Ben", Role.SALES_ADMIN)
            trying.seller(session, partner, "Pia", Role.PARTNER_USER)

    def ship(
        self,
        due_on: date,
        *,
        number: str = "D4100208",
        zone: str = "Europe/Amsterdam",
        serials: Sequence[str] = ("FOC21213GKV",),
        known_at: datetime | None = None,
        country: str = "NL",
        model: str = "CP-8845-K9",
    ) -> Loan:
        """Ship devices that are due back on *due_on*, to a customer of their own with one administrator."""
        eula = due_on - timedelta(days=WINDOW_DAYS)
        shipped_on = eula - timedelta(days=60)
        known_at = known_at or local(zone, shipped_on)
        boss = f"boss@{number.lower()}.example"
        with writing(self.engine) as session:
            customer = Customer(
                org_id=f"7b982ff1-3ad8-432f-8e23-{int(number[1:]):012d}",
                name=f"Stichting {number}",
                name_key=f"stichting {number}".lower(),
                country=country,
                zone=zone,
                created_at=known_at,
            )
            session.add(customer)
            session.flush()
            administrator = CustomerAdministrator(customer_id=customer.id, email=boss, full=True)
            order = DemoOrder(
                number=number,
                partner_id=self.by.partner_id,
                customer_id=customer.id,
                shipped_on=shipped_on,
                recipient="Anna Łukasik",
                phone="+31 20 123 4567",
                ship_to_name=customer.name,
                address_1="Museumplein 1",
                city="Amsterdam",
                country=country,
                state="TX" if country == "US" else "",
                postal_code="78701" if country == "US" else "1071 DJ",
                created_at=known_at,
            )
            session.add_all([administrator, order])
            session.flush()
            units = [
                Unit(
                    order_id=order.id,
                    partner_id=order.partner_id,
                    model=model,
                    serial=serial,
                    serial_key=normalise(serial),
                    status="shipped",
                    eula_expires_on=eula,
                    zone=zone,
                )
                for serial in serials
            ]
            rma = Rma(number=rma_number(order.id), order_id=order.id, opened_at=known_at)
            session.add_all([*units, rma])
            session.flush()
            ids = tuple(unit.id for unit in units)
            return Loan(order.id, number, ids, tuple(serials), zone, boss, administrator.id)

    def label(self, loan: Loan, state: LabelState, *, attempt: int = 1, unit: int = 0) -> None:
        """Give a unit a label that the carrier has, or has not, seen."""
        with writing(self.engine) as session:
            rma_id = session.scalar(select(Rma.id).where(Rma.order_id == loan.order_id))
            session.add(
                Label(
                    rma_id=rma_id,
                    unit_id=loan.unit_ids[unit],
                    attempt=attempt,
                    carrier="dhl",
                    service="EXPRESS",
                    source="specimen",
                    number=f"99{loan.unit_ids[unit]:06d}{attempt:02d}",
                    state=state.value,
                    content={},
                    created_at=datetime(2026, 1, 1, tzinfo=UTC),
                )
            )

    def move_label(self, loan: Loan, state: LabelState) -> None:
        with writing(self.engine) as session:
            session.execute(update(Label).where(Label.unit_id.in_(loan.unit_ids)).values(state=state.value))

    def extend(self, loan: Loan, due_on: date) -> None:
        """Move the due day of what is out."""
        eula = due_on - timedelta(days=WINDOW_DAYS)
        with writing(self.engine) as session:
            session.execute(update(Unit).where(Unit.order_id == loan.order_id).values(eula_expires_on=eula))

    def receive(self, loan: Loan, now: datetime, *, unit: int = 0) -> None:
        """Scan a unit at the dock."""
        self.scans += 1
        scan = ScanIn(
            id=f"00000000-0000-4000-8000-{self.scans:012d}", scanned_at=now, station="dock-1", raw=loan.serials[unit]
        )
        with writing(self.engine) as session:
            assert [answer.error for answer in record_scans(session, [scan], by=SYSTEM, now=now)] == [None]

    def sweep(self, now: datetime) -> int:
        return sweep(self.tools(now))

    def tools(self, now: datetime) -> Tools:
        return Tools(self.engine, self.policy, lambda: now)

    def told(self, loan: Loan, *, charges: bool = False) -> list[Told]:
        """What was told of the loan's first unit, in the order of the days; of charges only if asked."""
        question = select(UnitNotice).where(UnitNotice.unit_id == loan.unit_ids[0])
        with reading(self.engine) as session:
            rows = session.scalars(question).all()
        return sorted(
            Told(today_in(loan.zone, row.queued_at), row.step.partition(" ")[0], row.email)
            for row in rows
            if charges or not row.step.startswith("charge")
        )

    def mails(self, email: str) -> Counter[datetime]:
        """How many mails leave for somebody, by the moment they were queued: what is in a bundle is one."""
        question = select(OutboxMail.created_at).where(
            OutboxMail.to_email == email, OutboxMail.state != MailState.BUNDLED
        )
        with reading(self.engine) as session:
            return Counter(session.scalars(question))

    def kinds(self, loan: Loan, email: str) -> list[str]:
        """The kinds of mails about the order to somebody, in their order."""
        question = (
            select(OutboxMail.kind)
            .where(OutboxMail.order_id == loan.order_id, OutboxMail.to_email == email, OutboxMail.kind != BUNDLE)
            .order_by(OutboxMail.id)
        )
        with reading(self.engine) as session:
            return list(session.scalars(question))

    def charges(self, loan: Loan) -> list[Charge]:
        with reading(self.engine) as session:
            return list(session.scalars(select(Charge).where(Charge.order_id == loan.order_id).order_by(Charge.id)))

    def states(self, loan: Loan) -> list[str]:
        return [charge.state for charge in self.charges(loan)]


def everything_due(loan: Loan, due_on: date) -> list[Told]:
    """What is told of a loan that nobody sends back, answers or extends (SPEC R-8)."""
    people = (loan.boss, *PARTNERS)
    return sorted(
        Told(due_on + timedelta(days=after), step, email) for step, after in RUNGS.items() for email in people
    )


def local(zone: str, day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment on a customer's clock, in UTC."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)
