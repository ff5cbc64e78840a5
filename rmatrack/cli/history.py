"""`rmatrack verify-history`: is the log still what was written?"""

import click

from rmatrack.cli.office import Office, pass_office
from rmatrack.db.engine import reading
from rmatrack.domain.words import in_english
from rmatrack.services.verification import verify


@click.command()
@pass_office
def verify_history(office: Office) -> None:
    """Check every entry, every seal and every personal value of the history; exit code 1 where one does not hold."""
    with reading(office.engine) as session:
        report = verify(session)
    if report.first_flaw:
        raise click.ClickException(in_english(report.first_flaw.sentence))
    click.echo(
        f"The history holds: {report.sealed} entries sealed, {report.unsealed} not sealed yet, "
        f"{report.personal_values} personal values checked. Chain ends in {report.head}."
    )
