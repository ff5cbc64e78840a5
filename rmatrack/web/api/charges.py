"""Charge proposals: listed and shown with their evidence, disputed by the partner, decided by logistics (SPEC R-9)."""

from datetime import date, datetime
from decimal import Decimal

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field
from sqlalchemy.orm import Session

from rmatrack.db.charge_lists import ChargeSeen, ChargesWanted, charges_page
from rmatrack.domain import charges as rules
from rmatrack.domain.charges import LONGEST_WORDS, ChargeCause, ChargeState, Withdrawal
from rmatrack.domain.errors import NotFoundError, WrongStatusError
from rmatrack.domain.people import Permission
from rmatrack.services import charges
from rmatrack.services.charge_evidence import read
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Found, Page, Shape, Text
from rmatrack.web.idempotency import once
from rmatrack.web.sessions import read_session

bp = APIBlueprint("api-charges", __name__, url_prefix="/api/v1/charges", tag="Charges")

PAGE = 50


class ReminderTold(Found):
    """A reminder that was sent: which rung, when, to whom."""

    step: str = Field(examples=["overdue-30"])
    at: datetime
    to: list[str] = Field(examples=[["admin@utwente.example"]])


class AnswerTold(Found):
    """Something that was answered."""

    kind: str = Field(examples=["sent"])
    at: datetime
    by: str
    note: str
    tracking: str


class Evidence(Found):
    """What the proposal rests on, as it was when it was made."""

    shipped_on: date
    eula_mailed_on: date | None
    eula_expires_on: date
    due_on: date
    received_at: datetime | None
    reminded: list[ReminderTold]
    answered: list[AnswerTold]


class Charge(Found):
    """A proposal to charge for a device."""

    id: int = Field(examples=[3])
    state: ChargeState
    cause: ChargeCause
    serial: str = Field(examples=["FOC21213GKV"])
    model: str = Field(examples=["CP-8845-K9"])
    order: str = Field(examples=["D4100208"])
    customer: str = Field(examples=["Stichting Museumnacht"])
    partner: str = Field(examples=["Noordzee Networks"])
    value: Decimal | None = Field(examples=["395.00"])
    currency: str = Field(examples=["USD"])
    due_on: date
    proposed_at: datetime
    notified_at: datetime | None
    disputed_at: datetime | None
    disputed_by: str | None
    dispute: str | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    withdrawn_because: Withdrawal | None
    evidence: Evidence


class ChargesQuery(Shape):
    """What the list is narrowed to."""

    state: ChargeState | None = Field(default=None, description="One state only.")
    cause: ChargeCause | None = Field(default=None, description="One cause only.")
    after: int = Field(default=1, ge=1, le=10_000, description="The `next` of the page before.")


class DisputeIn(Shape):
    """What is not right."""

    words: Text = Field(max_length=LONGEST_WORDS, examples=["UPS fetched it on Monday."])


class DecisionIn(Shape):
    """What is decided, and why; the partner reads it."""

    decision: ChargeState = Field(description="`accepted`, `waived` or `credited`.", examples=["waived"])
    reason: Text = Field(max_length=LONGEST_WORDS, examples=["The carrier confirms it."])
    value: Decimal | None = Field(default=None, ge=0, le=9_999_999, decimal_places=2, examples=["395.00"])


@bp.get("")
@bp.input(ChargesQuery, location="query")
@bp.output(Page[Charge])
@allowed(Permission.SEE_CHARGES)
def index(query_data: ChargesQuery) -> Page[Charge]:
    """List proposals, the newest first."""
    wanted = ChargesWanted(state=query_data.state, cause=query_data.cause)
    rows = charges_page(read_session(), wanted, page=query_data.after, size=PAGE, seen_by=g.actor)
    following = str(query_data.after + 1) if len(rows) > PAGE else None
    return Page(items=[_told(row) for row in rows[:PAGE]], next=following)


@bp.get("/<int:charge_id>")
@bp.output(Charge)
@allowed(Permission.SEE_CHARGES)
def show(charge_id: int) -> Charge:
    """Show one proposal with what it rests on."""
    return _told(charges.charge_seen(read_session(), charge_id, seen_by=g.actor))


@bp.post("/<int:charge_id>/dispute")
@bp.input(DisputeIn)
@bp.output(Charge)
@writes
@refuses(NotFoundError, WrongStatusError, rules.DisputeWordsError)
@allowed(Permission.DISPUTE_CHARGES)
def dispute(charge_id: int, json_data: DisputeIn) -> Response:
    """Say as the partner what is not right about a charge."""

    def deed(session: Session) -> Charge:
        return _told(charges.dispute(session, charge_id, json_data.words, by=g.actor, now=g.now))

    return once(deed)


@bp.post("/<int:charge_id>/decision")
@bp.input(DecisionIn)
@bp.output(Charge)
@writes
@refuses(NotFoundError, WrongStatusError, rules.ChargeReasonError)
@allowed(Permission.SETTLE)
def decide(charge_id: int, json_data: DecisionIn) -> Response:
    """Charge, waive or credit; the partner's administrators are told."""

    def deed(session: Session) -> Charge:
        decided = charges.decide(
            session,
            charge_id,
            json_data.decision,
            reason=json_data.reason,
            value=json_data.value,
            by=g.actor,
            now=g.now,
        )
        return _told(decided)

    return once(deed)


def _told(row: ChargeSeen) -> Charge:
    charge = row.charge
    return Charge(
        id=charge.id,
        state=ChargeState(charge.state),
        cause=ChargeCause(charge.cause),
        serial=row.serial,
        model=row.model,
        order=row.order,
        customer=row.customer,
        partner=row.partner,
        value=charge.value,
        currency=charge.currency,
        due_on=charge.due_on,
        proposed_at=charge.proposed_at,
        notified_at=charge.notified_at,
        disputed_at=charge.disputed_at,
        disputed_by=charge.disputed_by,
        dispute=charge.dispute,
        decided_at=charge.decided_at,
        decided_by=charge.decided_by,
        reason=charge.reason,
        withdrawn_because=Withdrawal(charge.withdrawn_because) if charge.withdrawn_because else None,
        evidence=Evidence.model_validate(read(charge.evidence)),
    )
