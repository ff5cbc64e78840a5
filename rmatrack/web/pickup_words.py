"""A visit in words: when the carrier comes and what to have ready, and what to say on the phone to have it come."""

from collections.abc import Sequence

from babel.dates import format_date

from rmatrack.db.pickups import PickupVisit
from rmatrack.domain.pickups import PickupState
from rmatrack.domain.policy import CARRIER_NAMES, Carrier
from rmatrack.web.languages import _, current_locale, ngettext


def in_words(visit: PickupVisit) -> str:
    """Return what the customer is told."""
    carrier = CARRIER_NAMES[Carrier(visit.carrier)]
    day = format_date(visit.day, "EEEE d MMMM", locale=current_locale())
    if PickupState(visit.state) is PickupState.CANCELLED:
        return _("%(carrier)s does not come on %(day)s: the pickup is called off.", carrier=carrier, day=day)
    if PickupState(visit.state) is not PickupState.BOOKED:
        return ngettext(
            "%(carrier)s is to come on %(day)s between %(ready)s and %(closes)s for %(num)s box.",
            "%(carrier)s is to come on %(day)s between %(ready)s and %(closes)s for %(num)s boxes.",
            len(visit.boxes),
            carrier=carrier,
            day=day,
            ready=f"{visit.ready_at:%H:%M}",
            closes=f"{visit.closes_at:%H:%M}",
        )
    return ngettext(
        "%(carrier)s comes on %(day)s between %(ready)s and %(closes)s; have %(num)s box ready.",
        "%(carrier)s comes on %(day)s between %(ready)s and %(closes)s; have %(num)s boxes ready.",
        len(visit.boxes),
        carrier=carrier,
        day=day,
        ready=f"{visit.ready_at:%H:%M}",
        closes=f"{visit.closes_at:%H:%M}",
    )


def to_say(visit: PickupVisit) -> Sequence[str]:
    """Return what to say on the phone, line by line."""
    order = visit.order
    day = format_date(visit.day, "EEEE d MMMM", locale=current_locale())
    address = ", ".join(
        filter(None, (order.ship_to_name, order.address_1, f"{order.postal_code} {order.city}".strip()))
    )
    numbers = ", ".join(box.label_number for box in visit.boxes if box.label_number)
    lines = [
        ngettext("I would like %(num)s parcel fetched.", "I would like %(num)s parcels fetched.", len(visit.boxes)),
        _("At %(address)s. Ask for %(person)s, %(phone)s.", address=address, person=order.recipient, phone=order.phone),
        _(
            "On %(day)s, ready from %(ready)s, the door closes at %(closes)s.",
            day=day,
            ready=f"{visit.ready_at:%H:%M}",
            closes=f"{visit.closes_at:%H:%M}",
        ),
    ]
    if numbers:
        lines.append(_("Your numbers on the parcels: %(numbers)s.", numbers=numbers))
    if visit.instructions:
        lines.append(visit.instructions)
    return lines
