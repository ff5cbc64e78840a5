"""Whatever happens in whatever order: each rung is told, once and while it is true; a charge is for what is out; and
the history leads to what there is.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rmatrack.db.answers import ReturnAnswer
from rmatrack.db.charges import Charge
from rmatrack.db.engine import make_engine, reading, writing
from rmatrack.db.history import Event
from rmatrack.db.labels import Label
from rmatrack.db.mail import OutboxMail
from rmatrack.db.orders import Unit
from rmatrack.db.receiving import Discrepancy, Scan
from rmatrack.db.returns import Rma
from rmatrack.domain.answers import AnswerKind, AnswerState, Said
from rmatrack.domain.charges import ChargeState
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.mails import LinkPurpose, MailKind
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.people import SYSTEM
from rmatrack.domain.policy import Policy
from rmatrack.services import charges
from rmatrack.services.answers import answer, settle_answer
from rmatrack.services.extensions import approve_extension, request_extension
from rmatrack.services.receiving import record_scans
from rmatrack.services.settling import settle
from rmatrack.services.undoing import undo_scan
from tests.fixtures.databases import sqlite_file_url
from tests.ladder.loans import CHARGED_AFTER, PARTNERS, RUNGS, WINDOW_DAYS, Loan, Loans, local
from tests.receiving.shipments import scan

DUE_ON = date(2026, 5, 11)
SERIALS = ("FOC21213GKV", "FOC21213GKW", "FOC21213GKX")
UNDECIDED = {"proposed", "notified", "disputed"}


@dataclass
class Story:
    """Three devices of an order, and what happens to one of them at a time."""

    loans: Loans
    loan: Loan = field(init=False)
    now: datetime = field(init=False)
    scans: int = 0

    def __post_init__(self) -> None:
        self.loan = self.loans.ship(DUE_ON, serials=SERIALS)
        for unit in range(len(SERIALS)):
            self.loans.label(self.loan, LabelState.PRINTED, unit=unit)

    def on(self, day: int) -> None:
        """Move the clock to so many days after the first due day."""
        self.now = local(self.loan.zone, DUE_ON + timedelta(days=day))

    def scan(self, session: Session, unit: int) -> None:
        self.scans += 1
        record_scans(
            session,
            [scan(self.loan.serials[unit], self.now + timedelta(seconds=self.scans), self.scans)],
            by=SYSTEM,
            now=self.now,
        )

    def undo(self, session: Session, unit: int) -> None:
        last = select(Scan.id).where(Scan.unit_id == self.loan.unit_ids[unit], Scan.undone_at.is_(None))
        scan_id = session.scalars(last.order_by(Scan.scanned_at.desc())).first()
        undo_scan(session, scan_id or "", reason="Wrong pile", by=SYSTEM, now=self.now)

    def carry(self, session: Session, unit: int) -> None:
        taken = update(Label).where(Label.unit_id == self.loan.unit_ids[unit]).values(state=LabelState.IN_TRANSIT.value)
        session.execute(taken)

    def extend(self, session: Session, unit: int) -> None:
        to_on, told = self.now.date() + timedelta(days=9), {"policy": self.loans.policy, "by": SYSTEM, "now": self.now}
        ids = self.loan.unit_ids[unit : unit + 2]
        asked = request_extension(session, self.loan.number, to_on, reason="Exams", unit_ids=ids, **told)  # type: ignore[arg-type]  # Told alike.
        approve_extension(session, asked.id, **told)  # type: ignore[arg-type]  # As above.

    def settle_as(self, status: UnitStatus) -> Callable[[Session, int], object]:
        return lambda session, unit: settle(
            session, self.loan.unit_ids[unit], status, reason="Agreed", by=SYSTEM, now=self.now
        )

    def say(self, purpose: LinkPurpose, kind: AnswerKind) -> Callable[[Session, int], object]:
        """Answer about a device and the next one by the customer's link."""

        def deed(session: Session, unit: int) -> None:
            sent_on = self.now.date() if kind is AnswerKind.SENT else None
            said = Said(kind=kind, unit_ids=self.loan.unit_ids[unit : unit + 2], sent_on=sent_on, note="As said")
            link = self.loan.link(purpose, DUE_ON + timedelta(days=900))
            answer(session, link, said, policy=self.loans.policy, now=self.now)

        return deed

    def answer_claim(self, target: AnswerState) -> Callable[[Session, int], object]:
        def deed(session: Session, unit: int) -> None:
            claim = select(ReturnAnswer.id).where(
                ReturnAnswer.unit_id == self.loan.unit_ids[unit],
                ReturnAnswer.kind == AnswerKind.LOST,
                ReturnAnswer.state == AnswerState.OPEN,
            )
            settle_answer(session, session.scalar(claim) or 0, target, reason="Seen", by=SYSTEM, now=self.now)

        return deed

    def dispute(self, session: Session, unit: int) -> None:
        charges.dispute(session, self._charge(session, unit), "It was sent", by=SYSTEM, now=self.now)

    def decide(self, target: ChargeState) -> Callable[[Session, int], object]:
        return lambda session, unit: charges.decide(
            session, self._charge(session, unit), target, reason="Proven", by=SYSTEM, now=self.now
        )

    def _charge(self, session: Session, unit: int) -> int:
        latest = select(Charge.id).where(Charge.unit_id == self.loan.unit_ids[unit]).order_by(Charge.id.desc())
        return session.scalars(latest).first() or 0


HAPPENINGS: dict[str, Callable[[Story], Callable[[Session, int], object]]] = {
    "nothing": lambda _story: lambda _session, _unit: None,
    "scan": lambda story: story.scan,
    "undo": lambda story: story.undo,
    "carry": lambda story: story.carry,
    "extend": lambda story: story.extend,
    "buy": lambda story: story.settle_as(UnitStatus.BOUGHT),
    "lose": lambda story: story.settle_as(UnitStatus.LOST),
    "find": lambda story: story.settle_as(UnitStatus.SHIPPED),
    "say sent": lambda story: story.say(LinkPurpose.RETURN_SENT, AnswerKind.SENT),
    "say lost": lambda story: story.say(LinkPurpose.RETURN_LOST, AnswerKind.LOST),
    "say buy": lambda story: story.say(LinkPurpose.RETURN_BUY, AnswerKind.BUY),
    "say label": lambda story: story.say(LinkPurpose.RETURN_LABEL, AnswerKind.LABEL),
    "believe": lambda story: story.answer_claim(AnswerState.ACCEPTED),
    "doubt": lambda story: story.answer_claim(AnswerState.REFUSED),
    "dispute": lambda story: story.dispute,
    "charge": lambda story: story.decide(ChargeState.ACCEPTED),
    "waive": lambda story: story.decide(ChargeState.WAIVED),
    "credit": lambda story: story.decide(ChargeState.CREDITED),
}
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(HAPPENINGS)), st.integers(0, len(SERIALS) - 1), st.integers(0, 12)),
    min_size=7,
    max_size=9,
)


@contextmanager
def beginning(template: Path, policy: Policy) -> Iterator[Story]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "rmatrack.sqlite3")
        file.write_bytes(template.read_bytes())
        engine = make_engine(sqlite_file_url(file))
        yield Story(Loans(engine, policy))
        engine.dispose()


CHARGED_LOST_AND_FOUND = [
    ("nothing", 0, 7),
    ("charge", 0, 0),
    ("lose", 0, 0),
    ("scan", 0, 0),
    ("undo", 0, 0),
    ("buy", 1, 0),
    ("lose", 2, 0),
    ("find", 2, 0),
]
SAID_TO_BE_SENT = [("say sent", 0, 1), ("say buy", 2, 0), ("nothing", 0, 8), ("say lost", 0, 3), ("nothing", 0, 8)]


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, begin=st.sampled_from((-8, 30)))
@example(steps=CHARGED_LOST_AND_FOUND, begin=30)
@example(steps=SAID_TO_BE_SENT, begin=-8)
def test_whatever_happens_what_is_told_and_charged_is_true(
    sqlite_template: Path, policy: Policy, steps: list[tuple[str, int, int]], begin: int
) -> None:
    with beginning(sqlite_template, policy) as story:
        day = begin
        for name, unit, days in [("nothing", 0, 0), *steps]:
            day += days
            story.on(day)
            happens(story, name, unit)
            if name != "carry":  # What the carrier tells of a parcel is a deed of its own.
                with reading(story.loans.engine) as session:
                    charges_are_for_what_is_out(session, story)
            story.loans.sweep(story.now)
            story.loans.sweep(story.now)

            with reading(story.loans.engine) as session:
                what_was_told_is_what_is_true(session, story)
                charges_are_for_what_is_out(session, story)
                history_leads_here(session)
                the_return_is_complete_when_it_is(session)


def happens(story: Story, name: str, unit: int) -> None:
    """Let something happen to a device; what is refused leaves nothing behind."""
    deed = HAPPENINGS[name](story)
    with suppress(RmatrackError), writing(story.loans.engine) as session:
        deed(session, unit)


def what_was_told_is_what_is_true(session: Session, story: Story) -> None:
    """Assert that all who are on a rung were told of it once, and that nobody was told now who is not."""
    on_ladder = {unit.id: unit for unit in on_the_ladder(session, story)}
    told: Counter[tuple[str, str, str, str]] = Counter()
    reminders = OutboxMail.kind.in_((MailKind.RETURN_DUE, MailKind.RETURN_OVERDUE))
    for mail in session.scalars(select(OutboxMail).where(reminders)):
        about = [(device.rpartition(" ")[2], mail.params["due_on"]) for device in mail.params["devices"]]
        told.update((mail.key.partition(":")[0], serial, day, mail.to_email) for serial, day in about)
        if mail.created_at == story.now:
            assert set(about) <= {(unit.serial, due_on(unit).isoformat()) for unit in on_ladder.values()}
    owed = {
        (rung, unit.serial, due_on(unit).isoformat(), email)
        for unit in on_ladder.values()
        for rung in [rung_on((story.now.date() - due_on(unit)).days)]
        if rung
        for email in (story.loan.boss, *PARTNERS)
    }
    assert owed <= set(told)
    assert set(told.values()) <= {1}


def on_the_ladder(session: Session, story: Story) -> Iterator[Unit]:
    """Yield what is out, not on its way, and not said to be sent or lost a short while ago."""
    moving = set(session.scalars(select(Label.unit_id).where(Label.state == LabelState.IN_TRANSIT)))
    quiet_since = story.now - timedelta(days=story.loans.policy.terms.announced_quiet_days)
    silent = {
        said.unit_id
        for said in session.scalars(select(ReturnAnswer).where(ReturnAnswer.state == AnswerState.OPEN))
        if said.kind == AnswerKind.LOST or (said.kind == AnswerKind.SENT and said.given_at >= quiet_since)
    }
    units = session.scalars(select(Unit).where(Unit.settled_at.is_(None)))
    return (unit for unit in units if unit.id not in moving | silent)


def rung_on(days: int) -> str | None:
    """Return the rung of a device so many days after its due day."""
    return max((code for code in RUNGS if RUNGS[code] <= days), key=RUNGS.__getitem__, default=None)


def charges_are_for_what_is_out(session: Session, story: Story) -> None:
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    moving = set(session.scalars(select(Label.unit_id).where(Label.state == LabelState.IN_TRANSIT)))
    standing: Counter[int] = Counter()
    for charge in session.scalars(select(Charge)):
        unit = units[charge.unit_id]
        standing[unit.id] += charge.state in UNDECIDED | {"accepted", "to-credit"}
        assert (charge.state == "to-credit") <= (unit.status == UnitStatus.RECEIVED)
        assert (charge.state == "accepted") <= (unit.status != UnitStatus.RECEIVED)
        if charge.state in UNDECIDED:
            assert unit.status in {UnitStatus.SHIPPED, UnitStatus.LOST}
            assert unit.settled_at is not None or unit.id not in moving
            assert charge.eula_expires_on == unit.eula_expires_on
            assert story.now.date() >= due_on(unit) + timedelta(days=CHARGED_AFTER)
    assert all(count <= 1 for count in standing.values())


def history_leads_here(session: Session) -> None:
    """Assert that each entry goes on where the one before it ended, and that the last ends at the present state."""
    first = {"status": "shipped", "eula_expires_on": (DUE_ON - timedelta(days=WINDOW_DAYS)).isoformat()}
    replayed = {id_: dict(first) for id_ in session.scalars(select(Unit.id))}
    decided: dict[str, str] = {}
    for event in session.scalars(select(Event).order_by(Event.id)):
        if event.subject == "unit" and event.unit_id and event.field in first:
            assert replayed[event.unit_id][event.field] == event.old
            replayed[event.unit_id][event.field] = event.new or ""
        if event.subject == "charge":
            decided[event.subject_key] = event.deed.removeprefix("charge ")
    for unit in session.scalars(select(Unit)):
        assert replayed[unit.id] == {"status": unit.status, "eula_expires_on": unit.eula_expires_on.isoformat()}
    assert decided == {str(charge.id): charge.state for charge in session.scalars(select(Charge))}


def the_return_is_complete_when_it_is(session: Session) -> None:
    is_out = session.scalars(select(Unit.id).where(Unit.settled_at.is_(None))).first() is not None
    differs = session.scalars(select(Discrepancy.id).where(Discrepancy.closed_at.is_(None))).first() is not None
    assert (session.scalars(select(Rma.completed_at)).one() is None) == (is_out or differs)


def due_on(unit: Unit) -> date:
    return unit.eula_expires_on + timedelta(days=WINDOW_DAYS)
