"""A partner with customers in many zones, a clock that is moved by hand, and what the sweep told them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.mail import OutboxMail
from rmatrack.db.trials import Trial
from rmatrack.domain.conversion import Order
from rmatrack.domain.mails import MailKind
from rmatrack.domain.outbox import BUNDLE, MailState
from rmatrack.domain.people import Actor, Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.setting_up import NewUser
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import TrialStatus
from rmatrack.services import converting, managing, setting_up, starting
from rmatrack.settings import Settings
from rmatrack.work.delivery import deliver_mail
from rmatrack.work.mailroom import Mailroom
from rmatrack.work.sweeping import sweep
from rmatrack.work.tools import Tools
from tests.trials import trying

MESSAGING_AND_CALLING = frozenset({Service.MESSAGING, Service.CALLING})
ADA, BEN, PIA = "ada.1@sales.example", "ben.1@sales.example", "pia.1@sales.example"
"""Two sales administrators, and a partner's user who gets no mail of the programme."""

REMINDERS = frozenset(
    {
        MailKind.EXPIRY_SOON,
        MailKind.EXPIRY_DAY,
        MailKind.ACCESS_ENDED,
        MailKind.FINAL,
        MailKind.NUMBERS_RELEASED,
        MailKind.CONSENT_EXPIRED,
    }
)


class Told(NamedTuple):
    """A reminder that was queued: on which of the customer's days, and to whom."""

    on: date
    kind: str
    email: str


@dataclass(frozen=True)
class OnTrial:
    """A trial that was started, and where."""

    id: int
    customer_id: int
    zone: str
    name: str

    @property
    def boss(self) -> str:
        """The first administrator; she uses the services too."""
        return f"boss@{self.name}.example"

    @property
    def deputy(self) -> str:
        return f"deputy@{self.name}.example"

    @property
    def user(self) -> str:
        return f"user@{self.name}.example"


@dataclass
class World:
    """What a test does at moments of its choice, each deed committed."""

    engine: Engine
    policy: Policy
    by: Actor = field(init=False)

    def __post_init__(self) -> None:
        with writing(self.engine) as session:
            partner = trying.partner(session)
            self.by = trying.seller(session, partner, "Ada")
            trying.seller(session, partner, "Ben", Role.SALES_ADMIN)
            trying.seller(session, partner, "Pia", Role.PARTNER_USER)

    def start(
        self,
        now: datetime,
        *,
        zone: str = "Europe/Amsterdam",
        days: int = 30,
        name: str = "utwente",
        services: frozenset[Service] = MESSAGING_AND_CALLING,
    ) -> OnTrial:
        """Start a new customer's trial and set it up: two administrators, two users, a phone number."""
        with writing(self.engine) as session:
            company = trying.company(name, f"boss@{name}.example", zone=zone)
            details = trying.details(services, duration_days=days)
            standing = starting.start_for_new_customer(
                session, company, details, policy=self.policy, by=self.by, now=now
            )
            started = OnTrial(standing.trial.id, standing.customer.id, zone, name)
            session.add(CustomerAdministrator(customer_id=started.customer_id, email=started.deputy, full=False))
            number = f"+3153489{started.id:04d}" if Service.CALLING in services else ""
            users = [
                NewUser(name="User", email=started.user, licences=services, number=number),
                NewUser(name="Boss", email=started.boss, licences=services),
            ]
            setting_up.set_up(session, started.id, users, policy=self.policy, by=self.by, now=now)
        return started

    def ask(self, now: datetime, *, zone: str) -> OnTrial:
        """Ask an existing customer for its consent."""
        with writing(self.engine) as session:
            customer = trying.customer(session, zone=zone)
            standing = starting.request_for_existing_customer(
                session,
                "admin1@customer.example",
                trying.details(),
                organisation_confirmed=True,
                policy=self.policy,
                by=self.by,
                now=now,
            )
            return OnTrial(standing.trial.id, customer.id, zone, "existing")

    def extend(self, trial: OnTrial, now: datetime) -> date:
        """Extend a trial; return its new expiry."""
        with writing(self.engine) as session:
            standing = managing.extend_trial(
                session, trial.id, confirm_shorter=True, policy=self.policy, by=self.by, now=now
            )
            assert standing.trial.expires_on
            return standing.trial.expires_on

    def cancel(self, trial: OnTrial, now: datetime) -> None:
        with writing(self.engine) as session:
            managing.cancel(session, trial.id, confirmed=True, policy=self.policy, by=self.by, now=now)

    def convert(self, trial: OnTrial, now: datetime) -> None:
        with writing(self.engine) as session:
            order = Order(number="104882213", services=MESSAGING_AND_CALLING, confirmed=True)
            converting.convert(session, trial.id, order, policy=self.policy, by=self.by, now=now)

    def sweep(self, now: datetime) -> int:
        return sweep(self.tools(now))

    def deliver(self, now: datetime, folder: Path) -> int:
        """Let what is due leave, into a folder."""
        return deliver_mail(
            self.tools(now), Mailroom.from_settings(Settings.from_environment({"RMATRACK_DATA_DIR": str(folder)}))
        )

    def tools(self, now: datetime) -> Tools:
        return Tools(self.engine, self.policy, lambda: now)

    def status(self, trial: OnTrial) -> TrialStatus:
        with reading(self.engine) as session:
            return TrialStatus(session.get_one(Trial, trial.id).status)

    def expires_on(self, trial: OnTrial) -> date:
        with reading(self.engine) as session:
            expires_on = session.get_one(Trial, trial.id).expires_on
        assert expires_on
        return expires_on

    def told(self, trial: OnTrial, kinds: frozenset[MailKind] = REMINDERS) -> list[Told]:
        """The reminders about a trial that were not taken back, in the order of their days."""
        question = (
            select(OutboxMail.created_at, OutboxMail.kind, OutboxMail.to_email)
            .where(OutboxMail.trial_id == trial.id, OutboxMail.kind.in_(kinds))
            .where(OutboxMail.state != MailState.WITHDRAWN)
        )
        with reading(self.engine) as session:
            rows = session.execute(question).all()
            zone = ZoneInfo(session.get_one(Customer, trial.customer_id).zone)
        return sorted(Told(row.created_at.astimezone(zone).date(), row.kind, row.to_email) for row in rows)

    def leaving(self, email: str) -> Counter[datetime]:
        """How many mails to somebody were queued at each moment, as they leave: what is in a bundle is one."""
        question = select(OutboxMail.created_at).where(
            OutboxMail.to_email == email, OutboxMail.state != MailState.BUNDLED
        )
        with reading(self.engine) as session:
            return Counter(session.scalars(question.where(OutboxMail.kind.in_([*REMINDERS, BUNDLE]))))


def everything_due(trial: OnTrial, expires_on: date) -> list[Told]:
    """What the specification has told about a trial that nobody extends, converts or cancels (T-21 – T-24)."""
    administrators = (ADA, BEN, trial.boss, trial.deputy)
    days: list[tuple[int, MailKind, tuple[str, ...]]] = [
        (-7, MailKind.EXPIRY_SOON, administrators),
        (0, MailKind.EXPIRY_DAY, administrators),
        (31, MailKind.ACCESS_ENDED, (trial.user, trial.boss)),
        (31, MailKind.FINAL, administrators),
        (46, MailKind.NUMBERS_RELEASED, administrators),
    ]
    return sorted(
        Told(expires_on + timedelta(days=after), kind, email) for after, kind, emails in days for email in emails
    )


def local(zone: str, day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment on a customer's clock, in UTC."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)
