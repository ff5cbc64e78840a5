"""Setting a customer up: settings, users, licences, numbers; then the administrator is welcomed (SPEC T-10)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.customer_users import CustomerUser, PhoneNumber
from rmatrack.db.organisations import relationship_of
from rmatrack.db.trial_deeds import services_of
from rmatrack.domain.due import today_in
from rmatrack.domain.history import Change
from rmatrack.domain.mails import MailKind
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.domain.setting_up import AS_THEY_ARE, NewUser, ProvisioningOnlyError, Settings, checked_users
from rmatrack.domain.trial_services import Service, as_text
from rmatrack.domain.trials import Deed, PartnerRole
from rmatrack.services.history import record
from rmatrack.services.mail import send
from rmatrack.services.trial_mails import to_customer
from rmatrack.services.trial_standing import Standing, trial_locked, trial_seen, trial_to_manage


def set_up(
    session: Session,
    trial_id: int,
    users: Sequence[NewUser],
    settings: Settings = AS_THEY_ARE,
    *,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> Standing:
    """Set the customer up with *users*, as they are to be from now on; the welcome mail goes with the first time."""
    standing = trial_to_manage(session, trial_id, Deed.SET_UP, by=by, policy=policy, now=now)
    _must_be_full(session, standing)
    on_trial = {Service(name) for name in services_of(session, [trial_id])[trial_id]}
    wanted = checked_users(users, on_trial=on_trial, licences=standing.trial.licences)
    changes = [*_settings(standing, settings, now), *_users(session, standing, wanted, now=now)]
    if standing.trial.set_up_at is None:
        standing.trial.set_up_at = now
        changes.append(standing.change("set up"))
    session.flush()
    record(session, changes, by=by, now=now)
    standing = trial_locked(session, trial_id, policy=policy, now=now)
    send(session, to_customer(session, MailKind.WELCOME, standing, once="set-up"), now=now)
    return standing


def users_of(session: Session, trial_id: int, *, policy: Policy, by: Actor, now: datetime) -> Sequence[CustomerUser]:
    """Return the users of a trial, for a partner that is full administrator; others have no access to them."""
    standing = trial_seen(session, trial_id, seen_by=by, policy=policy, now=now)
    if by.partner_id is not None:
        _must_be_full(session, standing)
    return _known_users(session, trial_id)


def _must_be_full(session: Session, standing: Standing) -> None:
    relationship = relationship_of(session, standing.partner.id, standing.customer.id)
    if relationship is None or relationship.role != PartnerRole.FULL:
        raise ProvisioningOnlyError


def _settings(standing: Standing, settings: Settings, now: datetime) -> Iterable[Change]:
    customer = standing.customer
    for field, new in (("language", settings.language), ("zone", settings.zone)):
        old = getattr(customer, field)
        if not new or new == old:
            continue
        if field == "zone":
            today_in(new, now)
        setattr(customer, field, new)
        yield Change("customer", customer.org_id, "changed", field, old, new)


def _users(session: Session, standing: Standing, wanted: Sequence[NewUser], *, now: datetime) -> Iterable[Change]:
    """Add, change and take off users, so that those who are left are the *wanted* ones."""
    trial = standing.trial
    known = {user.email: user for user in _known_users(session, trial.id)}
    numbers = {row.number for row in _numbers(session, trial.id)}
    for user in wanted:
        row = known.pop(user.email, None)
        if row is None:
            row = CustomerUser(customer_id=trial.customer_id, trial_id=trial.id, email=user.email, added_at=now)
            session.add(row)
            yield Change("trial", str(trial.id), "user added", "email", new=user.email, personal=True)
        row.name, row.licences = user.name, as_text(user.licences)
        if user.number and user.number not in numbers:
            session.add(PhoneNumber(trial_id=trial.id, number=user.number, assigned_at=now))
    for row in known.values():
        session.delete(row)
        yield Change("trial", str(trial.id), "user taken off", "email", old=row.email, personal=True)


def _known_users(session: Session, trial_id: int) -> Sequence[CustomerUser]:
    return session.scalars(
        select(CustomerUser).where(CustomerUser.trial_id == trial_id).order_by(CustomerUser.id)
    ).all()


def _numbers(session: Session, trial_id: int) -> Sequence[PhoneNumber]:
    return session.scalars(select(PhoneNumber).where(PhoneNumber.trial_id == trial_id)).all()
