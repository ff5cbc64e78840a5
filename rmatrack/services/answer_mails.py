"""Answers to callers, ready to be copied or sent: to an address we keep, with what its reader may see (SPEC X-1)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db import answer_mails as questions
from rmatrack.domain.answer_mails import KINDS, About, NothingOutError, StrangerError
from rmatrack.domain.history import Change
from rmatrack.domain.mails import Mail, Recipient
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import CARRIER_NAMES, Policy
from rmatrack.services.history import record
from rmatrack.services.mail import send
from rmatrack.services.orders import OrderFile, order_file
from rmatrack.services.return_help import WayBack, way_back


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may be told about an order: of its partner, or an administrator of its customer."""

    email: str
    name: str
    language: str
    of_partner: bool


def readers_of(session: Session, file: OrderFile) -> list[Reader]:
    """Return everybody who may be written to about an order, the customer's first."""
    order = file.order
    spoken = order.customer.language or "en"
    own = [
        Reader(one.email, one.name or "", spoken, of_partner=False)
        for one in questions.administrators(session, order.customer_id)
    ]
    theirs = [
        Reader(one.email, one.name, one.language or "en", of_partner=True)
        for one in questions.people_of_partner(session, order.partner_id)
    ]
    return [*own, *theirs]


def prepare_answer(
    session: Session,
    number: str,
    about: About,
    *,
    to: str,
    language: str | None,
    by: Actor,
    now: datetime,
    policy: Policy,
) -> Mail:
    """Return the answer as it would be sent; *language* is the reader's where none is chosen.

    Raises `NotFoundError`, `StrangerError`, `NothingOutError`, or the refusal of a place without a carrier.
    """
    by.must(Permission.ANSWER_MAIL)
    file = order_file(session, number, seen_by=by, now=now, policy=policy)
    reader = _reader(readers_of(session, file), to)
    params = _params(session, file, about, reader, language or reader.language, by=by, now=now, policy=policy)
    return _mail(file, about, reader, language or reader.language, params)


def send_answer(session: Session, mail: Mail, *, by: Actor, now: datetime) -> None:
    """Queue a prepared answer; the same one on the same day is sent once."""
    send(session, [mail], now=now)
    change = Change("order", str(mail.params["order"]), "answered", order_id=mail.order_id)
    record(session, [change], by=by, now=now)


def mail_about_numbers(
    orders: Sequence[tuple[str, str | None]], reader: Reader, language: str, *, customer: str, key: str
) -> Mail:
    """Return the mail that names open orders, each a number and an RMA."""
    return Mail(
        kind=KINDS[About.NUMBER],
        to=Recipient(email=reader.email, name=reader.name, language=language),
        key=key,
        params={
            "customer": customer,
            "order": orders[0][0],
            "of_partner": reader.of_partner,
            "orders": [f"{number} (RMA {rma})" if rma else number for number, rma in orders],
        },
    )


def _reader(readers: Sequence[Reader], email: str) -> Reader:
    asked = email.strip().lower()
    found = next((reader for reader in readers if reader.email == asked), None)
    if found is None:
        raise StrangerError(asked)
    return found


def _mail(file: OrderFile, about: About, reader: Reader, language: str, params: Mapping[str, Any]) -> Mail:
    told = {"customer": file.order.customer.name, "order": file.order.number, "of_partner": reader.of_partner, **params}
    said = json.dumps([told, reader.email, language, file.today.isoformat()], sort_keys=True)
    digest = hashlib.sha256(said.encode()).hexdigest()[:32]
    return Mail(
        kind=KINDS[about],
        to=Recipient(email=reader.email, name=reader.name, language=language),
        key=f"answer:{about}:{file.order.id}:{digest}",
        params=told,
        order_id=file.order.id,
    )


def _params(
    session: Session,
    file: OrderFile,
    about: About,
    reader: Reader,
    language: str,
    *,
    by: Actor,
    now: datetime,
    policy: Policy,
) -> dict[str, Any]:
    match about:
        case About.NUMBER:
            return {"orders": _numbers(session, file, reader)}
        case About.DUE:
            return _due(file)
        case About.WAY_BACK:
            way = way_back(session, file.order.number, policy=policy, seen_by=by, now=now)
            return _way_back(way, language)
        case About.STATUS:
            return _status(file)


def _numbers(session: Session, file: OrderFile, reader: Reader) -> list[str]:
    partner_id = file.order.partner_id if reader.of_partner else None
    found = questions.open_orders(session, file.order.customer_id, partner_id=partner_id)
    told = found or [(file.order.number, file.rma.number if file.rma else None)]
    return [f"{number} (RMA {rma})" if rma else number for number, rma in told]


def _due(file: OrderFile) -> dict[str, Any]:
    if not file.out:
        raise NothingOutError(file.order.number)
    first = file.out[0]
    trial = file.order.trial
    return {
        "units": len(file.out),
        "devices": [f"{each.unit.serial} ({each.unit.model})" for each in file.out],
        "due_on": first.reason.due_on.isoformat(),
        "eula_expires_on": first.unit.eula_expires_on.isoformat(),
        "window_days": first.reason.window_days,
        "pickup_on": first.pickup_on.isoformat() if first.pickup_on else None,
        "trial_expires_on": trial.expires_on.isoformat() if trial and trial.expires_on else None,
    }


def _way_back(way: WayBack, language: str) -> dict[str, Any]:
    if not way.boxes:
        raise NothingOutError(way.order.number)
    if way.refusal or way.carrier is None:
        raise way.refusal or NothingOutError(way.order.number)
    contact = way.contact
    booking = contact.booking if contact else {}
    return {
        "rma": way.rma,
        "carrier": CARRIER_NAMES[way.carrier],
        "phone": contact.phone if contact else None,
        "web": (contact.web.removeprefix("https://") if contact else None) or None,
        "booking": booking.get(language, booking.get("en")),
        "with_label": way.with_label,
        "needs_papers": way.needs_papers,
        "devices": [f"{box.serial} ({box.model})" for box in way.boxes],
        "due_on": way.due_on.isoformat() if way.due_on else None,
    }


def _status(file: OrderFile) -> dict[str, Any]:
    travelling = [each for each in file.out if each.label and each.label.state in {"in-transit", "delivered"}]
    waiting = [each for each in file.out if each not in travelling]
    back = [each for each in file.units if each.status is UnitStatus.RECEIVED]
    return {
        "rma": file.rma.number if file.rma else None,
        "back": [each.unit.serial for each in back],
        "travelling": [each.unit.serial for each in travelling],
        "waiting": [each.unit.serial for each in waiting],
        "due_on": file.out[0].reason.due_on.isoformat() if file.out else None,
        "is_complete": file.rma is not None and file.rma.completed_at is not None,
    }
