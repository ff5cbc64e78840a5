"""What the address of the list of trials asks for, and what the page offers to choose."""

from collections.abc import Mapping, Sequence

from flask import g
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from rmatrack.db.due import partner_names
from rmatrack.db.trial_lists import TrialShow, TrialSort
from rmatrack.domain.people import Permission
from rmatrack.domain.trial_services import Service
from rmatrack.services.trials import TrialFilter
from rmatrack.web.languages import _l, word

SHOWN: Mapping[TrialShow, str] = {
    TrialShow.CURRENT: _l("Current"),
    TrialShow.PENDING: _l("Waiting for consent or details"),
    TrialShow.EXPIRING: _l("Expiring in %(days)s days"),
    TrialShow.GRACE: _l("In grace"),
    TrialShow.INTERESTED: _l("Interested in buying"),
    TrialShow.RUNNING: _l("Running"),
    TrialShow.ENDED: _l("Ended"),
}
"""The chips, in their order."""


def wanted(arguments: MultiDict[str, str]) -> TrialFilter:
    """Return the filter; what makes no sense is left out."""
    shown, service = arguments.get("state", ""), arguments.get("service", "")
    asked = arguments.get("sort", "")
    name = asked.removeprefix("-")
    return TrialFilter(
        show=TrialShow(shown) if shown in set(TrialShow) else TrialShow.CURRENT,
        text=arguments.get("text", "").strip(),
        service=Service(service) if service in set(Service) else None,
        partner_id=arguments.get("partner", type=int),
        customer_id=arguments.get("customer", type=int),
        mine=arguments.get("mine") == "yes",
        sort=TrialSort(name) if name in set(TrialSort) else TrialSort.EXPIRES,
        descending=asked.startswith("-"),
    )


def services() -> Sequence[tuple[str, str]]:
    """Return the services to choose from."""
    return [(service.value, word(service)) for service in Service]


def partners(session: Session) -> Sequence[tuple[str, str]]:
    """Return the partners to choose from, for those who see more than one."""
    if not g.actor.may(Permission.SEE_EVERYTHING):
        return []
    return [(str(id_), name) for id_, name in partner_names(session)]
