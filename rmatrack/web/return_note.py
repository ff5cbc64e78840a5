"""The note of how an order comes back, as a sheet to print: the page's own words, in the reader's language (C-4)."""

from collections.abc import Iterator

from carriers.writing import town
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.paper.notes import Fact, Note, Section
from rmatrack.paper.places import person
from rmatrack.services.label_content import depot_address
from rmatrack.services.return_help import Box, WayBack
from rmatrack.web.dates import day
from rmatrack.web.filters import number
from rmatrack.web.languages import _, language, ngettext
from rmatrack.web.places import address_lines, country, country_in_sentence


def note_of(way: WayBack) -> Note:
    """Return the note of a way back that has a carrier."""
    place = country_in_sentence(way.order.country)
    due = _("back by %(day)s", day=day(way.due_on)) if way.due_on else ""
    return Note(
        title=_("How to send it back from %(country)s", country=place),
        lead=" · ".join(part for part in (way.order.customer.name, way.order.number, due) if part),
        sections=(_whom(way), _what_to_say(way), _what_to_have(way)),
    )


def booking_of(way: WayBack) -> str:
    """Return how a pickup is booked, in the reader's language."""
    if way.contact is None:
        return ""
    return way.contact.booking.get(language()) or way.contact.booking["en"]


def fetched_by(way: WayBack) -> str:
    """Return by when it is to be fetched: the last working day, or as soon as possible."""
    if way.fetch_by is None:
        return ""
    if way.fetch_by < way.today:
        return _("Have it fetched as soon as possible: the day has gone by.")
    return _("Have it fetched by %(day)s: the last working day for a pickup.", day=day(way.fetch_by, weekday=True))


def _whom(way: WayBack) -> Section:
    carrier = CARRIER_NAMES[way.carrier] if way.carrier else ""
    reached = way.contact
    called = tuple(text for text in ((reached.phone, reached.web, reached.email) if reached else ()) if text)
    title = (
        _("Call %(carrier)s", carrier=carrier)
        if reached and reached.phone
        else _("Book a pickup with %(carrier)s", carrier=carrier)
    )
    return Section(
        title=title,
        large=called[0] if called else "",
        lines=tuple(text for text in (*called[1:], booking_of(way), fetched_by(way)) if text),
    )


def _what_to_say(way: WayBack) -> Section:
    boxes = len(way.to_send)
    asked = ngettext(
        "“I would like to have %(num)s box fetched. It is a return; the receiver pays.”",
        "“I would like to have %(num)s boxes fetched. It is a return; the receiver pays.”",
        boxes,
    )
    return Section(
        title=_("Say this"),
        quote=asked,
        facts=tuple(_facts(way)),
        ticks=tuple(_box(box) for box in way.to_send),
    )


def _facts(way: WayBack) -> Iterator[Fact]:
    order = way.order
    yield Fact(_("RMA"), (way.rma,))
    yield Fact(_("Demo order"), (order.number,))
    whom = ", ".join(part for part in (order.recipient, order.phone) if part)
    yield Fact(_("Fetch from"), (order.ship_to_name, whom, *address_lines(order)))
    if way.depot:
        place = depot_address(way.depot.address)
        yield Fact(_("Send to"), (place.name, person(place), *place.lines, town(place), country(place.country)))


def _what_to_have(way: WayBack) -> Section:
    return Section(title=_("Have this ready"), ticks=tuple(_ready(way)))


def _ready(way: WayBack) -> Iterator[str]:
    yield _("Put the device and everything that came with it into its original box, and close it well.")
    yield _("Take old labels off. Stick each label flat on the largest side of its box, without tape over the bars.")
    if way.with_waybill:
        yield ngettext(
            "The waybill document, for the driver", "The waybill documents, for the driver", len(way.with_waybill)
        )
    if way.needs_papers:
        yield _("Three signed copies of the customs invoice")
    else:
        yield _("No customs papers") + ": " + _("The return crosses no customs border.")


def _box(box: Box) -> str:
    label = _("label %(number)s", number=box.number) if box.number else _("no label yet")
    weight = _("%(weight)s kg", weight=number(box.weight_kg)) if box.weight_kg else ""
    return " · ".join(part for part in (box.serial, box.model, label, weight) if part)
