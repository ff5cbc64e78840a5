"""`rmatrack renew-credentials`: put a new key in place of the one that carriers' credentials are encrypted with."""

import click

from rmatrack.cli.office import Office, pass_office
from rmatrack.db.engine import writing
from rmatrack.domain.people import SYSTEM
from rmatrack.services.renewing_keys import renew_credentials as renew
from rmatrack.settings import credentials_keys
from rmatrack.vault import Vault


@click.command()
@pass_office
def renew_credentials(office: Office) -> None:
    """Encrypt all carriers' credentials with the first key of RMATRACK_CREDENTIALS_KEYS.

    Put the new key in front of the old one, run this, then take the old one away.
    """
    vault = Vault(credentials_keys(office.settings))
    with writing(office.engine) as session:
        renewed, lost = renew(session, vault, by=SYSTEM)
    click.echo(f"Credentials encrypted with the first key: {renewed}.")
    if lost:
        raise click.ClickException(f"No key that is here opens those of {', '.join(lost)}. Enter them again.")
