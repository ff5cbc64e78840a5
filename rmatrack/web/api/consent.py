"""Consent as the partner who asked for it sees it: sending the request again, and taking it back.

Answering is the customer's, through its personal links (`rmatrack.web.api.signed_links`).
"""

from apiflask import APIBlueprint
from flask import Response

from rmatrack.domain.people import Permission
from rmatrack.services import consent
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.trial_shapes import MANAGING, Trial, do

bp = APIBlueprint("api-consent", __name__, url_prefix="/api/v1/trials/<int:trial_id>/consent", tag="Consent")


@bp.post("/resend")
@bp.output(Trial)
@writes
@refuses(*MANAGING)
@allowed(Permission.MANAGE_TRIALS)
def resend(trial_id: int) -> Response:
    """Send the request for consent again; the last day to accept stays where it is."""
    return do(consent.resend, trial_id)


@bp.post("/withdraw")
@bp.output(Trial)
@writes
@refuses(*MANAGING)
@allowed(Permission.MANAGE_TRIALS)
def withdraw(trial_id: int) -> Response:
    """Take back a request that nobody answered: the customer leaves your list."""
    return do(consent.withdraw, trial_id)
