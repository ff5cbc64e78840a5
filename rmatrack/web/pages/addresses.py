"""Checking an address while it is typed: what the carrier would write instead, to be taken or left."""

from flask import Blueprint, g, render_template, request

from carriers.shipment import Address
from rmatrack.services.address_checks import check_address, checker
from rmatrack.web.access import signed_in
from rmatrack.web.given import given
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = Blueprint("addresses", __name__, url_prefix="/addresses")

LONGEST = 200


@bp.post("/check")
@signed_in
def check() -> str:
    """Say what the carrier thinks of the address in the form."""
    account = checker(read_session())
    close_read_session()
    checked = check_address(write_session, given().lines, account, _typed(), now=given().now)
    return render_template("addresses/checked.html", checked=checked)


@bp.app_context_processor
def offered() -> dict[str, object]:
    """Let templates ask whether addresses can be checked."""
    return {"can_check_addresses": lambda: g.actor is not None and checker(read_session()) is not None}


def _typed() -> Address:
    lines = tuple(text for name in ("address_1", "address_2", "address_3") if (text := _text(name)))
    return Address(
        name=_text("ship_to_name") or _text("company"),
        lines=lines,
        city=_text("city"),
        postal_code=_text("postal_code"),
        country=_text("country"),
        state=_text("state"),
    )


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]
