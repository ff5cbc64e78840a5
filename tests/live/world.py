"""Our accounts with the stand-in's carriers, and a worker that asks them, at a time that a test can move."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from carriers.tokens import Credentials
from rmatrack.db.carrier_accounts import CarrierAccount
from rmatrack.db.engine import reading, writing
from rmatrack.db.intents import LabelIntent, NumberToVoid
from rmatrack.domain.people import SYSTEM
from rmatrack.paper.papers import Paper
from rmatrack.services.carrier_accounts import AccountValues, Block, add_account, allot_block, change_account
from rmatrack.services.carrier_lines import Lines
from rmatrack.vault import Vault
from rmatrack.work.buying import ask_carriers
from rmatrack.work.printing import Printed, print_labels
from rmatrack.work.tools import Tools
from tests.carriers.samples import DHL_ACCOUNT, UPS_ACCOUNT
from tests.carriers.stand_in import StandIn
from tests.labels.places import NOW, POLICY

VAULT = Vault(["only for tests"])
NUMBERS = {Carrier.UPS: UPS_ACCOUNT.number, Carrier.DHL: DHL_ACCOUNT.number}
CREDENTIALS = {Carrier.UPS: UPS_ACCOUNT.credentials, Carrier.DHL: DHL_ACCOUNT.credentials}
NETHERLANDS = {"Country": "NL", "City": "Delft", "State": "", "Postal code": "2628 CD", "Customer": "TU Delft"}
MONTREAL = {
    "Country": "CA", "City": "Montréal", "State": "QC", "Postal code": "H3T 1J4",
    "Customer": "Université de Montréal", "Model": "CS-KIT-K9",
}  # fmt: skip


@dataclass
class Live:
    """The product at work before *stand_in*. `now` is what both think the time is."""

    engine: Engine
    stand_in: StandIn
    seconds: float = 30.0
    now: datetime = NOW
    lines: Lines = field(init=False)

    def __post_init__(self) -> None:
        self.stand_in.now = self.now
        self.lines = self.new_lines()

    def new_lines(self) -> Lines:
        """Return what a process begins with: no connection and no token."""
        return Lines(lambda: VAULT, lambda: self.now, seconds=self.seconds)

    @property
    def tools(self) -> Tools:
        """What a job works with."""
        return Tools(self.engine, POLICY, lambda: self.now, lambda: False, self.lines)

    def enter(self, carrier: Carrier, source: SourceKind = SourceKind.LIVE, *, host: str | None = None) -> int:
        """Enter our account with *carrier* as an administrator would."""
        values = AccountValues(
            name=f"{carrier} account",
            source=source if source is SourceKind.LIVE else SourceKind.SPECIMEN,
            shipper_number=NUMBERS[carrier],
            country="US",
            host=host or self.stand_in.host,
        )
        credentials = CREDENTIALS[carrier] if source is SourceKind.LIVE else None
        with writing(self.engine) as session:
            account = add_account(session, carrier, values, credentials, vault=VAULT, by=SYSTEM, now=self.now)
            if source is SourceKind.RANGE:
                allot_block(
                    session, account.id, Block(5000, 5999), Block(1, 5000), certified=True, by=SYSTEM, now=self.now
                )
            return account.id

    def replace_credentials(self, account_id: int, credentials: Credentials) -> None:
        with writing(self.engine) as session:
            account = session.get_one(CarrierAccount, account_id)
            values = AccountValues(
                name=account.name,
                source=SourceKind(account.source),
                shipper_number=account.shipper_number,
                country=account.country,
                host=account.host,
            )
            change_account(session, account_id, values, credentials, vault=VAULT, by=SYSTEM, now=self.now)

    def later(self, **duration: float) -> None:
        """Let time pass for both."""
        self.now += timedelta(**duration)
        self.stand_in.now = self.now

    def work(self) -> None:
        """Do what the worker does."""
        ask_carriers(self.tools)

    def print_them(self, unit_ids: Sequence[int], paper: Paper = Paper.FOUR_BY_SIX) -> Printed:
        return print_labels(
            self.engine, unit_ids, paper=paper, policy=POLICY, by=SYSTEM, now=lambda: self.now, lines=self.lines
        )

    def intents(self) -> list[LabelIntent]:
        """All intents, oldest first."""
        with reading(self.engine) as session:
            return list(session.scalars(select(LabelIntent).order_by(LabelIntent.id)))

    def voids(self) -> list[NumberToVoid]:
        """All numbers that were to be taken back, oldest first."""
        with reading(self.engine) as session:
            return list(session.scalars(select(NumberToVoid).order_by(NumberToVoid.id)))
