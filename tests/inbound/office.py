"""An information address with a partner, a customer and their orders, for tests that send mail to it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine, select

from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.inbound import InboundMail
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.db.returns import Rma
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.services.inbound import House
from rmatrack.work.reading_mail import take_in
from rmatrack.work.tools import Tools
from tests.people import add_person
from tests.web.shipments import ship

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOT_DUE = date(2026, 12, 24)
MESSAGES = Path(__file__).parent / "messages"
ORG_ID = "d4432b32-c77d-460a-b323-d4758f53a676"
HOUSE = House("rmatrack <info@trials.example>", "mx.trials.example")


@dataclass
class Desk:
    """The information address."""

    engine: Engine
    policy: Policy
    now: datetime = NOON
    house: House = HOUSE

    def take(self, raw: bytes) -> bool:
        """Take in a message and say whether it was new."""
        return take_in(Tools(self.engine, self.policy, lambda: self.now), self.house, raw)

    def last(self) -> InboundMail:
        """Return the mail that came in last."""
        with reading(self.engine) as session:
            return session.scalars(select(InboundMail).order_by(InboundMail.id.desc()).limit(1)).one()

    def sent(self) -> list[OutboxMail]:
        """Return the answers that were queued."""
        with reading(self.engine) as session:
            return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def message(name: str) -> bytes:
    """Return a message of the folder."""
    return (MESSAGES / f"{name}.eml").read_bytes()


def furnish(engine: Engine) -> None:
    """Ship D4100001 (two units) to TU Delft through Noordzee, where Anna works; and another partner's order."""
    ship(engine, "D4100001", eula_expires_on=NOT_DUE, units=2)
    ship(engine, "D4100002", eula_expires_on=NOT_DUE, customer="MIT", partner="Contoso Telecom")
    add_person(engine, Role.PARTNER_USER, email="anna@noordzee.example")
    with writing(engine) as session:
        for place, order in enumerate(session.scalars(select(DemoOrder).order_by(DemoOrder.id))):
            session.add(Rma(number=f"R00000{place}X", order_id=order.id, opened_at=NOON))
        for unit, serial in zip(
            session.scalars(select(Unit).order_by(Unit.id)), ["SAL1819S6LU", "FNS1009J3MT", "FOC2122ZZ01"], strict=True
        ):
            unit.serial = unit.serial_key = serial
        known = {"TU Delft": (ORG_ID, "it-admin@tudelft.example"), "MIT": (OTHER_ORG_ID, "admin@mit.example")}
        for customer in session.scalars(select(Customer)):
            customer.org_id, email = known[customer.name]
            session.add(CustomerAdministrator(customer_id=customer.id, email=email))


OTHER_ORG_ID = "00000000-0000-4000-8000-000000000002"
