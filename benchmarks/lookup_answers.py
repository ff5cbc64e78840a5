"""Does the time of a refusal tell what was found (SPEC F-2)? Three kinds of refusal, side by side, at a million units.

Printed are quantiles in milliseconds of the work alone and of the answers as they leave, and how far the distributions
are apart (Kolmogorov-Smirnov: 0 is the same, 1 is never alike; below the line of chance nothing can be told).
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import combinations
from math import sqrt
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from benchmarks.million import UNITS_EACH, make_million
from rmatrack.db.engine import make_engine, reading
from rmatrack.db.orders import Unit
from rmatrack.db.people import Partner
from rmatrack.domain.demo_numbers import Claim, NothingProvenError
from rmatrack.domain.people import PERMISSIONS, Actor, PartnerId, PersonId, Role
from rmatrack.services.demo_numbers import demo_numbers
from rmatrack.web.steady import steadily

ORDERS_EACH = 500
TIMES = 400
STEADY_TIMES = 40
CHANCE = 1.63
"""Times sqrt(2/n): apart by more than this, two samples of n are of one distribution once in a hundred."""

Ask = Callable[[], None]


def lines() -> Iterator[str]:
    """Measure and tell, a line at a time."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.sqlite3"
        make_million(file)
        engine = make_engine(f"sqlite:///{file}")
        asks = _asks(engine)
        yield from _compared("work", asks, TIMES)
        yield from _compared("as it leaves", {name: _steady(ask) for name, ask in asks.items()}, STEADY_TIMES)
        engine.dispose()


def _asks(engine: Engine) -> dict[str, Ask]:
    """Return the three refusals: a whole order of another partner, one serial of an own one, and nonsense."""
    random = Random(1)  # noqa: S311  Not a secret.
    with reading(engine) as session:
        own, other = session.scalars(select(Partner.id).order_by(Partner.id).limit(2))
        mine, theirs = _orders_of(session, own), _orders_of(session, other)
    by = _partner_user(own)

    def not_allowed() -> Claim:
        return Claim(serials=frozenset(random.choice(theirs)))

    def near_miss() -> Claim:
        return Claim(serials=frozenset(random.choice(mine)[1:]))

    def nonsense() -> Claim:
        return Claim(serials=frozenset(f"ZZZ9999{random.randrange(10_000):04d}" for _ in range(UNITS_EACH)))

    claims = {"hit, not allowed": not_allowed, "near miss": near_miss, "nonsense": nonsense}
    return {name: partial(_ask, engine, make, by) for name, make in claims.items()}


def _orders_of(session: Session, partner_id: int) -> list[list[str]]:
    """Return the serials of some orders of a partner."""
    orders: dict[int, list[str]] = defaultdict(list)
    asked = select(Unit.order_id, Unit.serial_key).where(Unit.partner_id == partner_id, Unit.settled_at.is_(None))
    for order_id, key in session.execute(asked.order_by(Unit.order_id).limit(ORDERS_EACH * UNITS_EACH)):
        orders[order_id].append(key)
    return list(orders.values())


def _partner_user(partner_id: int) -> Actor:
    role = Role.PARTNER_USER
    return Actor(PersonId(partner_id), "Bench", role, PartnerId(partner_id), PERMISSIONS[role])


def _ask(engine: Engine, make: Callable[[], Claim], by: Actor) -> None:
    claim = make()
    with reading(engine) as session, suppress(NothingProvenError):
        demo_numbers(session, claim, seen_by=by)


def _steady(ask: Ask) -> Ask:
    """Return *ask* as the edge answers it."""
    app = Flask("bench")

    def answer() -> None:
        with app.app_context(), steadily():
            ask()

    return answer


def _compared(what: str, asks: dict[str, Ask], times: int) -> Iterator[str]:
    """Ask in turns, so that whatever else the machine does meets all alike."""
    spent: dict[str, list[float]] = {name: [] for name in asks}
    for ask in asks.values():
        ask()
    for _ in range(times):
        for name, ask in asks.items():
            started = perf_counter()
            ask()
            spent[name].append((perf_counter() - started) * 1_000)
    for name, each in spent.items():
        cuts = quantiles(each, n=100)
        told = "  ".join(f"p{p} {cuts[p - 1]:8.2f}" for p in (5, 50, 95, 99))
        yield f"lookup answers, {what:<13} {name:<17} {told} ms"
    for one, two in combinations(spent, 2):
        apart, chance = _ks(spent[one], spent[two]), CHANCE * sqrt(2 / times)
        yield f"lookup answers, {what:<13} KS {one} / {two}: {apart:.2f} (chance: up to {chance:.2f})"


def _ks(one: Sequence[float], two: Sequence[float]) -> float:
    """Return how far the two distributions are apart at most."""
    first, second = sorted(one), sorted(two)
    i = j = 0
    apart = 0.0
    while i < len(first) and j < len(second):
        if first[i] <= second[j]:
            i += 1
        else:
            j += 1
        apart = max(apart, abs(i / len(first) - j / len(second)))
    return apart
