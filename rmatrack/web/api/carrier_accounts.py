"""Our accounts with carriers: entered, changed, tried out; credentials go in and never come out."""

from datetime import datetime
from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from carriers.shipment import Carrier as KitCarrier
from carriers.sources import SourceKind
from carriers.tokens import Credentials
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.labels import NumberSource
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import Carrier
from rmatrack.services import carrier_accounts, carrier_lines
from rmatrack.services.accounts_seen import AccountSeen, account_seen, accounts_seen
from rmatrack.services.carrier_accounts import AccountValues, Block
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Filled, Found, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sentences import say
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = APIBlueprint("api-carrier-accounts", __name__, url_prefix="/api/v1/carrier-accounts", tag="Carrier accounts")


class AccountOut(Found):
    """An account with how it stands; whether it has credentials, never which."""

    id: int = Field(examples=[1])
    carrier: Carrier
    name: str = Field(examples=["UPS returns"])
    source: NumberSource
    in_use: bool
    shipper_number: str = Field(examples=["A1B2C3"])
    country: str = Field(examples=["US"])
    certified: bool
    host: str = Field(examples=["https://wwwcie.ups.com"])
    asks_per_hour: int | None = Field(description="What was entered; null is what the carrier gives anybody.")
    asks_per_day: int | None = Field(description="What was entered; null is what the carrier gives anybody.")
    asked_this_hour: int
    asked_today: int = Field(description="Since midnight by Greenwich time.")
    has_credentials: bool
    credentials_at: datetime | None
    numbers_left: int | None
    labels_waiting: int
    failures: int
    left_alone_until: datetime | None
    warnings: list[str]


class CredentialsIn(Shape):
    """What the carrier knows us by: client id and secret, or user and password."""

    user: Filled = Field(max_length=200, examples=["k2x…"])
    secret: Filled = Field(max_length=400, examples=["…"])


class AccountChangeIn(Shape):
    """An account; without credentials it keeps those it has."""

    name: Filled = Field(max_length=80, examples=["UPS returns"])
    source: NumberSource
    shipper_number: Filled = Field(max_length=20, examples=["A1B2C3"])
    country: Text = Field(default="", max_length=2, examples=["US"])
    certified: bool = False
    host: Text = Field(default="", max_length=200, description="Empty: the carrier's own for real parcels.")
    asks_per_hour: int | None = Field(default=None, ge=1, le=100_000)
    asks_per_day: int | None = Field(default=None, ge=1, le=100_000)
    credentials: CredentialsIn | None = None


class AccountIn(AccountChangeIn):
    """An account to be entered."""

    carrier: Carrier


class BlockIn(Shape):
    """Numbers that the carrier allotted; DHL's come with piece numbers."""

    first: int = Field(ge=0, le=10**18, examples=[5000])
    last: int = Field(ge=0, le=10**18, examples=[5999])
    first_piece: int | None = Field(default=None, ge=0, le=10**18)
    last_piece: int | None = Field(default=None, ge=0, le=10**18)
    certified: bool = Field(description="The carrier lets this account print its own labels.")


class TriedOut(Found):
    """The carrier answered, and accepts the credentials."""

    account: str


_REFUSALS: tuple[type[RmatrackError], ...] = (
    carrier_accounts.NameTakenError,
    carrier_accounts.BadHostError,
    carrier_accounts.CredentialsAgainError,
    carrier_accounts.NoCredentialsError,
    carrier_accounts.NoLiveLabelsError,
    carrier_accounts.NotCertifiedError,
    carrier_accounts.NoBlockError,
)


@bp.get("")
@bp.output(Everything[AccountOut])
@allowed(Permission.MANAGE_PEOPLE)
def index() -> Everything[AccountOut]:
    """List the accounts with how they stand."""
    seen = accounts_seen(read_session(), by=g.actor, now=g.now)
    return Everything(items=[_told(each) for each in seen])


@bp.get("/<int:account_id>")
@bp.output(AccountOut)
@allowed(Permission.MANAGE_PEOPLE)
def show(account_id: int) -> AccountOut:
    """Show an account."""
    return _shown(read_session(), account_id)


@bp.post("")
@bp.input(AccountIn)
@bp.output(AccountOut, HTTPStatus.CREATED)
@writes
@refuses(*_REFUSALS)
@allowed(Permission.MANAGE_PEOPLE)
def add(json_data: AccountIn) -> Response:
    """Enter an account; the first of its carrier is in use at once."""

    def deed(session: Session) -> AccountOut:
        account = carrier_accounts.add_account(
            session,
            KitCarrier(json_data.carrier),
            _values(json_data),
            _credentials(json_data),
            vault=given().vault,
            by=g.actor,
            now=g.now,
        )
        return _shown(session, account.id)

    return once(deed, status=HTTPStatus.CREATED)


@bp.put("/<int:account_id>")
@bp.input(AccountChangeIn)
@bp.output(AccountOut)
@writes
@refuses(*_REFUSALS)
@allowed(Permission.MANAGE_PEOPLE)
def change(account_id: int, json_data: AccountChangeIn) -> Response:
    """Change an account."""

    def deed(session: Session) -> AccountOut:
        carrier_accounts.change_account(
            session,
            account_id,
            _values(json_data),
            _credentials(json_data),
            vault=given().vault,
            by=g.actor,
            now=g.now,
        )
        return _shown(session, account_id)

    return once(deed)


@bp.post("/<int:account_id>/block")
@bp.input(BlockIn)
@bp.output(AccountOut)
@writes
@refuses(carrier_accounts.NotCertifiedError, carrier_accounts.BadBlockError)
@allowed(Permission.MANAGE_PEOPLE)
def allot(account_id: int, json_data: BlockIn) -> Response:
    """Let an account number its labels from a block that the carrier allotted."""
    pieces = None
    if json_data.first_piece is not None and json_data.last_piece is not None:
        pieces = Block(json_data.first_piece, json_data.last_piece)

    def deed(session: Session) -> AccountOut:
        block = Block(json_data.first, json_data.last)
        carrier_accounts.allot_block(
            session, account_id, block, pieces, certified=json_data.certified, by=g.actor, now=g.now
        )
        return _shown(session, account_id)

    return once(deed)


@bp.post("/<int:account_id>/use")
@bp.output(AccountOut)
@writes
@allowed(Permission.MANAGE_PEOPLE)
def use(account_id: int) -> Response:
    """Let new labels of the carrier come from this account."""

    def deed(session: Session) -> AccountOut:
        carrier_accounts.use_account(session, account_id, by=g.actor, now=g.now)
        return _shown(session, account_id)

    return once(deed)


@bp.post("/<int:account_id>/try")
@bp.output(TriedOut)
@refuses(
    carrier_accounts.CarrierAnswerError,
    carrier_lines.NotConnectedError,
    carrier_lines.CredentialsLockedError,
    carrier_lines.LineClosedError,
)
@allowed(Permission.MANAGE_PEOPLE)
def try_out(account_id: int) -> TriedOut:
    """Ask the carrier something harmless with the account's credentials. Asking twice does no harm."""
    account = account_seen(read_session(), account_id, by=g.actor, now=g.now).account
    close_read_session()
    carrier_accounts.try_out(write_session, given().lines, account, by=g.actor, now=given().now)
    return TriedOut(account=account.name)


def _values(sent: AccountChangeIn) -> AccountValues:
    return AccountValues(
        name=sent.name,
        source=SourceKind(sent.source),
        shipper_number=sent.shipper_number.upper(),
        country=sent.country.upper(),
        certified=sent.certified,
        host=sent.host.rstrip("/"),
        asks_per_hour=sent.asks_per_hour,
        asks_per_day=sent.asks_per_day,
    )


def _credentials(sent: AccountChangeIn) -> Credentials | None:
    return Credentials(sent.credentials.user, sent.credentials.secret) if sent.credentials else None


def _shown(session: Session, account_id: int) -> AccountOut:
    return _told(account_seen(session, account_id, by=g.actor, now=g.now))


def _told(seen: AccountSeen) -> AccountOut:
    account = seen.account
    return AccountOut(
        id=account.id,
        carrier=Carrier(account.carrier),
        name=account.name,
        source=NumberSource(account.source),
        in_use=account.in_use,
        shipper_number=account.shipper_number,
        country=account.country,
        certified=account.certified,
        host=account.host,
        asks_per_hour=account.asks_per_hour,
        asks_per_day=account.asks_per_day,
        asked_this_hour=seen.asked,
        asked_today=seen.asked_today,
        has_credentials=account.credentials is not None,
        credentials_at=account.credentials_at,
        numbers_left=seen.numbers_left,
        labels_waiting=seen.waiting,
        failures=seen.failures,
        left_alone_until=seen.opens_at,
        warnings=[say(sentence) for sentence in (seen.warning, seen.why) if sentence],
    )
