"""Bringing a database to the present schema."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.schema import SchemaItem

from rmatrack.db import jobs
from rmatrack.db.engine import WRITES
from rmatrack.db.tables import METADATA


def upgrade(engine: Engine) -> None:
    """Run every migration that *engine*'s database has not seen, in one transaction; then the job engine's own."""
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        command.upgrade(alembic_config(connection), "head")
    jobs.prepare(engine)


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for one open *connection*."""
    config = Config()
    config.set_main_option("script_location", str(files("rmatrack.db") / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def is_ours(item: SchemaItem, name: str | None, kind: str, _reflected: bool, _compared: SchemaItem | None) -> bool:
    """Say whether a table belongs to rmatrack: the job engine keeps its own beside ours."""
    return kind != "table" or name in METADATA.tables


def is_current(engine: Engine) -> bool:
    """Say whether *engine*'s database has seen every migration."""
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
        return MigrationContext.configure(connection).get_current_revision() == script.get_current_head()
