"""The `rmatrack` command: the composition root that reads the environment and puts the floors together.

Every command acts as *system* on the database that `RMATRACK_DATABASE_URL` names. What goes wrong is one sentence on
stderr and exit code 1.
"""

import os
import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import DBAPIError

from rmatrack.cli.office import Office, first_line
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.sentences import Sentence
from rmatrack.domain.words import in_english
from rmatrack.settings import Settings

COMMANDS = {
    "add-person": "rmatrack.cli.people:add_person",
    "db": "rmatrack.cli.database:db",
    "demo": "rmatrack.cli.demo:demo",
    "due": "rmatrack.cli.lists:due",
    "find": "rmatrack.cli.lists:find",
    "identify": "rmatrack.cli.lists:identify",
    "import-shipments": "rmatrack.cli.shipments:import_shipments",
    "labels": "rmatrack.cli.labels:labels",
    "receive-mail": "rmatrack.cli.mail:receive_mail",
    "renew-credentials": "rmatrack.cli.credentials:renew_credentials",
    "replay-scans": "rmatrack.cli.scans:replay_scans",
    "serve": "rmatrack.cli.server:serve",
    "sweep": "rmatrack.cli.sweep:sweep",
    "verify-history": "rmatrack.cli.history:verify_history",
    "work": "rmatrack.cli.server:work",
}


class Commands(click.Group):
    """Commands that are imported when they are called, so that `rmatrack identify` does not wait for the web."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        where = COMMANDS.get(cmd_name)
        if where is None:
            return None
        module, name = where.split(":")
        command = getattr(__import__(module, fromlist=[name]), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=Commands)
@click.version_option(package_name="rmatrack")
@click.pass_context
def rmatrack(ctx: click.Context) -> None:
    """Follow every loaned device by serial number until it is back."""
    office = Office(Settings.from_environment(os.environ))
    ctx.obj = office
    ctx.call_on_close(office.close)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; leave with 0, or with 1 and one sentence on stderr."""
    try:
        code = rmatrack.main(arguments, prog_name="rmatrack", standalone_mode=False)
    except (RmatrackError, click.ClickException, DBAPIError, OSError) as error:
        sys.exit(_said(error))
    except click.exceptions.Abort:
        sys.exit(_said("Stopped."))
    sys.exit(code if isinstance(code, int) else 0)


def _said(trouble: object) -> int:
    click.echo(_sentence(trouble), err=True)
    return 1


def _sentence(trouble: object) -> str:
    match trouble:
        case click.ClickException():
            return trouble.format_message()
        case RmatrackError():
            return in_english(Sentence(trouble.message, trouble.params))
        case DBAPIError():
            return f"The database did not do it: {first_line(trouble)}"
        case OSError(filename=str() | bytes() | os.PathLike() as name, strerror=str() as why):
            return f"{os.fsdecode(name)}: {why}."
        case OSError(strerror=str() as why):
            return f"{why}."
        case _:
            return str(trouble)
