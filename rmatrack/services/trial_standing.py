"""Where a trial stands today, in its customer's calendar, and whether somebody may do a deed with it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db.customers import Customer
from rmatrack.db.people import Partner
from rmatrack.db.trial_deeds import TrialParties, trial_with_parties
from rmatrack.db.trials import Trial
from rmatrack.domain.due import today_in
from rmatrack.domain.errors import NotAllowedError, NotFoundError, _
from rmatrack.domain.history import Change
from rmatrack.domain.people import LONGEST_NAME, Actor, PartnerId, Role
from rmatrack.domain.policy import Policy, Terms
from rmatrack.domain.starting import must_be_sales_administrator
from rmatrack.domain.trials import Calendar, Deed, Phase, TrialStatus, move, must_fit, phase


class ColleaguesTrialError(NotAllowedError):
    """A sales administrator manages what they started; a full one also what colleagues did."""

    code = "colleagues-trial"
    message = _("A colleague started this trial. Ask them, or a sales full administrator of your organisation.")


@dataclass(frozen=True, slots=True)
class Standing:
    """A trial on a day: its parties, its calendar once it is active, and its phase."""

    trial: Trial
    customer: Customer
    partner: Partner
    today: date
    calendar: Calendar | None
    consent_ends_on: date | None
    phase: Phase

    @property
    def status(self) -> TrialStatus:
        """Return what was last decided."""
        return TrialStatus(self.trial.status)

    @property
    def days_left(self) -> int | None:
        """Return expiry minus today while the trial runs or is in grace: 0 is "expires today" (SPEC T-20)."""
        if self.calendar is None or self.phase not in {Phase.RUNNING, Phase.GRACE}:
            return None
        return self.calendar.days_left(self.today)

    def change(self, deed: str, field: str | None = None, old: object = None, new: object = None) -> Change:
        """Return the history entry of *deed*."""
        return Change("trial", str(self.trial.id), deed, field, _said(old), _said(new))

    def moved(self, deed: str, target: TrialStatus) -> Change:
        """Write the status *target*, and return its history entry; raises `WrongStatusError`."""
        before, self.trial.status = self.status, move(self.status, target).value
        return self.change(deed, "status", before, target)


def _said(value: object) -> str | None:
    return None if value is None else str(value)


def calendar_of(expires_on: date | None, terms: Terms) -> Calendar | None:
    """Return the days of a trial that has begun."""
    return Calendar(expires_on, terms.grace_days, terms.numbers_kept_days) if expires_on else None


def standing_of(parties: TrialParties, *, policy: Policy, now: datetime) -> Standing:
    """Return where a trial stands now."""
    trial, customer, partner, consent_ends_on = parties
    today = today_in(customer.zone, now)
    calendar = calendar_of(trial.expires_on, policy.terms)
    current = phase(TrialStatus(trial.status), today, calendar=calendar, consent_ends_on=consent_ends_on)
    return Standing(trial, customer, partner, today, calendar, consent_ends_on, current)


def trial_seen(session: Session, trial_id: int, *, seen_by: Actor | None, policy: Policy, now: datetime) -> Standing:
    """Return a trial as it stands; raises `NotFoundError` where *seen_by* may not see it (None: a link's holder)."""
    parties = trial_with_parties(session, trial_id, seen_by=seen_by)
    if parties is None:
        raise NotFoundError
    return standing_of(parties, policy=policy, now=now)


def trial_locked(session: Session, trial_id: int, *, policy: Policy, now: datetime) -> Standing:
    """Return a trial under lock, for whoever holds a signed link; raises `NotFoundError`."""
    parties = trial_with_parties(session, trial_id, seen_by=None, lock=True)
    if parties is None:
        raise NotFoundError
    return standing_of(parties, policy=policy, now=now)


def trial_to_manage(
    session: Session, trial_id: int, deed: Deed, *, by: Actor, policy: Policy, now: datetime
) -> Standing:
    """Return a trial under lock with which *by* may do *deed*; raises why not."""
    must_be_sales_administrator(by)
    parties = trial_with_parties(session, trial_id, seen_by=by, lock=True)
    if parties is None:
        raise NotFoundError
    if not manages(parties.trial, by):
        raise ColleaguesTrialError
    standing = standing_of(parties, policy=policy, now=now)
    must_fit(deed, standing.phase)
    return standing


def manages(trial: Trial, actor: Actor) -> bool:
    """Say whether *actor* may manage a trial of their own partner: their own, one of nobody's, as full one any."""
    if actor.role is Role.SALES_FULL_ADMIN:
        return True
    return trial.requested_by_id is None or trial.requested_by_id == actor.person_id


def customer_actor(customer: Customer) -> Actor:
    """Return who acts through a signed link; which administrator it was is kept where it can be forgotten."""
    return Actor(
        person_id=None,
        name=f"administrator of {customer.name}"[:LONGEST_NAME],
        role=Role.CUSTOMER_ADMINISTRATOR,
        partner_id=None,
        permissions=frozenset(),
    )


def partner_actor(partner: Partner) -> Actor:
    """Return who of a partner acts through a signed link: nobody is signed in, and nothing else is permitted."""
    return Actor(
        person_id=None,
        name=f"administrator of {partner.name}"[:LONGEST_NAME],
        role=Role.SALES_ADMIN,
        partner_id=PartnerId(partner.id),
        permissions=frozenset(),
    )
