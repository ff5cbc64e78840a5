"""What loading a file would do, as sentences for the list above its button."""

from collections.abc import Iterator

from rmatrack.domain.shipments import Standing
from rmatrack.services.imports import Preview
from rmatrack.web.filters import number
from rmatrack.web.languages import ngettext


def effects(shown: Preview) -> list[str]:
    """Return a sentence for each kind of thing that would be written."""
    return list(_effects(shown))


def button(shown: Preview) -> str:
    """Return the deed, as its button says it."""
    orders = shown.counts[Standing.NEW] + shown.counts[Standing.CHANGED]
    return ngettext("Load %(count)s order", "Load %(count)s orders", orders, count=number(orders))


def _effects(shown: Preview) -> Iterator[str]:
    new, changed = shown.counts[Standing.NEW], shown.counts[Standing.CHANGED]
    units = sum(len(plan.added) for plan in shown.orders if plan.standing in {Standing.NEW, Standing.CHANGED})
    if new:
        yield ngettext(
            "%(count)s demo order is recorded, and its return (RMA) opened.",
            "%(count)s demo orders are recorded, and their returns (RMA) opened.",
            new,
            count=number(new),
        )
    if changed:
        yield ngettext(
            "%(count)s order is changed as listed below.",
            "%(count)s orders are changed as listed below.",
            changed,
            count=number(changed),
        )
    if units:
        yield ngettext(
            "%(count)s device is out from now on.", "%(count)s devices are out from now on.", units, count=number(units)
        )
    yield from _strangers(shown)


def _strangers(shown: Preview) -> Iterator[str]:
    """Yield who and what we did not know."""
    if names := ", ".join(sorted(shipment.partner for shipment in shown.new_partners)):
        yield ngettext(
            "%(count)s partner is added, not certified: %(names)s.",
            "%(count)s partners are added, not certified: %(names)s.",
            len(shown.new_partners),
            count=number(len(shown.new_partners)),
            names=names,
        )
    if customers := len(shown.new_customers):
        yield ngettext(
            "%(count)s customer is added.", "%(count)s customers are added.", customers, count=number(customers)
        )
    if administrators := len(shown.new_administrators):
        yield ngettext(
            "%(count)s customer administrator is added.",
            "%(count)s customer administrators are added.",
            administrators,
            count=number(administrators),
        )
    if trials := len(shown.new_trials):
        yield ngettext("%(count)s trial is added.", "%(count)s trials are added.", trials, count=number(trials))
