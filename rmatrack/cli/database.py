"""`rmatrack db`: the schema, and moving to another database."""

import click
from rich.console import Console

from rmatrack.cli.office import Office, pass_office
from rmatrack.db.copying import NotEmptyError, copy_all
from rmatrack.db.engine import make_engine
from rmatrack.db.migrate import upgrade


@click.group()
def db() -> None:
    """Look after the database."""


@db.command(name="upgrade")
@pass_office
def upgrade_schema(office: Office) -> None:
    """Bring the database to the present schema; nothing happens where it is there already."""
    office.bring_up_to_date(office.reach())


@db.command()
@click.option("--to", "url", required=True, metavar="URL", help="The database to copy to; it must be empty.")
@pass_office
def copy(office: Office, url: str) -> None:
    """Copy everything into another database, from SQLite to PostgreSQL or back.

    Stop the servers and workers first. This database is left as it is.
    """
    target = make_engine(url)
    try:
        upgrade(target)
        with Console(stderr=True).status("Copying"):
            copied = dict(copy_all(office.engine, target))
    except NotEmptyError as error:
        raise click.ClickException("That database has rows in it already. Name an empty one.") from error
    finally:
        target.dispose()
    click.echo(
        f"{sum(copied.values())} rows in {len(copied)} tables are copied. Set RMATRACK_DATABASE_URL to go on there."
    )
