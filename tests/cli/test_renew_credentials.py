"""A new key takes the place of an old one, and credentials survive that as they survive a change of database."""

import pytest
from sqlalchemy import Engine

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from carriers.tokens import Credentials
from rmatrack.db.carrier_accounts import account_in_use
from rmatrack.db.engine import make_engine, reading, writing
from rmatrack.domain.people import SYSTEM
from rmatrack.services.carrier_accounts import AccountValues, add_account
from rmatrack.services.carrier_lines import unlocked
from rmatrack.services.doors import new_secret, secrets_of
from rmatrack.vault import LockedError, Vault
from tests.cli.conftest import Run
from tests.labels.places import NOW

OLD, NEW, SECRET_KEY = "the old key", "the-new-key", "the-secret-key"
CREDENTIALS = Credentials("our user", "our secret")


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RMATRACK_SECRET_KEY", OLD)


@pytest.fixture
def secret(run: Run, engine: Engine) -> str:
    """The secret of UPS's door; there is a live account beside it."""
    values = AccountValues(name="UPS account", source=SourceKind.LIVE, shipper_number="5R8939", country="US")
    vault = Vault([OLD])
    with writing(engine) as session:
        add_account(session, Carrier.UPS, values, CREDENTIALS, vault=vault, by=SYSTEM, now=NOW)
        return new_secret(session, Carrier.UPS, vault=vault, by=SYSTEM, now=NOW)


def test_after_renewing_the_first_key_alone_opens_everything(
    run: Run, engine: Engine, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RMATRACK_CREDENTIALS_KEYS", NEW)

    ran = run("renew-credentials")

    assert (ran.code, ran.out) == (0, "Credentials encrypted with the first key: 2.\n")
    assert opened(engine, Vault([NEW])) == (CREDENTIALS, (secret,))
    with pytest.raises(LockedError):
        Vault([OLD]).unlock(locked(engine))


def test_credentials_that_no_key_opens_are_named_and_left_alone(
    run: Run, engine: Engine, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = locked(engine)
    monkeypatch.setenv("RMATRACK_SECRET_KEY", SECRET_KEY)

    ran = run("renew-credentials")

    assert ran.code == 1
    assert ran.err == "No key that is here opens those of UPS account, UPS. Enter them again.\n"
    assert locked(engine) == before


def test_credentials_are_copied_encrypted_and_open_there(run: Run, engine: Engine, other: Engine, secret: str) -> None:
    ran = run("db", "copy", "--to", other.url.render_as_string(hide_password=False))

    assert ran.code == 0, ran.err
    there = make_engine(other.url.render_as_string(hide_password=False))
    assert locked(there) == locked(engine)
    assert opened(there, Vault([OLD])) == (CREDENTIALS, (secret,))
    there.dispose()


def locked(engine: Engine) -> str:
    with reading(engine) as session:
        account = account_in_use(session, Carrier.UPS)
        assert account is not None
        assert account.credentials is not None
        return account.credentials


def opened(engine: Engine, vault: Vault) -> tuple[Credentials, tuple[str, ...]]:
    """Return what *vault* opens: the account's credentials, and the secrets of the door."""
    with reading(engine) as session:
        secrets = secrets_of(session, Carrier.UPS, vault=vault)
    return unlocked(vault, locked(engine), "UPS account"), secrets
