"""Managing a trial: provisioning, extending, services, cancelling, interest (SPEC T-14, T-16, T-17, T-19, T-26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.consent_questions import administrator_with_id
from rmatrack.db.organisations import relationship_of
from rmatrack.db.parcel_questions import models_of_trial
from rmatrack.db.trial_deeds import end_trials, services_of, trial_services_running
from rmatrack.db.trials import TrialService
from rmatrack.domain import trial_details
from rmatrack.domain.consent import LinkError
from rmatrack.domain.errors import RuleBrokenError, _
from rmatrack.domain.mails import Link, LinkPurpose, MailKind
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.domain.sentences import Several
from rmatrack.domain.trial_details import Details, NoDevices
from rmatrack.domain.trial_services import Service, as_text, in_order
from rmatrack.domain.trials import Deed, Extension, TrialStatus, extend, move, must_fit
from rmatrack.services.history import record
from rmatrack.services.lapsing import note_ends
from rmatrack.services.mail import send, withdraw
from rmatrack.services.starting import begin, must_be_free_now, must_have_free_site, write_details
from rmatrack.services.trial_mails import ABOUT_EXPIRY, to_customer, to_partner
from rmatrack.services.trial_standing import Standing, customer_actor, trial_locked, trial_seen, trial_to_manage


class CancelNotConfirmedError(RuleBrokenError):
    """Cancelling ends a trial at once: a question comes first (SPEC T-19)."""

    code = "cancel-not-confirmed"
    message = _("Cancelling ends the trial at once, without grace. Confirm that this is what you want.")

    def __init__(self) -> None:
        super().__init__(field="confirmed")


class OtherServicesError(RuleBrokenError):
    """The customer consented to some services."""

    code = "other-services"
    message = _("The customer consented to %(services)s. Provision these; others can be added once the trial runs.")

    def __init__(self, services: Sequence[Service]) -> None:
        super().__init__(field="services", services=Several(services))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantities:
    """What a changed set of services needs: licences, registrations, or why no devices."""

    licences: int | None = None
    registrations: int | None = None
    site_url: str | None = None
    site_zone: str | None = None
    no_devices_because: NoDevices | None = None


def provision(
    session: Session, trial_id: int, details: Details, *, policy: Policy, by: Actor, now: datetime
) -> Standing:
    """Give the provisioning details after consent: the trial is active and its clock starts (SPEC T-14)."""
    standing = trial_to_manage(session, trial_id, Deed.PROVISION, by=by, policy=policy, now=now)
    trial = standing.trial
    services = _services(session, standing)
    if details.services != services:
        raise OtherServicesError(in_order(services))
    details = trial_details.checked(details, policy.terms, ships_devices=_has_devices(session, standing))
    must_have_free_site(session, details, but=trial.id)
    write_details(trial, details)
    begin(trial, details.duration_days, zone=standing.customer.zone, now=now)
    changes = [
        standing.moved("provisioned", TrialStatus.ACTIVE),
        standing.change("provisioned", "expires_on", None, trial.expires_on),
    ]
    session.flush()
    record(session, changes, by=by, now=now)
    standing = trial_locked(session, trial_id, policy=policy, now=now)
    send(session, to_customer(session, MailKind.TRIAL_STARTED, standing, once="start"), now=now)
    return standing


def extension_preview(session: Session, trial_id: int, *, policy: Policy, by: Actor, now: datetime) -> Extension:
    """Return what extending would do today, before it is done; `shortens` needs a second confirmation (SPEC T-16)."""
    standing = trial_seen(session, trial_id, seen_by=by, policy=policy, now=now)
    must_fit(Deed.EXTEND, standing.phase)
    return _extension(standing, policy, confirmed=True)


def extend_trial(
    session: Session, trial_id: int, *, confirm_shorter: bool = False, policy: Policy, by: Actor, now: datetime
) -> Standing:
    """Set the expiry to so many days from today; no device's date moves (SPEC T-16, D-4)."""
    standing = trial_to_manage(session, trial_id, Deed.EXTEND, by=by, policy=policy, now=now)
    extension = _extension(standing, policy, confirmed=confirm_shorter)
    standing.trial.expires_on = extension.to_on
    session.flush()
    withdraw(session, trial_id, ABOUT_EXPIRY)
    change = standing.change("extended", "expires_on", extension.from_on, extension.to_on)
    record(session, [change], by=by, now=now)
    return trial_locked(session, trial_id, policy=policy, now=now)


def change_services(
    session: Session,
    trial_id: int,
    services: frozenset[Service],
    quantities: Quantities,
    *,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> Standing:
    """Make *services* those on trial, adding and ending what differs (SPEC T-17)."""
    standing = trial_to_manage(session, trial_id, Deed.CHANGE_SERVICES, by=by, policy=policy, now=now)
    trial = standing.trial
    details = _changed_details(session, standing, services, quantities, policy)
    must_have_free_site(session, details, but=trial.id)
    before = _services(session, standing)
    note_ends(session, standing.customer.id, policy=policy, now=now)
    must_be_free_now(session, standing.customer.id, services - before, knows_the_customer=_has(session, standing))
    for row in trial_services_running(session, trial.id):
        if Service(row.service) not in services:
            row.ended_at = now
    session.add_all(
        TrialService(trial_id=trial.id, customer_id=trial.customer_id, service=service.value, added_at=now)
        for service in in_order(services - before)
    )
    write_details(trial, details)
    session.flush()
    if services != before:
        change = standing.change("services changed", "services", as_text(before), as_text(services))
        record(session, [change], by=by, now=now)
    return standing


def cancel(session: Session, trial_id: int, *, confirmed: bool, policy: Policy, by: Actor, now: datetime) -> Standing:
    """End a trial at once, without grace; devices that are out stay due (SPEC T-19)."""
    standing = trial_to_manage(session, trial_id, Deed.CANCEL, by=by, policy=policy, now=now)
    if not confirmed:
        raise CancelNotConfirmedError
    change = standing.change("cancelled", "status", standing.status, TrialStatus.CANCELLED)
    end_trials(session, [trial_id], move(standing.status, TrialStatus.CANCELLED), now=now)
    withdraw(session, trial_id, ABOUT_EXPIRY)
    record(session, [change], by=by, now=now)
    return trial_locked(session, trial_id, policy=policy, now=now)


def show_interest(session: Session, link: Link, *, policy: Policy, now: datetime) -> Standing:
    """Note that a customer administrator would like to buy, and tell the partner (SPEC T-26)."""
    if link.purpose is not LinkPurpose.INTEREST:
        raise LinkError
    standing = trial_locked(session, link.subject_id, policy=policy, now=now)
    administrator = administrator_with_id(session, link.administrator_id)
    if administrator is None or administrator.customer_id != standing.customer.id:
        raise LinkError
    must_fit(Deed.SHOW_INTEREST, standing.phase)
    if standing.trial.interest_at is None:
        standing.trial.interest_at = now
        session.flush()
        shown = standing.change("interest shown", "interest_at", None, now.isoformat())
        record(session, [shown], by=customer_actor(standing.customer), now=now)
    mails = to_partner(
        session, MailKind.INTEREST, standing, once=str(administrator.id), by=administrator.name or administrator.email
    )
    send(session, mails, now=now)
    return standing


def _extension(standing: Standing, policy: Policy, *, confirmed: bool) -> Extension:
    if standing.calendar is None:
        raise TypeError("a trial that runs has an end")
    days = policy.terms.extension_days
    return extend(standing.calendar.expires_on, standing.today, days=days, confirmed=confirmed)


def _services(session: Session, standing: Standing) -> frozenset[Service]:
    return frozenset(Service(name) for name in services_of(session, [standing.trial.id])[standing.trial.id])


def _has(session: Session, standing: Standing) -> bool:
    return relationship_of(session, standing.partner.id, standing.customer.id) is not None


def _has_devices(session: Session, standing: Standing) -> bool:
    return bool(models_of_trial(session, standing.trial.id))


def _changed_details(
    session: Session, standing: Standing, services: frozenset[Service], quantities: Quantities, policy: Policy
) -> Details:
    """Return the details of a changed trial: what is not given stays as it is."""
    trial = standing.trial
    reason = quantities.no_devices_because or (
        NoDevices(trial.no_devices_because) if trial.no_devices_because else None
    )
    details = Details(
        services=services,
        duration_days=trial.duration_days or 0,
        licences=quantities.licences or trial.licences,
        registrations=quantities.registrations or trial.registrations,
        site_url=quantities.site_url or (trial.site_url if Service.MEETINGS in services else None),
        site_zone=quantities.site_zone or trial.site_zone,
        no_devices_because=reason,
    )
    return trial_details.with_quantities(details, policy.terms, ships_devices=_has_devices(session, standing))
