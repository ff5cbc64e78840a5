"""`rmatrack demo`: the product with example data and one person for each role, in the browser."""

from datetime import date, datetime

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rmatrack import clock
from rmatrack.cli.demo import example, stories
from rmatrack.cli.office import Office, pass_office
from rmatrack.cli.server import run_server
from rmatrack.db.engine import reading, writing
from rmatrack.db.people import any_person, person_with_email
from rmatrack.domain.people import PARTNER_ROLES, SYSTEM, Actor, Role
from rmatrack.domain.policy import Policy
from rmatrack.services import imports, people
from rmatrack.services.inbound import House
from rmatrack.services.partners import partner_named
from rmatrack.services.receiving import record_scans
from rmatrack.work.reading_mail import take_in
from rmatrack.work.tools import Tools

PASSWORD = "video-on-loan-2026"  # noqa: S105  Everybody is told; the demo listens to this machine only.
PARTNER = "Northwind Collaboration"
PEOPLE: dict[Role, tuple[str, str]] = {
    Role.LOGISTICS: ("dock@demo.example", "Lotte Dok"),
    Role.SUPPORT: ("support@demo.example", "Sam Porter"),
    Role.PARTNER_USER: ("partner@demo.example", "Noor West"),
    Role.SALES_ADMIN: ("sales@demo.example", "Sasha Lee"),
    Role.SALES_FULL_ADMIN: ("sales-full@demo.example", "Fay Lund"),
    Role.TRIALS_TEAM: ("trials@demo.example", "Tristan Vos"),
    Role.ADMINISTRATOR: ("admin@demo.example", "Ada Min"),
}
COLLEAGUE = ("dock-2@demo.example", "Koen Kade")
"""A second person at the dock, to whom the first can give a discrepancy."""


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@pass_office
def demo(office: Office, port: int) -> None:
    """Serve example data on this machine; what is done there is kept until the data folder is removed."""
    with reading(office.engine) as session:
        if not _is_demo(session) and any_person(session):
            raise click.ClickException(
                "This database has people in it already, and the demo brings its own. "
                "Name an empty folder in RMATRACK_DATA_DIR."
            )
        laid_out = _is_demo(session)
    if not laid_out:
        lay_out(office.engine, office.policy, now=clock.now())
    address = f"http://127.0.0.1:{port}"
    for role, (email, _name) in PEOPLE.items():
        click.echo(f"{role:<18} {address}  {email:<26} {PASSWORD}")
    run_server(office, host="127.0.0.1", port=port, with_worker=True)


def _is_demo(session: Session) -> bool:
    return person_with_email(session, PEOPLE[Role.ADMINISTRATOR][0]) is not None


def lay_out(engine: Engine, policy: Policy, *, now: datetime) -> None:
    """Load both example files, let the dock scan a few devices, and add the people, who say that all is there."""
    for name in example.SHIPMENT_FILES:
        _import(engine, policy, name, today=now.date(), now=now - example.IMPORTED_AGO)
    secret = people.hashed(PASSWORD)
    with writing(engine) as session:
        record_scans(session, example.scans(now), by=SYSTEM, now=now - example.SCANS_AGO)
    with writing(engine) as session:
        stories.tell(session, policy, _add_people(session, secret, now=now), now=now)
    take_in(Tools(engine, policy, lambda: now), House("demo-orders@demo.example", None), stories.INCOMING.encode())


def _import(engine: Engine, policy: Policy, name: str, *, today: date, now: datetime) -> None:
    table = imports.read_table(example.shipments(name, today), name)
    with reading(engine) as session:
        shown = imports.preview(session, table, policy=policy, by=SYSTEM)
    with writing(engine) as session:
        imports.load(session, shown, policy=policy, by=SYSTEM, now=now)


def _add_people(session: Session, secret: str, *, now: datetime) -> dict[Role, Actor]:
    partner = partner_named(session, PARTNER)
    partner.certified = True

    def add(role: Role, email: str, name: str) -> Actor:
        belongs = partner if role in PARTNER_ROLES else None
        added = people.add_person(
            session, email=email, name=name, role=role, partner=belongs, password_hash=secret, by=SYSTEM, now=now
        )
        return people.actor_of(added)

    actors = {role: add(role, email, name) for role, (email, name) in PEOPLE.items()}
    add(Role.LOGISTICS, *COLLEAGUE)
    return actors
