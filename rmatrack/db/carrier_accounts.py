"""Our accounts with carriers: where numbers come from, how often the carrier may be asked, and what was said (C-9)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, delete, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from rmatrack.db.base import Base, Id, Moment

EXCHANGES_KEPT = 200
"""So many questions and answers are kept for each account, the newest."""


class CarrierAccount(Base):
    """Our account with a carrier and where its label numbers come from: live, range or specimen (SPEC C-9).

    New labels of a carrier come from its one account `in_use`; the others are kept for the labels they gave.
    """

    __tablename__ = "carrier_account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    carrier: Mapped[str] = mapped_column(String(16), index=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    source: Mapped[str] = mapped_column(String(16))
    in_use: Mapped[bool] = mapped_column(default=False)
    shipper_number: Mapped[str] = mapped_column(String(20))
    """The UPS shipper number (6), the DHL account, or the GS1 company prefix of the SSCC."""
    country: Mapped[str] = mapped_column(String(2), default="")
    """Of the account; empty where the carrier does not ask for it."""
    certified: Mapped[bool] = mapped_column(default=False)
    """The carrier lets us print labels of our own: needed for a range."""
    host: Mapped[str] = mapped_column(String(200), default="")
    """The base address of the carrier's API; empty is the carrier's own for production."""
    credentials: Mapped[str | None] = mapped_column(Text)
    """Encrypted by `rmatrack.vault`."""
    credentials_at: Mapped[datetime | None] = mapped_column(Moment)
    asks_per_hour: Mapped[int | None]
    asks_per_day: Mapped[int | None]
    """How many questions an hour and a day were agreed on, or we allow ourselves; none is what anybody gets."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy's own form.
    __table_args__ = (
        CheckConstraint("source <> 'range' OR certified", name="range_needs_certification"),
        Index(
            "uq_carrier_account_in_use",
            "carrier",
            unique=True,
            sqlite_where=text("in_use"),
            postgresql_where=text("in_use"),
        ),
    )


class CarrierTraffic(Base):
    """What all processes together know of the line to a carrier: its circuit, and what was asked this hour and day."""

    __tablename__ = "carrier_traffic"

    account_id: Mapped[int] = mapped_column(ForeignKey("carrier_account.id"), primary_key=True, autoincrement=False)
    failures: Mapped[int] = mapped_column(default=0)
    """In a row."""
    opens_at: Mapped[datetime | None] = mapped_column(Moment)
    """Nothing is asked before."""
    hour_at: Mapped[datetime | None] = mapped_column(Moment)
    """The clock hour that `asked` counts in."""
    asked: Mapped[int] = mapped_column(default=0)
    day_at: Mapped[datetime | None] = mapped_column(Moment)
    """The day, by Greenwich time, that `asked_today` counts in."""
    asked_today: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    away_since: Mapped[datetime | None] = mapped_column(Moment)
    """The first failure since the carrier last answered; empty when it answers."""
    why: Mapped[str | None] = mapped_column(String(500))
    """The sentence of the last failure; empty when the carrier answers."""


class CarrierExchange(Base):
    """A question to a carrier and its answer, redacted by `carriers.redaction`."""

    __tablename__ = "carrier_exchange"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("carrier_account.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    method: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[object | None] = mapped_column(JSON)
    status: Mapped[int | None]
    answer: Mapped[object | None] = mapped_column(JSON)
    failure: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (Index("ix_carrier_exchange_account_id_id", "account_id", "id"),)


class ExchangeRow(NamedTuple):
    """An exchange to be kept."""

    method: str
    address: str
    headers: dict[str, str]
    body: object
    status: int | None
    answer: object
    failure: str


def all_accounts(session: Session) -> Sequence[CarrierAccount]:
    """All our accounts, by carrier, the one in use first."""
    return session.scalars(
        select(CarrierAccount).order_by(CarrierAccount.carrier, CarrierAccount.in_use.desc(), CarrierAccount.name)
    ).all()


def accounts_in_use(session: Session) -> dict[str, CarrierAccount]:
    """The account that gives each carrier's new labels, by carrier."""
    found = session.scalars(select(CarrierAccount).where(CarrierAccount.in_use))
    return {account.carrier: account for account in found}


def account_in_use(session: Session, carrier: str) -> CarrierAccount | None:
    """The account that gives a carrier's new labels."""
    return session.scalar(select(CarrierAccount).where(CarrierAccount.carrier == carrier, CarrierAccount.in_use))


def account_with_id(session: Session, account_id: int) -> CarrierAccount | None:
    """The account with this id."""
    return session.get(CarrierAccount, account_id)


def traffic_of(session: Session, account_id: int) -> CarrierTraffic:
    """The account's line, held until the step ends: whoever asks for it too waits."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(CarrierTraffic).values(account_id=account_id).on_conflict_do_nothing())
    found = select(CarrierTraffic).where(CarrierTraffic.account_id == account_id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).one()


def all_traffic(session: Session) -> dict[int, CarrierTraffic]:
    """Every line that was ever used, by account."""
    return {line.account_id: line for line in session.scalars(select(CarrierTraffic))}


def keep_exchanges(session: Session, account_id: int, rows: Iterable[ExchangeRow], *, now: datetime) -> None:
    """Keep what was said, and forget what was said long before."""
    kept = [{"account_id": account_id, "at": now, **row._asdict()} for row in rows]
    if not kept:
        return
    session.execute(insert(CarrierExchange), kept)
    oldest = (
        select(CarrierExchange.id)
        .where(CarrierExchange.account_id == account_id)
        .order_by(CarrierExchange.id.desc())
        .offset(EXCHANGES_KEPT - 1)
        .limit(1)
        .scalar_subquery()
    )
    session.execute(
        delete(CarrierExchange).where(CarrierExchange.account_id == account_id, CarrierExchange.id < oldest),
        execution_options={"synchronize_session": False},
    )


def exchanges_of(session: Session, account_id: int, *, before: int | None, limit: int) -> Sequence[CarrierExchange]:
    """The newest exchanges of an account, those below the id *before*."""
    found = select(CarrierExchange).where(CarrierExchange.account_id == account_id)
    if before is not None:
        found = found.where(CarrierExchange.id < before)
    return session.scalars(found.order_by(CarrierExchange.id.desc()).limit(limit)).all()


def locked_credentials(session: Session) -> Sequence[CarrierAccount]:
    """Accounts that have credentials."""
    return session.scalars(select(CarrierAccount).where(CarrierAccount.credentials.is_not(None))).all()


def count_live(session: Session) -> int:
    """How many accounts ask their carrier."""
    return session.scalar(select(func.count()).where(CarrierAccount.source == "live", CarrierAccount.in_use)) or 0
