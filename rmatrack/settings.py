"""What the environment says, read once at the edge and passed on as one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration table of the README, typed.

    `data_dir` holds the embedded database, the secret key and files. `database_url` is an SQLAlchemy URL.
    """

    data_dir: Path
    database_url: str
    policy_dir: Path | None
    secret_key: str | None
    base_url: str
    secure_cookies: bool

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
        )
