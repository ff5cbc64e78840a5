"""The doors at which carriers tell of parcels by themselves."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from carriers.shipment import Carrier as KitCarrier
from rmatrack.db.doors import all_doors
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import Carrier
from rmatrack.services.doors import close_door, give_up_old, new_secret
from rmatrack.services.pushes import LISTENED_TO
from rmatrack.settings import credentials_keys
from rmatrack.vault import Vault
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import writes
from rmatrack.web.api.shapes import Everything, Found
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-doors", __name__, url_prefix="/api/v1/doors", tag="Carriers")


class CarrierDoor(Found):
    """A door that is open to a carrier."""

    carrier: Carrier
    address: str = Field(description="Where the carrier sends its messages.")
    changed_at: datetime | None = Field(description="Since when the secret counts; null while the door is shut.")
    two_secrets: bool = Field(description="Whether the secret before counts too.")


class Secret(Found):
    """A new secret: it is shown only in this answer, and goes into the header `credential`."""

    carrier: Carrier
    secret: str


@bp.get("")
@bp.output(Everything[CarrierDoor])
@allowed(Permission.MANAGE_PEOPLE)
def index() -> Everything[CarrierDoor]:
    """List the doors."""
    return Everything(items=_doors(read_session()))


@bp.post("/<carrier>/secret")
@bp.output(Secret)
@writes
@allowed(Permission.MANAGE_PEOPLE)
def renew(carrier: str) -> Response:
    """Open a door with a new secret; the one before counts until it is given up."""
    which, vault = _which(carrier), Vault(credentials_keys(given().settings))

    def deed(session: Session) -> Secret:
        secret = new_secret(session, which, vault=vault, by=g.actor, now=g.now)
        return Secret(carrier=Carrier(which.value), secret=secret)

    return once(deed)


@bp.post("/<carrier>/old")
@bp.output(Everything[CarrierDoor])
@writes
@allowed(Permission.MANAGE_PEOPLE)
def give_up(carrier: str) -> Response:
    """Let the secret before the present one count no more."""

    def deed(session: Session) -> Everything[CarrierDoor]:
        give_up_old(session, _which(carrier), by=g.actor, now=g.now)
        return Everything(items=_doors(session))

    return once(deed)


@bp.post("/<carrier>/close")
@bp.output(Everything[CarrierDoor])
@writes
@allowed(Permission.MANAGE_PEOPLE)
def close(carrier: str) -> Response:
    """Listen to a carrier no more."""

    def deed(session: Session) -> Everything[CarrierDoor]:
        close_door(session, _which(carrier), by=g.actor, now=g.now)
        return Everything(items=_doors(session))

    return once(deed)


def _doors(session: Session) -> list[CarrierDoor]:
    known = {door.carrier: door for door in all_doors(session)}
    return [
        CarrierDoor(
            carrier=Carrier(carrier.value),
            address=f"{given().settings.base_url}/webhooks/{carrier.value}",
            changed_at=known[carrier.value].changed_at if carrier.value in known else None,
            two_secrets=carrier.value in known and known[carrier.value].before is not None,
        )
        for carrier in LISTENED_TO
    ]


def _which(carrier: str) -> KitCarrier:
    found = next((one for one in LISTENED_TO if one.value == carrier), None)
    if found is None:
        raise NotFoundError
    return found
