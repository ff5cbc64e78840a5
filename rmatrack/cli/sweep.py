"""`rmatrack sweep`: what the hourly job does, now."""

import click

from rmatrack import clock
from rmatrack.cli.office import Office, pass_office
from rmatrack.work.sweeping import sweep as sweep_once
from rmatrack.work.tools import Tools


@click.command()
@pass_office
def sweep(office: Office) -> None:
    """Note which trials have ended and queue the reminders that are due; nothing is sent twice."""
    told = sweep_once(Tools(office.engine, office.policy, clock.now))
    click.echo(f"{told} reminders are queued.")
