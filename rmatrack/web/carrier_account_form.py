"""The forms about our accounts with carriers. What was typed as a secret is never shown again."""

from wtforms import BooleanField, IntegerField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from carriers.kinds import KINDS
from carriers.shipment import Carrier
from carriers.sources import SourceKind
from carriers.tokens import Credentials
from rmatrack.db.carrier_accounts import CarrierAccount
from rmatrack.domain.labels import NumberSource
from rmatrack.services.carrier_accounts import AccountValues, Block
from rmatrack.web.forms import Form
from rmatrack.web.languages import _l, word

MOST_ASKS = 100_000


class AccountForm(Form):
    name = StringField(
        _l("Name"), [InputRequired(_l("Enter a name by which you know the account again.")), Length(max=80)]
    )
    shipper_number = StringField(
        _l("Account number"), [InputRequired(_l("Enter the number that the carrier gave the account.")), Length(max=20)]
    )
    country = StringField(
        _l("Country of the account"),
        [Optional(), Regexp(r"^[A-Za-z]{2}$", message=_l("Enter the two letters of the country, such as US."))],
    )
    source = SelectField(_l("Where label numbers come from"))
    certified = BooleanField(_l("The carrier has certified this account to print its own labels"))
    host = StringField(_l("Address of the API"), [Length(max=200)])
    asks_per_hour = IntegerField(
        _l("Questions an hour, at most"),
        [Optional(), NumberRange(1, MOST_ASKS, _l("Enter a number from 1 to 100000, or leave it empty."))],
    )
    asks_per_day = IntegerField(
        _l("Questions a day, at most"),
        [Optional(), NumberRange(1, MOST_ASKS, _l("Enter a number from 1 to 100000, or leave it empty."))],
    )
    user = StringField(_l("Key or user"), [Length(max=200)])
    secret = PasswordField(_l("Secret or password"), [Length(max=400)])

    def offer(self) -> None:
        """Fill the choices."""
        self.source.choices = [SelectChoice(source.value, word(source)) for source in NumberSource]

    @property
    def values(self) -> AccountValues:
        """Return what was typed beside the credentials."""
        return AccountValues(
            name=self.name.data.strip(),
            source=SourceKind(self.source.data),
            shipper_number=self.shipper_number.data.strip().upper(),
            country=(self.country.data or "").strip().upper(),
            certified=self.certified.data,
            host=(self.host.data or "").strip().rstrip("/"),
            asks_per_hour=self.asks_per_hour.data,
            asks_per_day=self.asks_per_day.data,
        )

    @property
    def credentials(self) -> Credentials | None:
        """Return new credentials, where both parts were typed."""
        user, secret = (self.user.data or "").strip(), self.secret.data or ""
        return Credentials(user, secret) if user and secret else None


class NewAccountForm(AccountForm):
    carrier = SelectField(_l("Carrier"))

    def offer(self) -> None:
        """Fill the choices."""
        super().offer()
        self.carrier.choices = [SelectChoice(carrier.value, kind.name) for carrier, kind in KINDS.items()]


class BlockForm(Form):
    first = IntegerField(_l("First number"), [InputRequired(_l("Enter the first number of the block."))])
    last = IntegerField(_l("Last number"), [InputRequired(_l("Enter the last number of the block."))])
    first_piece = IntegerField(_l("First piece number"), [Optional()])
    last_piece = IntegerField(_l("Last piece number"), [Optional()])
    certified = BooleanField(_l("The carrier has certified this account to print its own labels"))

    @property
    def block(self) -> Block:
        """Return the block."""
        return Block(self.first.data, self.last.data)

    @property
    def pieces(self) -> Block | None:
        """Return the block of piece numbers, where there is one."""
        if self.first_piece.data is None or self.last_piece.data is None:
            return None
        return Block(self.first_piece.data, self.last_piece.data)


def form_of(account: CarrierAccount) -> AccountForm:
    """Return the form with what is kept of *account*; of its credentials nothing."""
    form = AccountForm(
        name=account.name,
        shipper_number=account.shipper_number,
        country=account.country,
        source=account.source,
        certified=account.certified,
        host=account.host,
        asks_per_hour=account.asks_per_hour,
        asks_per_day=account.asks_per_day,
    )
    form.offer()
    return form


def kind_name(carrier: str) -> str:
    """Return the carrier's own name."""
    return KINDS[Carrier(carrier)].name
