"""The job that asks carriers where parcels are: some are claimed, asked about with no transaction open, and settled.

Who is asked about next stands in the rows, so that a round cut short at any point, or several at once, ask nobody twice
and forget nobody (SPEC C-11).
"""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from carriers.errors import CarrierUnavailableError, ShippingError
from carriers.following import Followed, Report, quiet_among, report_on
from carriers.kinds import KINDS
from carriers.shipment import Carrier
from rmatrack.db.carrier_accounts import CarrierAccount, account_in_use
from rmatrack.db.engine import reading, writing
from rmatrack.db.tracking import tracks_of
from rmatrack.db.tracking_asks import Claimed, claim_due, end_tracks, follow_released, settle_asked
from rmatrack.domain.errors import ConflictError, RmatrackError
from rmatrack.domain.tracking import Source, Whereabouts, next_ask, retry_at
from rmatrack.services.carrier_allowance import FOR_TRACKING
from rmatrack.services.carrier_lines import Lines, ask
from rmatrack.services.expeditors_booking import CartonFound, files_found
from rmatrack.services.kept_sentences import kept, sentence_of
from rmatrack.services.tracking import adopt_strays, take_reports
from rmatrack.work.tools import Tools

PORTION = 20
LEASE = timedelta(minutes=15)
"""Longer than the slowest carrier takes over a portion."""

FOLLOWED_AT_ONCE = 2_000
QUIET = timedelta(days=60)
"""A settled device whose parcel was quiet for so long is not followed further."""

LOOK_BACK = timedelta(days=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A parcel, and what came of asking about it: a report, an error, or neither where the round ended first."""

    parcel: Claimed
    report: Report | None = None
    error: ShippingError | None = None


def follow_parcels(tools: Tools) -> int:
    """Ask every carrier about the parcels that are due; return about how many parcels there was news."""
    with writing(tools.engine) as session:
        adopt_strays(session, now=tools.now())
        end_tracks(session, now=tools.now(), quiet_since=tools.now() - QUIET)
    if tools.lines is None:
        return 0
    return sum(_ask_carrier(tools, tools.lines, carrier) for carrier in Carrier)


def _ask_carrier(tools: Tools, lines: Lines, carrier: Carrier) -> int:
    account = _account(tools, carrier)
    if account is None:
        return 0
    with writing(tools.engine) as session:
        follow_released(session, carrier, now=tools.now(), limit=FOLLOWED_AT_ONCE)
    news = 0
    while not tools.stopping():
        lease = tools.now() + LEASE
        with writing(tools.engine) as session:
            claimed = claim_due(session, carrier, now=tools.now(), lease_until=lease, limit=PORTION)
        if not claimed:
            break
        asked = _Round(tools, lines, account).ask_about(claimed)
        with writing(tools.engine) as session:
            news += _settle(session, asked, lease, now=tools.now())
        if carrier is Carrier.EXPEDITORS:
            _confirm_bookings(tools, asked)
        if any(one.report is None and one.error is None for one in asked):
            break
    return news


def _account(tools: Tools, carrier: Carrier) -> CarrierAccount | None:
    with reading(tools.engine) as session:
        account = account_in_use(session, carrier)
        if account is None or not account.credentials or KINDS[carrier].connect is None:
            return None
        session.expunge(account)
        return account


class _Round:
    """One portion. It ends early where nobody may ask: the line is closed, or there are no credentials."""

    def __init__(self, tools: Tools, lines: Lines, account: CarrierAccount) -> None:
        self._tools = tools
        self._lines = lines
        self._account = account
        self._goes_on = True

    def ask_about(self, claimed: Sequence[Claimed]) -> list[_Asked]:
        """Ask about each parcel, unless the carrier says in one answer that nothing changed."""
        quiet = self._quiet(claimed)
        return [
            _Asked(parcel, Report((), parcel.file_number)) if _followed(parcel) in quiet else self._ask(parcel)
            for parcel in claimed
        ]

    def _ask(self, claimed: Claimed) -> _Asked:
        if not self._goes_on or self._tools.stopping():
            return _Asked(claimed)
        parcel = _followed(claimed)
        try:
            report = ask(
                self._step,
                self._lines,
                self._account,
                lambda line: report_on(line, parcel),
                now=self._tools.now,
                share=FOR_TRACKING,
            )
        except RmatrackError as closed:
            log.info("%s", closed)
            self._goes_on = False
            return _Asked(claimed)
        except ShippingError as error:
            return _Asked(claimed, error=error)
        return _Asked(claimed, report)

    def _quiet(self, claimed: Sequence[Claimed]) -> frozenset[Followed]:
        before = [one.asked_at for one in claimed if one.file_number and one.asked_at]
        if len(before) < 2:
            return frozenset()
        known = [_followed(one) for one in claimed if one.file_number and one.asked_at]
        since = min(before) - LOOK_BACK
        try:
            return ask(
                self._step,
                self._lines,
                self._account,
                lambda line: quiet_among(line, known, since, self._tools.now()),
                now=self._tools.now,
                share=FOR_TRACKING,
            )
        except (RmatrackError, ShippingError) as error:
            log.info("%s", error)
            return frozenset()

    def _step(self) -> AbstractContextManager[Session]:
        return writing(self._tools.engine)


def _settle(session: Session, asked: Sequence[_Asked], lease: datetime, *, now: datetime) -> int:
    """Keep what was told, and say of each parcel when its carrier is asked again."""
    reports = {one.parcel.label_id: one.report.events for one in asked if one.report}
    news = take_reports(session, reports, source=Source.ASKED, now=now)
    tracks = tracks_of(session, [one.parcel.label_id for one in asked])
    rows = []
    for one in asked:
        track = tracks[one.parcel.label_id]
        state = Whereabouts(track.state) if track.state else None
        rows.append(_settled(one, next_ask(state, track.news_at, now), lease, now))
    settle_asked(session, rows)
    return news


def _confirm_bookings(tools: Tools, asked: Sequence[_Asked]) -> None:
    """Confirm what was booked by mail and is found at the forwarder. What somebody changes now is told again."""
    found = [
        CartonFound(one.parcel.rma, one.parcel.number, one.report.file)
        for one in asked
        if one.report and one.report.file
    ]
    if found:
        with suppress(ConflictError), writing(tools.engine) as session:
            files_found(session, found, now=tools.now())


def _settled(one: _Asked, next_at: datetime | None, lease: datetime, now: datetime) -> dict[str, object]:
    row: dict[str, object] = {
        "label": one.parcel.label_id,
        "lease": lease,
        "new_asked_at": one.parcel.asked_at,
        "new_failures": one.parcel.failures,
        "new_problem": None,
        "new_file_number": one.parcel.file_number,
    }
    match one.error:
        case None if one.report is None:
            return row | {"new_due_at": retry_at(0, now)}
        case None:
            file = one.report.file[:40] if one.report else ""
            return row | {"new_due_at": next_at, "new_asked_at": now, "new_failures": 0, "new_file_number": file}
        case CarrierUnavailableError() as away:
            failures = one.parcel.failures + 1
            return row | {"new_due_at": retry_at(failures, now, away.after_seconds), "new_failures": failures}
        case refusal:
            why = kept(sentence_of(refusal.message, refusal.params))
            return row | {"new_due_at": None, "new_asked_at": now, "new_problem": why}


def _followed(claimed: Claimed) -> Followed:
    return Followed(claimed.number, claimed.piece, claimed.rma, claimed.file_number)
