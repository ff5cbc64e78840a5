"""Asking a customer's consent: the link's page, accepting, declining, sending again, withdrawing (SPEC T-12 – T-14).

A link comes verified, from `rmatrack.services.links`. Whatever it says, the calendar and the trial decide.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.consent_questions import administrator_with_id, request_of_trial, request_with_id
from rmatrack.db.customers import CustomerAdministrator, SalesRelationship
from rmatrack.db.organisations import relationship_of
from rmatrack.db.trial_deeds import end_trials, services_of
from rmatrack.domain.consent import Answer, AnsweredError, LinkError, NotFullAdministratorError
from rmatrack.domain.history import Change
from rmatrack.domain.mails import Link, LinkPurpose, MailKind
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Deed, PartnerRole, Phase, TrialStatus, move, must_fit
from rmatrack.services import news
from rmatrack.services.history import record
from rmatrack.services.mail import send
from rmatrack.services.mail import withdraw as withdraw_mails
from rmatrack.services.trial_mails import ABOUT_CONSENT, consent_mails, to_partner
from rmatrack.services.trial_standing import Standing, customer_actor, trial_locked, trial_seen, trial_to_manage


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What a link shows: who asks for what, until when; `may_answer` for a full administrator while it is open."""

    partner: str
    customer: str
    services: tuple[Service, ...]
    duration_days: int | None
    licences: int | None
    last_on: date
    phase: Phase
    answer: Answer | None
    administrator: str | None
    may_answer: bool


def open_request(session: Session, link: Link, *, policy: Policy, now: datetime) -> ConsentView:
    """Return what the holder of a link sees, whether they may answer or not; raises `LinkError`."""
    request = _request(session, link)
    standing = trial_seen(session, request.trial_id, seen_by=None, policy=policy, now=now)
    administrator = administrator_with_id(session, link.administrator_id)
    may = _is_full(administrator, standing) and standing.phase is Phase.PENDING_CONSENT
    trial = standing.trial
    return ConsentView(
        partner=standing.partner.name,
        customer=standing.customer.name,
        services=tuple(Service(name) for name in services_of(session, [trial.id])[trial.id]),
        duration_days=trial.duration_days,
        licences=trial.licences,
        last_on=request.last_on,
        phase=standing.phase,
        answer=Answer(request.answer) if request.answer else None,
        administrator=administrator.email if administrator else None,
        may_answer=may,
    )


def accept(session: Session, link: Link, *, full_administrator: bool, policy: Policy, now: datetime) -> Standing:
    """Consent to the trial; the partner becomes *full_administrator* or provisioning administrator (SPEC T-13)."""
    standing, request, administrator = _to_answer(session, link, Deed.ACCEPT, policy=policy, now=now)
    role = PartnerRole.FULL if full_administrator else PartnerRole.PROVISIONING
    changes = [
        standing.moved("consent accepted", TrialStatus.PENDING_PROVISIONING),
        _answered(standing, request, administrator, Answer.ACCEPTED, now=now),
        *_relate(session, standing, role, now=now),
    ]
    session.flush()
    record(session, changes, by=customer_actor(standing.customer), now=now)
    mails = to_partner(
        session,
        MailKind.CONSENT_ACCEPTED,
        standing,
        once="answer",
        by=administrator.name or administrator.email,
        full=full_administrator,
    )
    withdraw_mails(session, standing.trial.id, ABOUT_CONSENT)
    send(session, mails, now=now)
    news.consent_answered(
        session, standing.trial.id, standing.trial.partner_id, standing.customer.name, accepted=True, now=now
    )
    return trial_locked(session, standing.trial.id, policy=policy, now=now)


def decline(session: Session, link: Link, *, policy: Policy, now: datetime) -> Standing:
    """Refuse the trial: the customer leaves the partner's list (SPEC T-14)."""
    standing, request, administrator = _to_answer(session, link, Deed.DECLINE, policy=policy, now=now)
    change = standing.change("consent declined", "status", standing.status, TrialStatus.DECLINED)
    name = administrator.name or administrator.email
    mails = list(to_partner(session, MailKind.CONSENT_DECLINED, standing, once="answer", by=name))
    answered = _answered(standing, request, administrator, Answer.DECLINED, now=now)
    _end(session, standing, TrialStatus.DECLINED, now=now)
    record(session, [change, answered], by=customer_actor(standing.customer), now=now)
    send(session, mails, now=now)
    news.consent_answered(
        session, standing.trial.id, standing.trial.partner_id, standing.customer.name, accepted=False, now=now
    )
    return trial_locked(session, standing.trial.id, policy=policy, now=now)


def resend(session: Session, trial_id: int, *, policy: Policy, by: Actor, now: datetime) -> Standing:
    """Send the consent mail again; the last day stays where it is (SPEC T-13, T-14)."""
    standing = trial_to_manage(session, trial_id, Deed.RESEND_CONSENT, by=by, policy=policy, now=now)
    request = _of(session, standing)
    request.resent_at, request.times_sent = now, request.times_sent + 1
    session.flush()
    record(session, [standing.change("consent mail sent again")], by=by, now=now)
    send(session, consent_mails(session, standing, request), now=now)
    return standing


def withdraw(session: Session, trial_id: int, *, policy: Policy, by: Actor, now: datetime) -> Standing:
    """Cancel a request that nobody answered: the customer leaves the partner's list (SPEC T-14)."""
    standing = trial_to_manage(session, trial_id, Deed.WITHDRAW, by=by, policy=policy, now=now)
    change = standing.change("withdrawn", "status", standing.status, TrialStatus.WITHDRAWN)
    _end(session, standing, TrialStatus.WITHDRAWN, now=now)
    record(session, [change], by=by, now=now)
    return trial_locked(session, standing.trial.id, policy=policy, now=now)


def _request(session: Session, link: Link, *, lock: bool = False) -> ConsentRequest:
    request = request_with_id(session, link.subject_id, lock=lock) if link.purpose is LinkPurpose.CONSENT else None
    if request is None:
        raise LinkError
    return request


def _of(session: Session, standing: Standing) -> ConsentRequest:
    request = request_of_trial(session, standing.trial.id)
    if request is None:
        raise TypeError("a trial that waits for consent has a request")
    return request


def _to_answer(
    session: Session, link: Link, deed: Deed, *, policy: Policy, now: datetime
) -> tuple[Standing, ConsentRequest, CustomerAdministrator]:
    """Lock the trial, and see that this link may answer and that nobody did; the trial first, as everybody does."""
    trial_id = _request(session, link).trial_id
    standing = trial_locked(session, trial_id, policy=policy, now=now)
    request = _request(session, link, lock=True)
    administrator = administrator_with_id(session, link.administrator_id)
    if administrator is None or not _is_full(administrator, standing):
        raise NotFullAdministratorError
    if request.answer:
        raise AnsweredError(Answer(request.answer))
    must_fit(deed, standing.phase)
    return standing, request, administrator


def _is_full(administrator: CustomerAdministrator | None, standing: Standing) -> bool:
    return administrator is not None and administrator.full and administrator.customer_id == standing.customer.id


def _answered(
    standing: Standing,
    request: ConsentRequest,
    administrator: CustomerAdministrator,
    answer: Answer,
    *,
    now: datetime,
) -> Change:
    request.answered_at, request.answered_by_id, request.answer = now, administrator.id, answer.value
    return Change(
        "trial", str(standing.trial.id), f"consent {answer}", "admin_email", new=administrator.email, personal=True
    )


def _relate(session: Session, standing: Standing, role: PartnerRole, *, now: datetime) -> list[Change]:
    """Let the partner have the customer from now on; what was granted before is never taken back here."""
    known = relationship_of(session, standing.partner.id, standing.customer.id)
    before = known.role if known else None
    if known is None:
        session.add(
            SalesRelationship(
                partner_id=standing.partner.id, customer_id=standing.customer.id, role=role.value, since=now
            )
        )
    elif role is PartnerRole.FULL:
        known.role = role.value
    if before == role or before == PartnerRole.FULL:
        return []
    return [Change("customer", standing.customer.org_id, "partner-added", "partner_role", before, role.value)]


def _end(session: Session, standing: Standing, status: TrialStatus, *, now: datetime) -> None:
    end_trials(session, [standing.trial.id], move(standing.status, status), now=now)
    withdraw_mails(session, standing.trial.id, ABOUT_CONSENT)
