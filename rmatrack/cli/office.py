"""What a command works with: settings, database and policy, each made when first asked for."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property

import click
from alembic.util import CommandError
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError

from rmatrack.db.engine import make_engine, writing
from rmatrack.db.migrate import is_current, upgrade
from rmatrack.domain.policy import Policy
from rmatrack.services import policy as policies
from rmatrack.services.setup import prepare
from rmatrack.settings import Settings


@dataclass(frozen=True)
class Office:
    """The pieces of one installation."""

    settings: Settings
    _closing: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        """Let go of what was opened."""
        self._closing.close()

    @cached_property
    def policy(self) -> Policy:
        """The programme's values, from `RMATRACK_POLICY_DIR` where that is set."""
        return policies.load(self.settings.policy_dir)

    @cached_property
    def engine(self) -> Engine:
        """The database, at the present schema.

        The embedded one is made and brought up to date by whatever command comes first. A server's is left alone until
        somebody says `rmatrack db upgrade`.
        """
        engine = self.reach()
        try:
            current = is_current(engine)
        except DBAPIError as error:
            raise click.ClickException(f"The database cannot be reached: {first_line(error)}") from error
        if not current and engine.dialect.name != "sqlite":
            raise click.ClickException("The database is not at the present schema. Run `rmatrack db upgrade` first.")
        if not current:
            self.bring_up_to_date(engine)
        return engine

    def reach(self) -> Engine:
        """Return the database as it is."""
        try:
            engine = make_engine(self.settings.database_url)
        except (ArgumentError, ModuleNotFoundError, ValueError) as error:
            raise click.ClickException(
                "RMATRACK_DATABASE_URL names no database that rmatrack can use."
                " Write sqlite:////folder/file or postgresql://user:password@host/name."
            ) from error
        self._closing.callback(engine.dispose)
        return engine

    def bring_up_to_date(self, engine: Engine) -> None:
        """Run the migrations and lay down what every installation needs."""
        try:
            upgrade(engine)
        except CommandError as error:
            raise click.ClickException(
                "The database has a schema that this version of rmatrack does not know. Install the newer version."
            ) from error
        with writing(engine) as session:
            prepare(session, self.policy)


def first_line(error: DBAPIError) -> str:
    """Return what the database itself said, in one line."""
    return str(error.orig).strip().splitlines()[0]


pass_office = click.make_pass_decorator(Office)
