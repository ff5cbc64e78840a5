"""`rmatrack import-shipments`: a file of shipments, looked at first, then loaded."""

from collections.abc import Iterable
from pathlib import Path

import click

from rmatrack import clock
from rmatrack.cli.office import Office, pass_office
from rmatrack.db.engine import reading, writing
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.shipment_problems import Problem
from rmatrack.domain.shipments import Standing
from rmatrack.domain.words import in_english
from rmatrack.services import imports


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Load without asking.")
@pass_office
def import_shipments(office: Office, file: Path, yes: bool) -> None:
    """Load the shipments of FILE (CSV or XLSX, English or Dutch) and open their RMAs.

    Each order is loaded whole or not at all: what holds one back is a line for each bad row on stderr and exit code 1.
    """
    table = imports.read_table(file.read_bytes(), file.name)
    with reading(office.engine) as session:
        shown = imports.preview(session, table, policy=office.policy, by=SYSTEM)
    _say_lines("", shown.problems)
    _say_lines("note: ", shown.remarks)
    if shown.changes_something and not yes:
        counts = ", ".join(f"{count} {standing}" for standing, count in shown.counts.items())
        click.confirm(f"Orders: {counts}. Load them?", abort=True, err=True)
    with writing(office.engine) as session:
        done = imports.load(session, shown, policy=office.policy, by=SYSTEM, now=clock.now())
    click.echo(
        f"{file.name}: {done.new} orders new, {done.changed} changed, {done.unchanged} unchanged, "
        f"{done.refused} held back; {done.units} units written."
    )
    if shown.standing(Standing.REFUSED):
        raise SystemExit(1)


def _say_lines(kind: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        column = f", {problem.header}" if problem.header else ""
        click.echo(f"{kind}line {problem.line}{column}: {in_english(problem.sentence)}", err=True)
