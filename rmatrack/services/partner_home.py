"""A partner's home: a card for each customer, with the date and the one step that matter now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from rmatrack.db import partner_home as questions
from rmatrack.db.customers import Customer
from rmatrack.db.due import zones_out
from rmatrack.db.partner_home import Asked, AtHand, HomeShow, Lately
from rmatrack.db.trial_deeds import services_of
from rmatrack.domain.due import EulaThresholds, eula_thresholds, today_in
from rmatrack.domain.extensions import ExtensionState, latest_day
from rmatrack.domain.names import name_key
from rmatrack.domain.next_steps import Calm, Loan, NextStep, next_step
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Carrier, Policy
from rmatrack.domain.returns import RmaStatus
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Deed, Phase
from rmatrack.services.due_rows import DueRow, RowReader
from rmatrack.services.trial_standing import Standing, standing_of
from rmatrack.services.trials import days_now, deeds_for

CARDS_A_PAGE = 24
NEWS = timedelta(days=14)
"""How long a decision of the trials team is told of."""


@dataclass(frozen=True, slots=True)
class CardTrial:
    """A trial on a card, and whether its last details are the reader's to give."""

    standing: Standing
    services: Sequence[Service]
    wants_details: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A customer. Where `is_request`, only a request for its consent is known, and nothing else of it is shown (X-1).

    `first` is the device that is due first, `rma` how far its return is.
    """

    customer: Customer
    is_request: bool
    out: int
    travelling: int
    first: DueRow | None
    rma: RmaStatus
    trials: Sequence[CardTrial]
    time_asked: Sequence[Asked]
    charges: int
    step: NextStep | Calm

    @property
    def details_for(self) -> Standing | None:
        """Return the trial whose last details are to be given: that comes before anything else."""
        return next((each.standing for each in self.trials if each.wants_details), None)

    @property
    def now(self) -> NextStep | Calm:
        """Return what to do now: the devices' step, unless details come before it; a charge where they need none."""
        if self.details_for:
            return NextStep.GIVE_DETAILS
        return NextStep.SEE_CHARGE if self.charges and isinstance(self.step, Calm) else self.step


@dataclass(frozen=True, slots=True)
class Home:
    """A page of cards, how many customers each list holds, and how many pages this one has."""

    cards: Sequence[Card]
    counts: Mapping[HomeShow, int]
    page: int
    pages: int


def partner_home(
    session: Session,
    *,
    show: HomeShow = HomeShow.ALL,
    text: str = "",
    page: int = 1,
    seen_by: Actor,
    policy: Policy,
    now: datetime,
) -> Home:
    """Return a page of a partner's customers; the number of questions does not depend on how many there are."""
    lately, name = _lately(session, policy, now), name_key(text)
    counts = questions.count_customers(session, name, lately, seen_by=seen_by)
    pages = max(1, -(-counts[show] // CARDS_A_PAGE))
    page = min(max(page, 1), pages)
    found = questions.customers_at_hand(
        session, show, name, lately, seen_by=seen_by, limit=CARDS_A_PAGE, offset=(page - 1) * CARDS_A_PAGE
    )
    return Home(_cards(session, found, lately, seen_by, policy, now), counts, page, pages)


def _lately(session: Session, policy: Policy, now: datetime) -> Lately:
    zones = zones_out(session)

    def due_in(days: int) -> EulaThresholds:
        return eula_thresholds(now, zones, in_days=days, window_days=policy.return_window_days)

    days = days_now(session, policy=policy, now=now)
    return Lately(due_in(-1), due_in(policy.terms.due_soon_days), now - NEWS, days)


def _cards(
    session: Session, found: Sequence[AtHand], lately: Lately, seen_by: Actor, policy: Policy, now: datetime
) -> list[Card]:
    ids, reader = [each.customer.id for each in found], RowReader(policy, now)
    rows = questions.first_units_due(session, ids, seen_by=seen_by)
    travelling = questions.counts_travelling(session, ids, seen_by=seen_by)
    charged = questions.counts_charged(session, ids, seen_by=seen_by)
    asked = questions.time_asked(session, ids, news_since=lately.news_since, seen_by=seen_by)
    trials = _trials(session, ids, lately, seen_by, policy, now)
    first = {row.customer_id: reader.read(row) for row in rows}
    in_process = {row.customer_id for row in rows if row.in_process_at}
    cards = []
    for customer, out, has_customer in found:
        of_customer = [each for each in asked if each.customer_id == customer.id]
        own = trials.get(customer.id, [])
        loan = _loan(first.get(customer.id), out or 0, travelling.get(customer.id, 0), own, of_customer, policy)
        cards.append(
            Card(
                customer=customer,
                is_request=not has_customer and not out,
                out=out or 0,
                travelling=travelling.get(customer.id, 0),
                first=first.get(customer.id),
                rma=RmaStatus.IN_PROCESS if customer.id in in_process else RmaStatus.OPEN,
                trials=own,
                time_asked=of_customer,
                charges=charged.get(customer.id, 0),
                step=next_step(
                    loan,
                    today_in(customer.zone, now),
                    window_days=policy.return_window_days,
                    soon_days=policy.terms.due_soon_days,
                ),
            )
        )
    return cards


def _trials(
    session: Session, ids: Sequence[int], lately: Lately, seen_by: Actor, policy: Policy, now: datetime
) -> dict[int, list[CardTrial]]:
    found = questions.trials_at_hand(session, ids, lately.days, seen_by=seen_by)
    standings = [standing_of(parties, policy=policy, now=now) for parties in found]
    services = services_of(session, [standing.trial.id for standing in standings])
    trials: dict[int, list[CardTrial]] = {}
    for standing in standings:
        names = [Service(name) for name in services[standing.trial.id]]
        wants = Deed.PROVISION in deeds_for(standing, seen_by)
        trials.setdefault(standing.customer.id, []).append(CardTrial(standing, names, wants))
    return trials


def _loan(
    first: DueRow | None,
    out: int,
    travelling: int,
    trials: Sequence[CardTrial],
    asked: Sequence[Asked],
    policy: Policy,
) -> Loan | None:
    if first is None:
        return None
    running = [
        each.standing.calendar.expires_on
        for each in trials
        if each.standing.phase is Phase.RUNNING and each.standing.calendar
    ]
    return Loan(
        out=out,
        travelling=travelling,
        eula_expires_on=first.eula_expires_on,
        latest_on=latest_day(first.shipped_on, most_days=policy.terms.device_trial_most_days),
        tried_through=max(running, default=None),
        time_asked=any(each.state == ExtensionState.REQUESTED and each.number == first.order for each in asked),
        has_label=first.carrier is Carrier.UPS,
    )
