"""Random deeds of several people on several trials, over months: what must hold whatever they do (SPEC section 1)."""

from collections import defaultdict
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.customers import Customer
from rmatrack.db.engine import make_engine, writing
from rmatrack.db.history import Event
from rmatrack.db.mail import OutboxMail
from rmatrack.db.subscriptions import Subscription
from rmatrack.db.trial_deeds import services_of
from rmatrack.db.trials import Trial, TrialService
from rmatrack.domain.conversion import Order
from rmatrack.domain.due import today_in
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import MailKind
from rmatrack.domain.people import Role
from rmatrack.domain.policy import Policy
from rmatrack.domain.trial_services import Service, services_in
from rmatrack.domain.trials import Phase, TrialStatus
from rmatrack.services import consent, converting, lapsing, managing
from rmatrack.services.managing import Quantities
from rmatrack.services.trial_standing import Standing, trial_locked
from tests.trials import trying
from tests.trials.trying import Desk

SERVICES = st.frozensets(st.sampled_from([Service.MESSAGING, Service.MEETINGS, Service.CALLING]), min_size=1)
WHO = st.integers(0, 3)
WHICH = st.integers(0, 7)


class Deeds(RuleBasedStateMachine):
    """Two partners with two people each, three customers; each deed is a step of its own, undone where refused."""

    engine: Engine
    policy: Policy

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.session: Session = self.open.enter_context(writing(self.engine))
        self.now = trying.NOON
        self.trials: list[int] = []

    def teardown(self) -> None:
        self.session.rollback()
        self.open.close()

    @initialize()
    def people(self) -> None:
        partners = [trying.partner(self.session, name) for name in ("Noordzee Networks", "Zuiderzee")]
        self.people_ = [
            trying.seller(self.session, partner, f"{role}-{partner.id}", role)
            for partner in partners
            for role in (Role.SALES_FULL_ADMIN, Role.SALES_ADMIN)
        ]
        self.customers = [
            trying.customer(self.session, number=1),
            trying.customer(self.session, number=2, of=partners[0], bought=["Webex Meetings"]),
            trying.customer(self.session, number=3, of=partners[1], zone="Pacific/Auckland"),
        ]

    def desk(self, who: int) -> Desk:
        return Desk(self.session, self.policy, self.people_[who], self.now)

    def step(self, deed: Any) -> Any:
        with suppress(RmatrackError), self.session.begin_nested():
            done = deed()
            self.session.flush()
            return done
        self.session.expire_all()
        return None

    def started(self, standing: Standing | None) -> None:
        if standing:
            self.trials.append(standing.trial.id)

    @rule(days=st.sampled_from([1, 7, 29, 31, 60]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(who=WHO, services=SERVICES, which=WHICH)
    def start_new(self, who: int, services: frozenset[Service], which: int) -> None:
        self.started(self.step(lambda: self.desk(who).start_new(f"new{which}@customer.example", services)))

    @rule(who=WHO, customer=st.integers(0, 2), services=SERVICES)
    def ask(self, who: int, customer: int, services: frozenset[Service]) -> None:
        self.started(self.step(lambda: self.desk(who).ask(self.customers[customer], services)))

    @rule(who=WHO, customer=st.integers(0, 2), services=SERVICES)
    def start_paying(self, who: int, customer: int, services: frozenset[Service]) -> None:
        self.started(self.step(lambda: self.desk(who).start_paying(self.customers[customer], services)))

    @precondition(lambda self: self.trials)
    @rule(which=WHICH, full=st.booleans())
    def accept(self, which: int, full: bool) -> None:
        standing = self.standing(which)
        if self.session.scalar(select(ConsentRequest.id).where(ConsentRequest.trial_id == standing.trial.id)):
            link = trying.consent_link(self.session, standing)
            self.step(
                lambda: consent.accept(self.session, link, full_administrator=full, policy=self.policy, now=self.now)
            )

    @precondition(lambda self: self.trials)
    @rule(who=WHO, which=WHICH, deed=st.sampled_from(["withdraw", "resend", "provision", "extend", "cancel"]))
    def manage(self, who: int, which: int, deed: str) -> None:
        desk, standing = self.desk(who), self.standing(which)
        id_, services = standing.trial.id, self.services(standing)
        deeds: dict[str, Any] = {
            "withdraw": lambda: consent.withdraw(self.session, id_, **desk.when),
            "resend": lambda: consent.resend(self.session, id_, **desk.when),
            "provision": lambda: managing.provision(self.session, id_, trying.details(services), **desk.when),
            "extend": lambda: managing.extend_trial(self.session, id_, confirm_shorter=True, **desk.when),
            "cancel": lambda: managing.cancel(self.session, id_, confirmed=True, **desk.when),
        }
        self.step(deeds[deed])

    @precondition(lambda self: self.trials)
    @rule(who=WHO, which=WHICH, services=SERVICES)
    def change_services(self, who: int, which: int, services: frozenset[Service]) -> None:
        desk, id_ = self.desk(who), self.standing(which).trial.id
        self.step(lambda: managing.change_services(self.session, id_, services, Quantities(licences=10), **desk.when))

    @precondition(lambda self: self.trials)
    @rule(who=WHO, which=WHICH, leave_out=st.booleans())
    def convert(self, who: int, which: int, leave_out: bool) -> None:
        desk, standing = self.desk(who), self.standing(which)
        services = sorted(self.services(standing))
        ordered = frozenset(services[:1] if leave_out else services)
        order = Order(number="WEB-4711", services=ordered, distributor="Ingram", confirmed=True)
        self.step(lambda: converting.convert(self.session, standing.trial.id, order, **desk.when))

    @rule()
    def sweep(self) -> None:
        self.step(lambda: lapsing.lapse(self.session, policy=self.policy, now=self.now))
        self.step(lambda: lapsing.expire_requests(self.session, policy=self.policy, now=self.now))
        self.session.expire_all()

    def standing(self, which: int) -> Standing:
        return self.of(self.trials[which % len(self.trials)])

    def of(self, trial_id: int) -> Standing:
        return trial_locked(self.session, trial_id, policy=self.policy, now=self.now)

    def services(self, standing: Standing) -> frozenset[Service]:
        found = services_of(self.session, [standing.trial.id])[standing.trial.id]
        return frozenset(Service(name) for name in found)

    @invariant()
    def no_service_is_tried_twice_at_a_time(self) -> None:
        spans: dict[tuple[int, str], list[Any]] = defaultdict(list)
        for row in self.session.scalars(select(TrialService)):
            spans[row.customer_id, row.service].append((row.added_at, row.ended_at or self.now + timedelta(days=1)))
        for rows in spans.values():
            rows.sort()
            assert all(ended <= added for (_, ended), (added, _) in pairwise(rows))

    @invariant()
    def nothing_that_is_bought_is_tried(self) -> None:
        bought = select(Subscription.customer_id, Subscription.service)
        tried = select(TrialService.customer_id, TrialService.service).where(TrialService.ended_at.is_(None))
        assert not set(self.session.execute(bought)) & set(self.session.execute(tried))

    @invariant()
    def calendars_follow_from_what_was_decided(self) -> None:
        question = select(Trial, Customer.zone).join(Customer, Customer.id == Trial.customer_id)
        for trial, zone in self.session.execute(question):
            if trial.expires_on and trial.starts_on:
                assert trial.starts_on <= trial.expires_on
            if trial.expires_on and trial.ended_at and trial.status == TrialStatus.LAPSED:
                grace = trial.expires_on + timedelta(days=self.policy.terms.grace_days)
                assert today_in(zone, trial.ended_at) > grace

    @invariant()
    def history_replays_to_the_present(self) -> None:
        said: dict[str, dict[str, str | None]] = defaultdict(dict)
        for event in self.session.scalars(select(Event).where(Event.subject == "trial").order_by(Event.id)):
            if event.field in {"status", "expires_on", "services"}:
                assert event.old == said[event.subject_key].get(event.field), event.deed
                said[event.subject_key][event.field] = event.new
        for trial_id in self.trials:
            standing, story = self.of(trial_id), said[str(trial_id)]
            assert story["status"] == standing.trial.status
            ends = story.get("expires_on")
            assert (date.fromisoformat(ends) if ends else None) == standing.trial.expires_on
            if standing.phase in {Phase.RUNNING, Phase.GRACE, Phase.PENDING_CONSENT, Phase.PENDING_PROVISIONING}:
                assert services_in(story["services"] or "") == self.services(standing)

    @invariant()
    def mails_tell_of_what_happened(self) -> None:
        accepted = select(ConsentRequest.trial_id).where(ConsentRequest.answer == "accepted")
        assert self.told_of(MailKind.CONSENT_ACCEPTED) == set(self.session.scalars(accepted))
        converted = select(Trial.id).where(Trial.status == TrialStatus.CONVERTED)
        assert self.told_of(MailKind.SET_UP_SERVICE) == set(self.session.scalars(converted))

    def told_of(self, kind: MailKind) -> set[int | None]:
        return set(self.session.scalars(select(OutboxMail.trial_id).where(OutboxMail.kind == kind)))


@pytest.fixture
def deeds(sqlite_url: str, policy: Policy) -> type[Deeds]:
    return type("Deeds", (Deeds,), {"engine": make_engine(sqlite_url), "policy": policy})


def test_whatever_people_do_the_promises_hold(deeds: type[Deeds]) -> None:
    run_state_machine_as_test(deeds, settings=settings(max_examples=40, stateful_step_count=30))

    deeds.engine.dispose()
