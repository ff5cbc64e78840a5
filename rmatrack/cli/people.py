"""`rmatrack add-person`: the first administrator, and whoever else is needed without a browser."""

import click

from rmatrack import clock
from rmatrack.cli.office import Office, pass_office
from rmatrack.db.engine import writing
from rmatrack.domain.people import SYSTEM, WITHOUT_ACCOUNT, Role
from rmatrack.services import people
from rmatrack.services.partners import partner_named

_ROLES = [role.value for role in Role if role not in WITHOUT_ACCOUNT]


@click.command()
@click.argument("email")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--partner", help="The partner organisation, for the partner roles.")
@click.option("--language", type=click.Choice(["en", "nl"]), help="What the pages speak to them.")
@click.password_option(envvar="RMATRACK_NEW_PASSWORD", help="Asked for where it is not given.")
@pass_office
def add_person(
    office: Office, email: str, name: str, role: str, partner: str | None, language: str | None, password: str
) -> None:
    """Let EMAIL sign in."""
    secret = people.hashed(password)
    with writing(office.engine) as session:
        people.add_person(
            session,
            email=email,
            name=name,
            role=Role(role),
            partner=partner_named(session, partner) if partner else None,
            password_hash=secret,
            language=language,
            by=SYSTEM,
            now=clock.now(),
        )
    click.echo(f"{email} can sign in as {role}.")
