"""Customs invoices for returns that cross a border: their parties by the policy, their values by the catalogue (C-10).

An invoice covers what an order still has to send. It is values only: `rmatrack.paper.invoice` draws it, with no
transaction open. The same return on the same day gives the same invoice.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from carriers.countries import country
from carriers.customs import Goods, dotted, needs_papers
from carriers.shipment import Address
from carriers.writing import town
from rmatrack.db.catalogue import Model, models_numbered
from rmatrack.db.label_batches import units_in_batch
from rmatrack.db.labels import Label, newest_labels
from rmatrack.db.units_to_label import UnitToLabel, known_orders, units_out, units_to_label
from rmatrack.domain import policy as rules
from rmatrack.domain.customs import (
    CurrenciesDifferError,
    NoBorderError,
    NoCustomsTermsError,
    NothingToDeclareError,
)
from rmatrack.domain.due import today_in
from rmatrack.domain.errors import NotFoundError, RmatrackError, _
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import CARRIER_NAMES, Carrier, Depot, Policy
from rmatrack.domain.policy_customs import Party
from rmatrack.domain.sentences import Sentence
from rmatrack.paper.invoice import LETTER_COUNTRIES, Invoice, InvoiceLine
from rmatrack.paper.papers import Paper
from rmatrack.paper.places import person
from rmatrack.services.goods import goods_of
from rmatrack.services.instructions import in_language
from rmatrack.services.label_content import customer_address, depot_address, language_of

SIGN = _("Print three copies, sign each one, and give them to the driver together with the parcel.")

PORTION = 500

_TRAVELS = frozenset({LabelState.IN_TRANSIT, LabelState.DELIVERED})


@dataclass(frozen=True, slots=True)
class NoInvoice:
    """An order whose invoice cannot be written yet, and why."""

    order_number: str
    why: Sentence


@dataclass(frozen=True, slots=True)
class CustomsPapers:
    """The invoices of some returns, by order; orders that cross no border are in neither list."""

    invoices: tuple[Invoice, ...]
    refused: tuple[NoInvoice, ...]


@dataclass(frozen=True, slots=True)
class ReturnToSend:
    """What an order still has to send, on its way from one address to another."""

    units: Sequence[UnitToLabel]
    labels: Mapping[int, Label]
    carrier: Carrier
    depot: Depot
    today: date

    @property
    def first(self) -> UnitToLabel:
        return self.units[0]

    @property
    def origin(self) -> Address:
        return customer_address(self.first)

    @property
    def destination(self) -> Address:
        return depot_address(self.depot.address)


def order_invoice(session: Session, number: str, *, policy: Policy, seen_by: Actor, now: datetime) -> Invoice:
    """Return the invoice for what the order *number* still has to send.

    Raises `NotFoundError`, the refusals of `rmatrack.domain.customs`, and `NoCarrierError` or `NoDepotError`.
    """
    if number not in known_orders(session, [number], seen_by=seen_by):
        raise NotFoundError
    unit_ids = units_out(session, [number], seen_by=seen_by)
    found = returns_to_send(session, unit_ids, policy=policy, seen_by=seen_by, now=now)
    if not found:
        raise NothingToDeclareError(order=number)
    (each,) = found.values()
    if isinstance(each, RmatrackError):
        raise each
    if not needs_papers(each.origin, each.destination):
        raise NoBorderError(order=number)
    return _invoice(each, models_numbered(session, {unit.model for unit in each.units}), policy)


def invoices(
    session: Session, unit_ids: Sequence[int], *, policy: Policy, seen_by: Actor, now: datetime
) -> CustomsPapers:
    """Return the invoices for some units, order by order, in a fixed number of questions."""
    written: list[Invoice] = []
    refused: list[NoInvoice] = []
    found = returns_to_send(session, unit_ids, policy=policy, seen_by=seen_by, now=now)
    models = models_numbered(
        session, {unit.model for each in found.values() if isinstance(each, ReturnToSend) for unit in each.units}
    )
    for number, each in found.items():
        if isinstance(each, RmatrackError) or not needs_papers(each.origin, each.destination):
            continue
        try:
            written.append(_invoice(each, models, policy))
        except RmatrackError as error:
            refused.append(NoInvoice(number, Sentence(error.message, error.params)))
    return CustomsPapers(tuple(written), tuple(refused))


def batch_papers(session: Session, batch_id: int, *, policy: Policy, seen_by: Actor, now: datetime) -> CustomsPapers:
    """Return the invoices for the units of a batch, some hundred at a time."""
    units = units_in_batch(session, batch_id)
    parts = [invoices(session, part, policy=policy, seen_by=seen_by, now=now) for part in _portions(units)]
    return CustomsPapers(
        tuple(invoice for part in parts for invoice in part.invoices),
        tuple(refused for part in parts for refused in part.refused),
    )


def returns_to_send(
    session: Session, unit_ids: Sequence[int], *, policy: Policy, seen_by: Actor, now: datetime
) -> dict[str, ReturnToSend | RmatrackError]:
    """Return what is still to be sent by order, or why nobody knows how it travels."""
    units = units_to_label(session, unit_ids, seen_by=seen_by)
    labels = newest_labels(session, unit_ids)
    by_order: dict[str, list[UnitToLabel]] = defaultdict(list)
    for unit_id in unit_ids:
        if (unit := units.get(unit_id)) and unit.settled_at is None and not _travels(labels.get(unit_id)):
            by_order[unit.order_number].append(unit)
    found: dict[str, ReturnToSend | RmatrackError] = {}
    for number, each in by_order.items():
        today = today_in(each[0].zone, now)
        try:
            carrier = rules.carrier_for(policy, each[0].country, each[0].state, today).required()
            depot = rules.depot_for(policy, carrier, each[0].country, today)
        except RmatrackError as error:
            found[number] = error
        else:
            found[number] = ReturnToSend(each, labels, carrier, depot, today)
    return found


def _portions(unit_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut units into portions that one question can name."""
    return (unit_ids[start : start + PORTION] for start in range(0, len(unit_ids), PORTION))


def _travels(label: Label | None) -> bool:
    return label is not None and label.state in _TRAVELS


def _invoice(each: ReturnToSend, models: Mapping[str, Model], policy: Policy) -> Invoice:
    goods = goods_of(each.units, models, policy)
    currencies = sorted({part.currency for part in goods})
    if len(currencies) > 1:
        raise CurrenciesDifferError(order=each.first.order_number, currencies=", ".join(currencies))
    exporter, importer, incoterm = _parties(each, policy)
    origin, destination = each.origin, each.destination
    return Invoice(
        number=each.first.rma_number,
        order=each.first.order_number,
        issued_on=each.today,
        paper=Paper.LETTER if origin.country in LETTER_COUNTRIES else Paper.A4,
        exporter=exporter,
        importer=importer,
        sender=_written(origin),
        receiver=_written(destination),
        carrier=CARRIER_NAMES[each.carrier],
        carrier_numbers=_numbers(each),
        origin=country(origin.country).name,
        destination=country(destination.country).name,
        incoterm=f"{incoterm} {destination.city} (Incoterms 2020)",
        packages=str(len(each.units)),
        net_kg=_kilos(sum((part.net_kg for part in goods), Decimal())),
        gross_kg=_kilos(sum((part.gross_kg for part in goods), Decimal())),
        currency=currencies[0],
        total=_money(sum((part.value * len(part.serials) for part in goods), Decimal())),
        lines=tuple(map(_line, goods)),
        signatory=origin.attention or origin.name,
        told=in_language(SIGN, language_of(each.first)),
    )


def _parties(each: ReturnToSend, policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the lines of the exporter and of the importer, and the Incoterm."""
    terms = rules.customs_terms_for(policy, each.first.country, each.today)
    importer = policy.importers.get(each.depot.code)
    if terms is None or importer is None:
        raise NoCustomsTermsError(depot=each.depot.address.company)
    depot = (importer.company, *_written(each.destination)[1:], *importer.numbers)
    lines = {Party.SENDER: _written(each.origin), Party.DEPOT: depot}
    return lines[terms.exporter], lines[terms.importer], terms.incoterm


def _line(goods: Goods) -> InvoiceLine:
    return InvoiceLine(
        goods=goods.description,
        serials=goods.serials,
        hs_code=dotted(goods.code),
        made_in=country(goods.origin).name,
        quantity=str(len(goods.serials)),
        net_kg=_kilos(goods.net_kg),
        gross_kg=_kilos(goods.gross_kg),
        unit_value=_money(goods.value),
        value=_money(goods.value * len(goods.serials)),
    )


def _numbers(each: ReturnToSend) -> tuple[str, ...]:
    """Return the carrier's numbers of the boxes, as far as their labels may be used."""
    labels = (each.labels.get(unit.unit_id) for unit in each.units)
    return tuple(label.number for label in labels if label and label.released_at and label.state not in DEAD)


def _written(place: Address) -> tuple[str, ...]:
    lines = (place.name, person(place), *place.lines, town(place), country(place.country).name)
    return tuple(line for line in lines if line)


def _kilos(weight: Decimal) -> str:
    return f"{weight:.2f}"


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"
