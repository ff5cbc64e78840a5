"""Putting a new key in place of the one that carriers' secrets are encrypted with."""

from sqlalchemy.orm import Session

from carriers.kinds import KINDS
from carriers.shipment import Carrier
from rmatrack.db.carrier_accounts import locked_credentials
from rmatrack.db.doors import all_doors
from rmatrack.domain.people import Actor, Permission
from rmatrack.vault import LockedError, Vault


def renew_credentials(session: Session, vault: Vault, *, by: Actor) -> tuple[int, list[str]]:
    """Encrypt the credentials of all accounts and the secrets of all doors with the first key.

    Return how many, and the accounts and carriers whose secrets no key opens; those stay as they are.
    """
    by.must(Permission.MANAGE_PEOPLE)
    renewed, lost = 0, []
    for account in locked_credentials(session):
        try:
            account.credentials = vault.renew(account.credentials or "")
            renewed += 1
        except LockedError:
            lost.append(account.name)
    for door in all_doors(session):
        try:
            door.secret, door.before = vault.renew(door.secret), vault.renew(door.before) if door.before else None
            renewed += 1
        except LockedError:
            lost.append(KINDS[Carrier(door.carrier)].name)
    session.flush()
    return renewed, lost
