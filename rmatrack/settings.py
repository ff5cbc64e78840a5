"""What the environment says, read once at the edge and passed on as one value."""

import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration table of the README, typed.

    `data_dir` holds the embedded database, the secret key and files. `database_url` is an SQLAlchemy URL. `smtp_url` is
    `smtp://user:password@host:port?tls=starttls`, or `ssl`, or `none`; without it mail stays in the mailbox. `imap_url`
    is `imaps://user:password@host/INBOX`; without it no mail is fetched. `authserv_id` is the name that our receiving
    server puts into Authentication-Results; without it no sender counts as authenticated.
    """

    data_dir: Path
    database_url: str
    policy_dir: Path | None
    secret_key: str | None
    base_url: str
    secure_cookies: bool
    smtp_url: str | None
    mail_from: str
    imap_url: str | None
    authserv_id: str | None
    credentials_keys: tuple[str, ...] = ()
    """What carriers' credentials are encrypted with: the first locks, all unlock. Without any: the secret key."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read `RMATRACK_*` from *environ*; whatever is absent has a working default below `./var`."""
        data_dir = Path(environ.get("RMATRACK_DATA_DIR", "var")).absolute()
        base_url = environ.get("RMATRACK_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        policy_dir = environ.get("RMATRACK_POLICY_DIR")
        return cls(
            data_dir=data_dir,
            database_url=environ.get("RMATRACK_DATABASE_URL") or f"sqlite:///{data_dir / 'rmatrack.sqlite3'}",
            policy_dir=Path(policy_dir) if policy_dir else None,
            secret_key=environ.get("RMATRACK_SECRET_KEY"),
            base_url=base_url,
            secure_cookies=base_url.startswith("https://"),
            smtp_url=environ.get("RMATRACK_SMTP_URL") or None,
            mail_from=environ.get("RMATRACK_MAIL_FROM") or "rmatrack <rmatrack@localhost>",
            imap_url=environ.get("RMATRACK_IMAP_URL") or None,
            authserv_id=environ.get("RMATRACK_MAIL_AUTHSERV_ID") or None,
            credentials_keys=tuple(environ.get("RMATRACK_CREDENTIALS_KEYS", "").split()),
        )


def secret_key(settings: Settings) -> str:
    """Return the key that signs cookies and links: from the settings, or made once and kept in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    file = settings.data_dir / "secret-key"
    if not file.exists():
        _make_key(file)
    return file.read_text()


def credentials_keys(settings: Settings) -> tuple[str, ...]:
    """Return the keys for `rmatrack.vault.Vault`; the secret key comes last, so that naming own keys loses nothing."""
    return (*settings.credentials_keys, secret_key(settings))


def _make_key(file: Path) -> None:
    """Put a new key in place whole, readable by us alone; where another process was first, its key stands."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent) as new:  # Mode 0600, by its nature.
        new.write(secrets.token_hex(32))
        new.flush()
        with suppress(FileExistsError):
            file.hardlink_to(new.name)
