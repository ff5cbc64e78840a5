"""The partners, customers, administrators and trials that shipments speak of, added where we did not know them.

A trial is known by its partner, its customer and its end, because a shipment file says no more of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db.bulk import add_rows, new_ids
from rmatrack.db.shipments import (
    ADMINISTRATOR,
    CUSTOMER,
    PARTNER,
    RELATIONSHIP,
    TRIAL,
    KnownCustomer,
    move_trials,
    relationships_of,
)
from rmatrack.domain.history import Change
from rmatrack.domain.names import name_key
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy, zone_for
from rmatrack.domain.shipments import Difference, Shipment
from rmatrack.domain.trials import Door, PartnerRole, TrialStatus
from rmatrack.services.shipment_plans import Known, OrderPlan

DEFAULT_ZONE = "UTC"

TrialKey = tuple[int, int, date]
"""Partner, customer, last day."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of recording: who, when, why, and the history it adds up to."""

    session: Session
    policy: Policy
    by: Actor
    now: datetime
    reason: str | None
    log: list[Change] = field(default_factory=list)

    def note(self, changes: Iterable[Change]) -> None:
        """Add *changes* to the history of this step."""
        self.log.extend(changes)


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose shipments they are: ids by what the reports call them."""

    partners: Mapping[str, int]
    customers: Mapping[str, KnownCustomer]
    trials: Mapping[TrialKey, int]

    def partner_of(self, shipment: Shipment) -> int:
        """Return the id of the shipment's partner."""
        return self.partners[shipment.partner]

    def customer_of(self, shipment: Shipment) -> KnownCustomer:
        """Return the shipment's customer."""
        return self.customers[shipment.org_id]

    def trial_of(self, shipment: Shipment) -> int | None:
        """Return the id of the shipment's trial, where the report says when it ends."""
        if shipment.trial_expires_on is None:
            return None
        return self.trials[self.partner_of(shipment), self.customer_of(shipment).id, shipment.trial_expires_on]


def add_parties(step: Step, plans: Sequence[OrderPlan], known: Known) -> Parties:
    """Add what *plans* need and we do not know, and move the ends of trials that they put right."""
    shipments = [plan.shipment for plan in plans if plan.shipment]
    partners = _add_partners(step, shipments, known)
    customers = {**known.customers, **_add_customers(step, shipments, known.customers)}
    _add_administrators(step, shipments, customers, known)
    parties = Parties(partners, customers, _trials_after_moving(step, plans, known))
    _add_relationships(step, shipments, parties)
    return Parties(partners, customers, {**parties.trials, **_add_trials(step, shipments, parties)})


def _add_partners(step: Step, shipments: Iterable[Shipment], known: Known) -> dict[str, int]:
    """Return the ids of all partners by the names in the reports."""
    keys = {name: name_key(name) for name in sorted({shipment.partner for shipment in shipments})}
    fresh = {key: name for name, key in keys.items() if key not in known.partners}
    ids = dict(zip(fresh, new_ids(step.session, PARTNER, len(fresh)), strict=True))
    add_rows(
        step.session,
        PARTNER,
        [
            {"id": ids[key], "name": name, "name_key": key, "certified": False, "tier": 2, "created_at": step.now}
            for key, name in fresh.items()
        ],
    )
    step.note(Change("partner", str(ids[key]), "added", "name", new=name) for key, name in fresh.items())
    return {name: ids[key] if key in ids else known.partners[key][0] for name, key in keys.items()}


def _add_customers(
    step: Step, shipments: Iterable[Shipment], known: Mapping[str, KnownCustomer]
) -> dict[str, KnownCustomer]:
    fresh: dict[str, Shipment] = {}
    for shipment in shipments:
        if shipment.org_id not in known:
            fresh.setdefault(shipment.org_id, shipment)
    ids = new_ids(step.session, CUSTOMER, len(fresh))
    added = {
        org_id: KnownCustomer(id_, org_id, shipment.customer, zone_of(step.policy, shipment))
        for id_, (org_id, shipment) in zip(ids, fresh.items(), strict=True)
    }
    add_rows(
        step.session,
        CUSTOMER,
        [
            {
                **customer._asdict(),
                "name_key": name_key(customer.name),
                "country": fresh[org_id].country,
                "state": fresh[org_id].state or None,
                "created_at": step.now,
                "version": 1,
            }
            for org_id, customer in added.items()
        ],
    )
    step.note(Change("customer", org_id, "added", "name", new=customer.name) for org_id, customer in added.items())
    return added


def zone_of(policy: Policy, shipment: Shipment) -> str:
    """Return the time zone to propose for the customer of a shipment."""
    return zone_for(policy, shipment.country, shipment.state or "") or DEFAULT_ZONE


def _add_administrators(
    step: Step, shipments: Iterable[Shipment], customers: Mapping[str, KnownCustomer], known: Known
) -> None:
    fresh = {s.admin_email: s.org_id for s in shipments if s.admin_email not in known.organisations}
    add_rows(
        step.session,
        ADMINISTRATOR,
        [{"customer_id": customers[org_id].id, "email": email, "full": True} for email, org_id in fresh.items()],
    )
    step.note(
        Change("customer", org_id, "administrator-added", "admin_email", new=email, personal=True)
        for email, org_id in fresh.items()
    )


def _add_relationships(step: Step, shipments: Sequence[Shipment], parties: Parties) -> None:
    pairs = {(parties.partner_of(s), parties.customer_of(s).id): s for s in shipments}
    known = relationships_of(step.session, {customer for _partner, customer in pairs})
    fresh = {pair: shipment for pair, shipment in pairs.items() if pair not in known}
    add_rows(
        step.session,
        RELATIONSHIP,
        [
            {"partner_id": partner, "customer_id": customer, "role": PartnerRole.FULL.value, "since": step.now}
            for partner, customer in fresh
        ],
    )
    step.note(Change("customer", s.org_id, "partner-added", "partner", new=s.partner) for s in fresh.values())


def _trials_after_moving(step: Step, plans: Iterable[OrderPlan], known: Known) -> dict[TrialKey, int]:
    """Move the trials whose end a report puts right, and return all known ones by their new ends."""
    moved = {
        plan.known["trial_id"]: (plan, plan.trial_expires_on)
        for plan in plans
        if plan.known and plan.known["trial_id"] and plan.trial_expires_on
    }
    move_trials(step.session, {id_: _day(move) for id_, (_plan, move) in moved.items()})
    step.note(
        Change(
            "trial",
            str(id_),
            "changed",
            "expires_on",
            str(move.old),
            str(move.new),
            step.reason,
            order_id=plan.known["id"] if plan.known else None,
        )
        for id_, (plan, move) in moved.items()
    )
    return {
        (
            trial.partner_id,
            trial.customer_id,
            _day(moved[trial.id][1]) if trial.id in moved else trial.expires_on,
        ): trial.id
        for trial in sorted(known.trials, reverse=True)
    }


def _day(move: Difference) -> date:
    if not isinstance(move.new, date):
        raise TypeError("a trial ends on a day")
    return move.new


def _add_trials(step: Step, shipments: Sequence[Shipment], parties: Parties) -> dict[TrialKey, int]:
    needed = {
        (parties.partner_of(s), parties.customer_of(s).id, s.trial_expires_on): None
        for s in shipments
        if s.trial_expires_on
    }
    fresh = [key for key in needed if key not in parties.trials]
    ids = dict(zip(fresh, new_ids(step.session, TRIAL, len(fresh)), strict=True))
    add_rows(
        step.session,
        TRIAL,
        [
            {
                "id": ids[key],
                "partner_id": key[0],
                "customer_id": key[1],
                "status": TrialStatus.ACTIVE.value,
                "door": Door.RECORDED.value,
                "expires_on": key[2],
                "created_at": step.now,
                "version": 1,
            }
            for key in fresh
        ],
    )
    step.note(Change("trial", str(ids[key]), "added", "expires_on", new=key[2].isoformat()) for key in fresh)
    return ids
