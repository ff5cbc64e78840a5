"""`rmatrack receive-mail`: what a mail server pipes each message for the information address into."""

import sys

import click

from rmatrack import clock
from rmatrack.cli.office import Office, pass_office
from rmatrack.domain.inbound import MOST_BYTES
from rmatrack.services.inbound import House
from rmatrack.work.reading_mail import take_in
from rmatrack.work.tools import Tools


@click.command()
@pass_office
def receive_mail(office: Office) -> None:
    """Take in the message on stdin; one that came before changes nothing.

    It is kept before it is read, so that exit code 0 says: it is safe here. Anything else asks the mail server to keep
    it and try again.
    """
    raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    while sys.stdin.buffer.read(MOST_BYTES):  # A pipe that nobody empties fails its writer.
        pass
    if not raw.strip():
        raise click.ClickException("There is no message on stdin. Pipe one into it: rmatrack receive-mail < message")
    house = House(office.settings.mail_from, office.settings.authserv_id)
    is_new = take_in(Tools(office.engine, office.policy, clock.now), house, raw)
    click.echo("The message is taken in." if is_new else "The message was taken in before.")
