"""Doors for carriers that tell of parcels by themselves: a secret is made, shown once, replaced, given up (C-11)."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from carriers.shipment import Carrier
from rmatrack.db.doors import CarrierDoor, door_of
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.history import Change
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.history import record
from rmatrack.vault import LockedError, Vault

SECRET_BYTES = 32


def new_secret(session: Session, carrier: Carrier, *, vault: Vault, by: Actor, now: datetime) -> str:
    """Open the door with a new secret and return it, the only time it is seen; the one before counts still."""
    by.must(Permission.MANAGE_PEOPLE)
    secret, door = secrets.token_urlsafe(SECRET_BYTES), door_of(session, carrier)
    if door is None:
        session.add(CarrierDoor(carrier=carrier.value, secret=vault.lock(secret), changed_at=now))
    else:
        door.before, door.secret, door.changed_at = door.secret, vault.lock(secret), now
    session.flush()
    record(session, [Change("carrier door", carrier, "opened" if door is None else "changed")], by=by, now=now)
    return secret


def give_up_old(session: Session, carrier: Carrier, *, by: Actor, now: datetime) -> None:
    """Let the secret before the present one count no more; raises `NotFoundError` where there is none."""
    by.must(Permission.MANAGE_PEOPLE)
    door = door_of(session, carrier)
    if door is None or door.before is None:
        raise NotFoundError
    door.before = None
    session.flush()
    record(session, [Change("carrier door", carrier, "withdrawn")], by=by, now=now)


def close_door(session: Session, carrier: Carrier, *, by: Actor, now: datetime) -> None:
    """Listen to the carrier no more; raises `NotFoundError` where it was not listened to."""
    by.must(Permission.MANAGE_PEOPLE)
    door = door_of(session, carrier)
    if door is None:
        raise NotFoundError
    session.delete(door)
    session.flush()
    record(session, [Change("carrier door", carrier, "closed")], by=by, now=now)


def secrets_of(session: Session, carrier: Carrier, *, vault: Vault) -> tuple[str, ...]:
    """Return the secrets that open a carrier's door; none where it is shut, or locked with a key that is not here."""
    door = door_of(session, carrier)
    if door is None:
        return ()
    try:
        return tuple(vault.unlock(locked) for locked in (door.secret, door.before) if locked)
    except LockedError:
        return ()
