"""`rmatrack db`: the schema."""

import click

from rmatrack.cli.office import Office, pass_office


@click.group()
def db() -> None:
    """Look after the database."""


@db.command(name="upgrade")
@pass_office
def upgrade_schema(office: Office) -> None:
    """Bring the database to the present schema; nothing happens where it is there already."""
    office.bring_up_to_date(office.reach())
