"""Parcels on their way back: which to look at, where one is, and recording what a person knows of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from carriers.parcel_states import ParcelEvent
from rmatrack.db.flags import PAGE, FlagsWanted
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Permission
from rmatrack.domain.policy import Carrier
from rmatrack.domain.policy_gaps import NoCarrierError
from rmatrack.domain.sentences import Sentence
from rmatrack.domain.tracking import (
    ADVICE,
    LONGEST_EVIDENCE,
    FlagKind,
    LaidAsideError,
    NoEvidenceError,
    NotSayableError,
    NotYetError,
    NotYoursToWithdrawError,
    Source,
    Whereabouts,
)
from rmatrack.services import carrier_lines
from rmatrack.services.flags import LONGEST_NOTE, NoNoteError, lay_aside, parcels_to_look_at, take_up
from rmatrack.services.labels import AlreadyBackError, OnItsWayError
from rmatrack.services.looking_up import LookUpFailedError, NobodyToAskError, ToLookUp, keep_found, look_up, to_look_up
from rmatrack.services.parcel_pages import ParcelFile, parcel_file
from rmatrack.services.taking_over import NotANumberError, NumberTakenError, take_over
from rmatrack.services.tracking import record_by_hand, withdraw_by_hand
from rmatrack.web.access import allowed
from rmatrack.web.api.routes import refuses, writes
from rmatrack.web.api.shapes import Everything, Filled, Found, Page, Shape, Text
from rmatrack.web.given import given
from rmatrack.web.idempotency import once
from rmatrack.web.sentences import say
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = APIBlueprint("api-parcels", __name__, url_prefix="/api/v1/parcels", tag="Parcels")
orders_bp = APIBlueprint("api-found-parcels", __name__, url_prefix="/api/v1", tag="Parcels")


class ParcelFlag(Found):
    """A parcel that somebody should look at."""

    number: str = Field(description="The label's number.", examples=["1Z12345E6605272234"])
    carrier: Carrier
    kind: FlagKind
    since: datetime
    advice: str = Field(description="What to do.")
    whereabouts: Whereabouts | None
    serial: str = Field(examples=["FOC21213GKV"])
    unit_id: int
    order: str = Field(examples=["D4100201"])
    rma: str = Field(examples=["R000012F"])
    replaced_by: str | None = Field(description="The number of the label that took its place.")


class FlagsQuery(Shape):
    """What the list is narrowed to."""

    kind: FlagKind | None = None
    carrier: Carrier | None = None
    aside: bool = Field(default=False, description="Those that somebody has laid aside.")
    after: int = Field(default=1, ge=1, le=100_000, description="`next` of the page before.")


class ParcelReport(Found):
    """What was reported of a parcel."""

    id: int
    at: datetime
    whereabouts: Whereabouts | None = Field(description="Null where it does not say where the parcel is.")
    words: str = Field(examples=["Departed from Facility"])
    place: str = Field(examples=["Austin, TX, US"])
    source: Source
    by: str = Field(description="Who recorded it; empty for a reader outside.")


class Parcel(Found):
    """Where a parcel is, by all reports together."""

    number: str = Field(examples=["1Z12345E6605272234"])
    carrier: Carrier
    label: LabelState
    serial: str
    order: str
    rma: str
    whereabouts: Whereabouts | None
    since: datetime | None
    with_carrier_since: datetime | None = Field(description="The carrier's first scan: it stops the reminders.")
    delivered_at: datetime | None
    asked_at: datetime | None
    asked_again_at: datetime | None
    reports: list[ParcelReport] = Field(description="The latest first.")


class ReportIn(Shape):
    """What a person knows."""

    whereabouts: Whereabouts = Field(examples=["delivered"])
    at: AwareDatetime = Field(description="When it happened.")
    evidence: Text = Field(max_length=LONGEST_EVIDENCE, examples=["Delivery note of the branch desk"])


class FoundNumber(Found):
    """A number that travels under an RMA."""

    number: str = Field(examples=["1Z12345E6605272234"])
    is_known: bool = Field(description="Whether it is on a label of ours.")
    whereabouts: Whereabouts | None
    since: datetime | None


class NumberIn(Shape):
    """A tracking number as it stands on the box."""

    number: Filled = Field(max_length=60, examples=["1Z12345E6605272234"])


class AsideIn(Shape):
    """Why it need not be looked at again."""

    kind: FlagKind
    note: Text = Field(max_length=LONGEST_NOTE, examples=["The box came in another crate"])


class AgainIn(Shape):
    """Which flag is shown again."""

    kind: FlagKind


@bp.get("")
@bp.input(FlagsQuery, location="query")
@bp.output(Page[ParcelFlag])
@allowed(Permission.SEE_EVERYTHING)
def index(query_data: FlagsQuery) -> Page[ParcelFlag]:
    """List the parcels that somebody should look at, the oldest first."""
    wanted = FlagsWanted(kind=query_data.kind, carrier=query_data.carrier, aside=query_data.aside)
    page = query_data.after
    rows = parcels_to_look_at(read_session(), wanted, page=page, policy=given().policy, seen_by=g.actor, now=g.now)
    return Page(items=[_flag(row) for row in rows[:PAGE]], next=str(page + 1) if len(rows) > PAGE else None)


@bp.get("/<number>")
@bp.output(Parcel)
@allowed(Permission.SEE_ORDERS)
def show(number: str) -> Parcel:
    """Show where the parcel under a label is."""
    return _told(_found(read_session(), number))


@bp.post("/<number>/reports")
@bp.input(ReportIn)
@bp.output(Parcel)
@writes
@refuses(NotSayableError, NotYetError, NoEvidenceError)
@allowed(Permission.FOLLOW_PARCELS)
def report(number: str, json_data: ReportIn) -> Response:
    """Record where it is, as a person knows it."""

    def deed(session: Session) -> Parcel:
        label = _found(session, number).label
        record_by_hand(
            session,
            label.id,
            json_data.whereabouts,
            at=json_data.at,
            evidence=json_data.evidence,
            by=g.actor,
            now=g.now,
        )
        return _told(_found(session, number))

    return once(deed)


@bp.post("/<number>/reports/<int:report_id>/withdraw")
@bp.output(Parcel)
@writes
@refuses(NotYoursToWithdrawError)
@allowed(Permission.FOLLOW_PARCELS)
def withdraw(number: str, report_id: int) -> Response:
    """Take back what a person recorded; both stay in the log."""

    def deed(session: Session) -> Parcel:
        if report_id not in {each.id for each in _found(session, number).happened}:
            raise NotFoundError
        withdraw_by_hand(session, report_id, why="", by=g.actor, now=g.now)
        return _told(_found(session, number))

    return once(deed)


@bp.post("/<number>/aside")
@bp.input(AsideIn)
@bp.output(Parcel)
@writes
@refuses(NoNoteError, LaidAsideError)
@allowed(Permission.FOLLOW_PARCELS)
def aside(number: str, json_data: AsideIn) -> Response:
    """Lay a parcel aside: somebody has looked."""

    def deed(session: Session) -> Parcel:
        label = _found(session, number).label
        lay_aside(session, label.id, json_data.kind, note=json_data.note, policy=given().policy, by=g.actor, now=g.now)
        return _told(_found(session, number))

    return once(deed)


@bp.post("/<number>/again")
@bp.input(AgainIn)
@bp.output(Parcel)
@writes
@allowed(Permission.FOLLOW_PARCELS)
def again(number: str, json_data: AgainIn) -> Response:
    """Show a parcel again that was laid aside."""

    def deed(session: Session) -> Parcel:
        take_up(session, _found(session, number).label.id, json_data.kind, policy=given().policy, by=g.actor, now=g.now)
        return _told(_found(session, number))

    return once(deed)


@orders_bp.post("/orders/<number>/parcels/look-up")
@orders_bp.output(Everything[FoundNumber])
@writes
@refuses(
    NoCarrierError,
    NobodyToAskError,
    LookUpFailedError,
    carrier_lines.CredentialsLockedError,
    carrier_lines.LineClosedError,
    carrier_lines.NotConnectedError,
)
@allowed(Permission.FOLLOW_PARCELS)
def look_for(number: str) -> Response:
    """Ask the carrier what travels under the order's RMA; what is on labels of ours moves them at once."""
    wanted = to_look_up(read_session(), number.upper(), policy=given().policy, by=g.actor, now=g.now)
    close_read_session()
    heard = _heard(wanted)

    def deed(session: Session) -> Everything[FoundNumber]:
        if isinstance(heard, RmatrackError):
            raise heard
        found = keep_found(session, wanted, heard, by=g.actor, now=g.now)
        return Everything(items=[FoundNumber.model_validate(each) for each in found])

    return once(deed)


@orders_bp.post("/units/<int:unit_id>/tracking-number")
@orders_bp.input(NumberIn)
@orders_bp.output(Parcel)
@writes
@refuses(NotANumberError, NumberTakenError, AlreadyBackError, OnItsWayError, NoCarrierError)
@allowed(Permission.FOLLOW_PARCELS)
def follow(unit_id: int, json_data: NumberIn) -> Response:
    """Follow a number that somebody got elsewhere as the label of a device; the one it had is superseded."""

    def deed(session: Session) -> Parcel:
        kept = take_over(session, unit_id, json_data.number, policy=given().policy, by=g.actor, now=g.now)
        return _told(_found(session, kept))

    return once(deed)


def _heard(wanted: ToLookUp) -> Mapping[str, Sequence[ParcelEvent]] | RmatrackError:
    """Return what the carrier told, or what refuses it: a request that was answered before is answered as then."""
    try:
        return look_up(write_session, given().lines, wanted, now=given().now)
    except RmatrackError as refusal:
        return refusal


def _found(session: Session, number: str) -> ParcelFile:
    return parcel_file(session, number, policy=given().policy, seen_by=g.actor, now=g.now)


def _flag(row: Any) -> ParcelFlag:
    kind = FlagKind(row.kind)
    return ParcelFlag(
        number=row.number,
        carrier=row.carrier,
        kind=kind,
        since=row.flag_since,
        advice=say(Sentence(ADVICE[kind])),
        whereabouts=row.state,
        serial=row.serial,
        unit_id=row.unit_id,
        order=row.order_number,
        rma=row.rma,
        replaced_by=row.newer,
    )


def _told(file: ParcelFile) -> Parcel:
    label, track = file.label, file.track
    inside = g.actor.may(Permission.SEE_EVERYTHING)
    return Parcel(
        number=label.number,
        carrier=Carrier(label.carrier),
        label=LabelState(label.state),
        serial=label.serial,
        order=label.order_number,
        rma=label.rma_number,
        whereabouts=file.whereabouts,
        since=track.since if track else None,
        with_carrier_since=track.moved_at if track else None,
        delivered_at=track.delivered_at if track else None,
        asked_at=track.asked_at if track and inside else None,
        asked_again_at=track.due_at if track and inside else None,
        reports=[
            ParcelReport(
                id=each.id,
                at=each.at,
                whereabouts=each.state,
                words=each.words,
                place=each.place,
                source=each.source,
                by=each.by_name,
            )
            for each in file.happened
        ],
    )
