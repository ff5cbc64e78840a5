"""What a customer administrator sees behind a signed link: trial, days, devices, open requests (SPEC T-21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.consent_questions import administrator_with_id
from rmatrack.db.trial_deeds import services_of
from rmatrack.db.trials import Trial
from rmatrack.domain.consent import LinkError
from rmatrack.domain.consequences import UnitOut
from rmatrack.domain.errors import _
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.policy import Policy
from rmatrack.domain.sentences import Sentence
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import FITTING, Deed, Phase, TrialStatus
from rmatrack.services.consequences import out_with
from rmatrack.services.trial_standing import Standing, trial_seen

_FINAL_SOON = _(
    "Grace ends on %(grace)s. On the next day users move to the free consumer organisation. Licences, site address, "
    "roles and Calling configuration cannot be restored then, and users cannot be moved back."
)
_FINAL = _(
    "Grace ended on %(grace)s. Users have moved to the free consumer organisation. Licences, site address, roles and "
    "Calling configuration cannot be restored, and users cannot be moved back."
)


@dataclass(frozen=True, slots=True)
class StatusPage:
    """One trial as its customer sees it; `interest` and `requests` are links of this reader, to be signed."""

    standing: Standing
    services: Sequence[Service]
    licences_expired: bool
    warning: Sentence | None
    units: Sequence[UnitOut]
    interest: Link | None
    requests: Sequence[Link]


def status_page(session: Session, link: Link, *, policy: Policy, now: datetime) -> StatusPage:
    """Return the page behind a status link; raises `LinkError`."""
    if link.purpose is not LinkPurpose.STATUS:
        raise LinkError
    standing = trial_seen(session, link.subject_id, seen_by=None, policy=policy, now=now)
    administrator = administrator_with_id(session, link.administrator_id)
    if administrator is None or administrator.customer_id != standing.customer.id:
        raise LinkError
    may_buy = Deed.SHOW_INTEREST in FITTING[standing.phase] and standing.calendar is not None
    return StatusPage(
        standing=standing,
        services=[Service(name) for name in services_of(session, [standing.trial.id])[standing.trial.id]],
        licences_expired=standing.phase in {Phase.GRACE, Phase.OVER},
        warning=_warning(standing),
        units=out_with(session, standing, policy),
        interest=Link(LinkPurpose.INTEREST, standing.trial.id, administrator.id, standing.calendar.grace_ends_on)
        if may_buy and standing.calendar
        else None,
        requests=_requests(session, standing, administrator.id) if administrator.full else [],
    )


def _warning(standing: Standing) -> Sentence | None:
    """Say what is final, before it happens and afterwards (SPEC T-23)."""
    if standing.calendar is None or standing.phase not in {Phase.GRACE, Phase.OVER}:
        return None
    message = _FINAL_SOON if standing.phase is Phase.GRACE else _FINAL
    return Sentence(message, {"grace": standing.calendar.grace_ends_on})


def _requests(session: Session, standing: Standing, administrator_id: int) -> list[Link]:
    """Return this full administrator's links to the requests that wait for an answer (SPEC T-13)."""
    question = (
        select(ConsentRequest)
        .join(Trial, Trial.id == ConsentRequest.trial_id)
        .where(
            Trial.customer_id == standing.customer.id,
            Trial.status == TrialStatus.PENDING_CONSENT,
            ConsentRequest.last_on >= standing.today,
        )
        .order_by(ConsentRequest.id)
    )
    return [Link(LinkPurpose.CONSENT, one.id, administrator_id, one.last_on) for one in session.scalars(question)]
