"""Due days as calendar programs read them: the words of each entry, in the language of the feed's owner."""

from flask import request, url_for

from rmatrack.domain.calendars import Entry, written
from rmatrack.services.due_days import FedReturn
from rmatrack.web.dates import day
from rmatrack.web.given import given
from rmatrack.web.languages import _, ngettext
from rmatrack.web.sentences import say


def feed_text(returns: list[FedReturn]) -> str:
    """Return the whole calendar."""
    return written(_("Returns of loaned devices"), [_entry(each) for each in returns])


def feed_url(secret: str) -> str:
    """Return the secret address, as it is given away."""
    return given().settings.base_url + url_for("calendar.feed", token=secret)


def _entry(each: FedReturn) -> Entry:
    return Entry(
        uid=f"return-{each.key}@{_host()}",
        on=each.reason.due_on,
        summary=_summary(each),
        description="\n".join(_description(each)),
        url=given().settings.base_url + url_for("orders.show", number=each.order),
        changed_at=each.changed_at,
        sequence=each.sequence,
        is_cancelled=not each.out,
    )


def _summary(each: FedReturn) -> str:
    if not each.out:
        return _("Returned: %(customer)s (%(order)s)", customer=each.customer, order=each.order)
    devices = ngettext("%(num)s device", "%(num)s devices", len(each.out))
    return _(
        "Return due: %(devices)s, %(customer)s (%(order)s)", devices=devices, customer=each.customer, order=each.order
    )


def _description(each: FedReturn) -> list[str]:
    lines = [f"{unit.model} {unit.serial}" for unit in each.out]
    lines.append(say(each.reason.sentence))
    if each.pickup_on:
        lines.append(_("Last working day for a pickup: %(day)s.", day=day(each.pickup_on)))
    return lines


def _host() -> str:
    return given().settings.base_url.partition("://")[2].partition("/")[0] or request.host
