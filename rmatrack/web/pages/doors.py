"""The doors at which carriers tell of parcels by themselves: opened with a secret that is shown once, and shut."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from carriers.shipment import Carrier
from rmatrack.db.doors import CarrierDoor, all_doors
from rmatrack.db.strays import count_strays
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.domain.policy import Carrier as CarrierWord
from rmatrack.services.doors import close_door, give_up_old, new_secret
from rmatrack.services.pushes import LISTENED_TO
from rmatrack.settings import credentials_keys
from rmatrack.vault import Vault
from rmatrack.web.access import allowed
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("doors", __name__, url_prefix="/doors")


@dataclass(frozen=True, slots=True)
class DoorShown:
    """A carrier's door; `changed_at` is None while it is shut."""

    carrier: str
    name: str
    address: str
    changed_at: datetime | None
    two_secrets: bool


@bp.get("")
@allowed(Permission.MANAGE_PEOPLE)
def index() -> str:
    """Show the doors."""
    return _page(None, "")


@bp.post("/<carrier>/secret")
@allowed(Permission.MANAGE_PEOPLE)
def renew(carrier: str) -> str:
    """Open a door with a new secret, which only this answer shows."""
    which = _which(carrier)
    vault = Vault(credentials_keys(given().settings))
    with write_session() as session:
        secret = new_secret(session, which, vault=vault, by=g.actor, now=g.now)
    return _page(which, secret)


@bp.post("/<carrier>/old")
@allowed(Permission.MANAGE_PEOPLE)
def give_up(carrier: str) -> ResponseReturnValue:
    """Let the secret before the present one count no more."""
    with write_session() as session:
        give_up_old(session, _which(carrier), by=g.actor, now=g.now)
    flash(_("Only the new secret counts now."))
    return redirect(url_for(".index"))


@bp.post("/<carrier>/close")
@allowed(Permission.MANAGE_PEOPLE)
def close(carrier: str) -> ResponseReturnValue:
    """Listen to the carrier no more."""
    with write_session() as session:
        close_door(session, _which(carrier), by=g.actor, now=g.now)
    flash(_("The door is shut. Parcels are still followed by asking."))
    return redirect(url_for(".index"))


def _page(opened: Carrier | None, secret: str) -> str:
    doors = {door.carrier: door for door in all_doors(read_session())}
    return render_template(
        "doors/index.html",
        doors=[_shown(carrier, doors.get(carrier.value)) for carrier in LISTENED_TO],
        opened=opened.value if opened else None,
        secret=secret,
        strays=count_strays(read_session()),
    )


def _shown(carrier: Carrier, door: CarrierDoor | None) -> DoorShown:
    return DoorShown(
        carrier.value,
        CARRIER_NAMES[CarrierWord(carrier.value)],
        f"{given().settings.base_url}/webhooks/{carrier.value}",
        door.changed_at if door else None,
        door is not None and door.before is not None,
    )


def _which(carrier: str) -> Carrier:
    found = next((one for one in LISTENED_TO if one.value == carrier), None)
    if found is None:
        raise NotFoundError
    return found
