"""What customs ask of the devices in a parcel: described and valued as the catalogue has them (SPEC C-10)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from carriers.customs import Goods
from rmatrack.db.catalogue import Model
from rmatrack.db.units_to_label import UnitToLabel
from rmatrack.domain.customs import CustomsFactsMissingError, Fact
from rmatrack.domain.policy import Policy

_NUMBERS = ("value", "net_kg", "gross_kg")


def goods_of(units: Sequence[UnitToLabel], models: Mapping[str, Model], policy: Policy) -> tuple[Goods, ...]:
    """Return what customs ask of *units*, model by model; raises `CustomsFactsMissingError`.

    The catalogue decides (*models*, by number); a model that is not in it yet is as the policy has it.
    """
    by_model: dict[str, list[str]] = defaultdict(list)
    for unit in units:
        by_model[unit.model].append(unit.serial)
    return tuple(_goods(number, serials, models.get(number), policy) for number, serials in sorted(by_model.items()))


def goods_to_keep(units: Sequence[UnitToLabel], models: Mapping[str, Model], policy: Policy) -> list[dict[str, object]]:
    """Return what customs would be told of *units*, as JSON; nothing while a fact is missing.

    Nobody asks where no border is crossed; where one is, the carrier's client refuses a parcel without it.
    """
    try:
        goods = goods_of(units, models, policy)
    except CustomsFactsMissingError:
        return []
    return [asdict(part) | {name: str(getattr(part, name)) for name in _NUMBERS} for part in goods]


def goods_kept(content: Mapping[str, Any]) -> tuple[Goods, ...]:
    """Return what customs is told of a label's parcel, as its content keeps it."""
    return tuple(
        Goods(**{**part, "serials": tuple(part["serials"]), **{name: Decimal(part[name]) for name in _NUMBERS}})
        for part in content.get("goods", ())
    )


def _goods(number: str, serials: Sequence[str], model: Model | None, policy: Policy) -> Goods:
    known = model or policy.models.get(number.strip().upper())
    if known is None:
        raise CustomsFactsMissingError(number, list(Fact))
    net_kg = (model.net_kg if model else None) or known.weight_kg
    missing = [
        fact
        for fact, value in (
            (Fact.NAME, known.name),
            (Fact.HS_CODE, known.hs_code),
            (Fact.MADE_IN, known.made_in),
            (Fact.VALUE, known.value),
            (Fact.CURRENCY, known.currency),
            (Fact.WEIGHT, known.weight_kg),
        )
        if not value
    ]
    if missing:
        raise CustomsFactsMissingError(number, missing)
    return Goods(
        description=f"{known.name} ({number}), used demonstration unit",
        serials=tuple(serials),
        value=known.value,
        currency=known.currency,
        code=known.hs_code,
        origin=known.made_in,
        net_kg=net_kg * len(serials),
        gross_kg=known.weight_kg * len(serials),
    )
