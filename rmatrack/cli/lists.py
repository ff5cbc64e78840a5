"""`rmatrack due`, `find` and `identify`: the questions of every day."""

import sys

import click

from carriers.recognise import recognise
from rmatrack import clock
from rmatrack.cli.office import Office, pass_office
from rmatrack.db.due_conditions import Show
from rmatrack.db.engine import reading
from rmatrack.domain.identify import identify as kind_of
from rmatrack.domain.people import SYSTEM
from rmatrack.services.due import DueFilter, due_rows
from rmatrack.services.due_columns import COLUMNS
from rmatrack.services.due_rows import DueRow
from rmatrack.services.lookup import find as look_up
from rmatrack.services.lookup import find_lines
from rmatrack.services.tables import csv_pieces, in_english


@click.command()
@click.option("--overdue", is_flag=True, help="Only what should be back already.")
@click.option("--csv", "as_csv", is_flag=True, help="Every column, for a program or a spreadsheet.")
@pass_office
def due(office: Office, overdue: bool, as_csv: bool) -> None:
    """List the units that are out, the longest due first."""
    wanted = DueFilter(show=Show.OVERDUE if overdue else Show.OUT)
    with reading(office.engine) as session:
        rows = due_rows(session, wanted, seen_by=SYSTEM, now=clock.now(), policy=office.policy)
        if as_csv:
            sys.stdout.writelines(csv_pieces(COLUMNS, rows, in_english, marked=False))
            return
        for row in rows:
            click.echo(_line(row))


def _line(row: DueRow) -> str:
    state = in_english(row.state or row.status)
    return f"{row.due_on}  {state:<12} {row.order:<12} {row.serial:<14} {row.model:<16} {row.country}  {row.customer}"


@click.command()
@click.argument("text")
@pass_office
def find(office: Office, text: str) -> None:
    """Find orders by TEXT: any number, serial, name, org id or e-mail, or a whole pasted mail.

    Prints why, order, RMA, customer, partner and units out of all, parted by tabs.
    """
    with reading(office.engine) as session:
        found = look_up(session, text, seen_by=SYSTEM, now=clock.now(), policy=office.policy)
    for line in find_lines(found.matches):
        click.echo(line)
    if not found.matches:
        raise click.ClickException(
            "Nothing is known by that. Try a serial, an order or RMA number, or a customer's name."
        )


@click.command()
@click.argument("text")
@pass_office
def identify(office: Office, text: str) -> None:
    """Say in one word what TEXT is: serial, ups-tracking, dhl-waybill, dhl-piece, sscc, order, rma or unknown."""
    recognised = recognise(text)
    click.echo(kind_of(text, recognised.kind if recognised else None, models=office.policy.models).value)
