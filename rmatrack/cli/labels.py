"""`rmatrack labels`: return labels into one file."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from rmatrack import clock
from rmatrack.cli.office import Office, pass_office
from rmatrack.db.engine import reading
from rmatrack.domain.orders import order_number_from
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.words import in_english
from rmatrack.paper.papers import Paper
from rmatrack.services.carrier_lines import Lines
from rmatrack.services.labels import LeftOut, units_of_orders
from rmatrack.settings import credentials_keys
from rmatrack.vault import Vault
from rmatrack.work.printing import Printed, print_labels


@click.command()
@click.option("--order", "orders", multiple=True, metavar="NUMBER", help="May be given several times.")
@click.option("--all", "every", is_flag=True, help="Every unit that is out.")
@click.option("--paper", type=click.Choice([paper.value for paper in Paper]), default="4x6", show_default=True)
@click.option("--zpl", type=click.Choice(["203", "300"]), help="For a thermal printer of so many dots an inch.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="The file to write.")
@pass_office
def labels(office: Office, orders: Sequence[str], every: bool, paper: str, zpl: str | None, output: Path) -> None:
    """Print one return label for each unit that is out into one PDF, or one file of ZPL.

    Every barcode is read back from the finished page first. Units without a carrier are named on stderr.
    """
    if bool(orders) == every:
        raise click.UsageError("Say which orders with --order, or --all.")
    with reading(office.engine) as session:
        numbers = None if every else [order_number_from(order) for order in orders]
        unit_ids = units_of_orders(session, numbers, by=SYSTEM)
    printed = _print(office, unit_ids, Paper(paper), int(zpl) if zpl else None)
    for line in _left_out(printed.left_out):
        click.echo(line, err=True)
    for line in _left_out(printed.waiting):
        click.echo(f"Waits: {line}", err=True)
    for held in printed.held:
        click.echo(f"Held back: {in_english(held.why)}", err=True)
    for warning in printed.warnings:
        click.echo(in_english(warning), err=True)
    if printed.pdf is None:
        click.echo("No labels to print.", err=True)
        return
    output.write_bytes(printed.pdf)
    click.echo(f"{output}: {printed.count} {'label' if printed.count == 1 else 'labels'}.")


def _print(office: Office, unit_ids: Sequence[int], paper: Paper, dpi: int | None) -> Printed:
    with Progress(console=Console(stderr=True), transient=True, disable=len(unit_ids) < 100) as bar:
        task = bar.add_task("Drawing and reading back", total=len(unit_ids))
        return print_labels(
            office.engine,
            unit_ids,
            paper=paper,
            dpi=dpi,
            policy=office.policy,
            by=SYSTEM,
            now=clock.now,
            lines=Lines(lambda: Vault(credentials_keys(office.settings)), clock.now),
            progress=lambda more: bar.advance(task, more),
        )


def _left_out(units: Sequence[LeftOut]) -> list[str]:
    """Return one line for each order and reason, however many units it concerns."""
    lines = {f"{unit.order_number}: {in_english(unit.why)}": None for unit in units}
    return list(lines)
