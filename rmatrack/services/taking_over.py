"""A box that travels under a number which somebody got elsewhere: that number becomes the device's label (SPEC C-6).

It has no file here, so that it is followed and never printed; the label that the device had is superseded.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from carriers.kinds import KINDS
from carriers.recognise import Kind, recognise
from carriers.shipment import Carrier
from carriers.sources import Issued, SourceKind
from rmatrack.db.carrier_accounts import account_in_use
from rmatrack.db.catalogue import models_numbered
from rmatrack.db.labels import Label, labels_numbered, newest_labels
from rmatrack.db.units_to_label import units_to_label
from rmatrack.domain.errors import BadInputError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.policy import Policy
from rmatrack.services.history import record
from rmatrack.services.label_content import content_of
from rmatrack.services.labels import change_of, must_need_a_label, want
from rmatrack.services.voiding import supersede

SHAPES = {Carrier.UPS: Kind.UPS_TRACKING, Carrier.DHL: Kind.DHL_WAYBILL}


class NotANumberError(BadInputError):
    """No number of this carrier is written like that."""

    code = "bad-tracking-number"
    message = _("%(number)s is not a tracking number of %(carrier)s. Enter it as it stands on the box.")


class NumberTakenError(RuleBrokenError):
    """One number is on one box."""

    code = "tracking-number-taken"
    message = _("%(number)s is a label of ours already, for another device. Look at that label.")


def take_over(session: Session, unit_id: int, number: str, *, policy: Policy, by: Actor, now: datetime) -> str:
    """Follow *number* as the label of a unit that is out, and return it as it is kept. Said twice, it is done once.

    Raises `NotFoundError`, `NotANumberError`, `NumberTakenError`, `AlreadyBackError`, `OnItsWayError` and
    `NoCarrierError`.
    """
    by.must(Permission.FOLLOW_PARCELS)
    unit = units_to_label(session, [unit_id], seen_by=by).get(unit_id)
    if unit is None:
        raise NotFoundError
    old = newest_labels(session, [unit_id]).get(unit_id)
    carrier, wanted = want(unit, old, models_numbered(session, [unit.model]), policy=policy, now=now)
    exact = _exact(carrier, number)
    for known in labels_numbered(session, [exact]):
        if known.unit_id != unit_id:
            raise NumberTakenError(number=exact)
        return exact
    must_need_a_label(unit, old)
    account = account_in_use(session, carrier)
    label = Label(
        rma_id=unit.rma_id,
        unit_id=unit_id,
        attempt=wanted.attempt,
        carrier=carrier.value,
        service=KINDS[carrier].service,
        source=SourceKind.LIVE.value,
        number=exact,
        state=LabelState.PRINTED,
        content=content_of(wanted.shipment, Issued(exact, SourceKind.LIVE), wanted.told),
        account_id=account.id if account else None,
        created_at=now,
        released_at=now,
    )
    session.add(label)
    session.flush()
    if old is not None and old.state not in DEAD:
        supersede(session, old, label.id, by=by, now=now, reason=None)
    change = change_of(unit, exact, "taken over", "number", old.number if old else None, exact)
    record(session, [change], by=by, now=now)
    return exact


def _exact(carrier: Carrier, number: str) -> str:
    found, shape = recognise(number), SHAPES.get(carrier)
    if found is None or shape is None or found.kind is not shape:
        raise NotANumberError(field="number", number=number.strip(), carrier=KINDS[carrier].name)
    return found.number
