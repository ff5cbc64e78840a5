"""Labels that left, accounts that answer, and reports of carriers, for the tests of tracking."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from json import dumps

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from carriers import dhl, ups
from carriers.parcel_states import ParcelEvent, ParcelState
from carriers.shipment import Carrier
from carriers.sources import SourceKind
from carriers.tokens import Credentials
from rmatrack.db.carrier_accounts import CarrierAccount
from rmatrack.db.engine import reading, writing
from rmatrack.db.labels import Label
from rmatrack.db.orders import Unit
from rmatrack.db.returns import Rma
from rmatrack.db.tracking import Track
from rmatrack.domain.labels import LabelState
from rmatrack.domain.tracking import Source
from rmatrack.services.carrier_lines import Lines
from rmatrack.services.tracking import take_reports
from rmatrack.vault import Vault
from rmatrack.work.tools import Tools
from tests.carriers.samples import DHL_ACCOUNT, EXPEDITORS_CREDENTIALS, UPS_ACCOUNT
from tests.carriers.stand_in import StandIn
from tests.labels.places import POLICY, ship

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VAULT = Vault(["only for tests"])
CREDENTIALS: dict[Carrier, tuple[str, Credentials]] = {
    Carrier.UPS: (UPS_ACCOUNT.number, UPS_ACCOUNT.credentials),
    Carrier.DHL: (DHL_ACCOUNT.number, DHL_ACCOUNT.credentials),
    Carrier.EXPEDITORS: ("1061414", EXPEDITORS_CREDENTIALS),
}
_numbers = count(1)


def number_of(carrier: Carrier, running: int) -> str:
    match carrier:
        case Carrier.UPS:
            return ups.number("A1B2C3", "03", running)
        case Carrier.DHL:
            return dhl.waybill(200_000_000 + running)
        case _:
            return f"{376104250000000000 + running}"


def label(
    engine: Engine,
    carrier: Carrier = Carrier.UPS,
    *,
    state: LabelState = LabelState.PRINTED,
    unit_id: int | None = None,
    attempt: int = 1,
    source: SourceKind = SourceKind.LIVE,
) -> Label:
    """A label that left the system a week ago, on a unit that is out."""
    unit_id = unit_id or ship(engine)[0]
    with writing(engine) as session:
        unit = session.get_one(Unit, unit_id)
        rma = session.scalars(select(Rma).where(Rma.order_id == unit.order_id)).one()
        made = Label(
            rma_id=rma.id,
            unit_id=unit_id,
            attempt=attempt,
            carrier=carrier.value,
            service="Ground",
            source=source.value,
            number=number_of(carrier, next(_numbers)),
            state=state.value,
            content={"shipment": {"ship_to": {"country": "US"}}},
            created_at=MONDAY - timedelta(days=7),
            released_at=MONDAY - timedelta(days=7),
        )
        session.add(made)
    return made


def account(engine: Engine, carrier: Carrier, stand_in: StandIn) -> None:
    """An account that is asked at the stand-in."""
    number, credentials = CREDENTIALS[carrier]
    base = f"{stand_in.host}/tracking/v2" if carrier is Carrier.EXPEDITORS else stand_in.host
    with writing(engine) as session:
        session.add(
            CarrierAccount(
                carrier=carrier.value,
                name=carrier.value,
                source=SourceKind.LIVE.value,
                in_use=True,
                shipper_number=number,
                country="US",
                host=base,
                credentials=VAULT.lock(dumps([credentials.user, credentials.secret])),
            )
        )


def tools(engine: Engine, now: datetime = MONDAY) -> Tools:
    return Tools(engine, POLICY, lambda: now, lines=lines(now))


def lines(now: datetime = MONDAY) -> Lines:
    return Lines(lambda: VAULT, lambda: now, seconds=2.0)


def event(number: str, hours: float, state: ParcelState | None, code: str = "") -> ParcelEvent:
    """A report of what happened so many *hours* after Monday morning."""
    return ParcelEvent(number, MONDAY + timedelta(hours=hours), code or str(state), state, f"it is {state}")


def tell(
    engine: Engine,
    one: Label,
    events: Iterable[ParcelEvent],
    *,
    now: datetime = MONDAY + timedelta(days=5),
    source: Source = Source.ASKED,
) -> int:
    with writing(engine) as session:
        return take_reports(session, {one.id: list(events)}, source=source, now=now)


def track_of(engine: Engine, one: Label) -> Track:
    with reading(engine) as session:
        return session.get_one(Track, one.id)


def label_of(engine: Engine, one: Label) -> LabelState:
    with reading(engine) as session:
        return LabelState(session.get_one(Label, one.id).state)


def rma_of(session: Session, one: Label) -> Rma:
    return session.get_one(Rma, one.rma_id)


def ups_scan(at: datetime, type_: str, code: str, status: str = "") -> dict[str, object]:
    """An activity as UPS tells it."""
    told = {"type": type_, "code": code, "statusCode": status, "description": f"{type_} {code} {status}"}
    return {
        "gmtDate": f"{at:%Y%m%d}",
        "gmtTime": f"{at:%H:%M:%S}",
        "gmtOffset": "-06:00",
        "location": {"address": {"city": "Austin", "countryCode": "US"}},
        "status": told,
    }


def dhl_scan(at: datetime, code: str) -> dict[str, str]:
    """An event as DHL tells it."""
    day, clock = f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}"
    return {"date": day, "time": clock, "GMTOffset": "+00:00", "typeCode": code, "description": code}


def expeditors_scan(at: datetime, code: str) -> dict[str, str]:
    """An event as Expeditors tells it."""
    return {"code": code, "time": at.isoformat(), "description": code, "origin": "SYD"}
