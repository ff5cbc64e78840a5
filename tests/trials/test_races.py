"""Two people at the same moment, on both databases: one wins, the other is told, nothing is done twice."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select

from rmatrack.db.customers import SalesRelationship
from rmatrack.db.engine import reading, writing
from rmatrack.db.mail import OutboxMail
from rmatrack.db.people import Partner
from rmatrack.db.trials import Trial, TrialService
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import MailKind
from rmatrack.domain.policy import Policy
from rmatrack.services import consent, lapsing, managing, parcels
from tests.receiving.test_races import at_once
from tests.trials import trying
from tests.trials.trying import CALLING, Desk

ROUNDS = range(4)


def doing(engine: Engine, desk: Desk, deed: Callable[[Desk], object]) -> Callable[[], str]:
    """A person who does *deed* in a step of their own: `done`, or the code of the refusal."""

    def step() -> str:
        try:
            with writing(engine) as session:
                deed(Desk(session, desk.policy, desk.by, desk.now))
        except RmatrackError as error:
            return error.code
        return "done"

    return step


@pytest.mark.parametrize("attempt", ROUNDS)
def test_a_service_is_started_once_by_four(engine: Engine, policy: Policy, attempt: int) -> None:
    with writing(engine) as session:
        partner = trying.partner(session)
        customer = trying.customer(session, of=partner)
        desk = Desk(session, policy, trying.seller(session, partner))

    said = at_once([doing(engine, desk, lambda here: here.start_paying(customer, CALLING))] * 4)

    assert sorted(said) == ["done"] + ["service-on-trial"] * 3
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(TrialService)) == 1
        assert session.scalar(select(func.count()).select_from(Trial)) == 1


@pytest.mark.parametrize("attempt", ROUNDS)
def test_two_partners_ask_for_the_same_service_and_one_gets_it(engine: Engine, policy: Policy, attempt: int) -> None:
    with writing(engine) as session:
        customer = trying.customer(session)
        desks = [
            Desk(session, policy, trying.seller(session, trying.partner(session, name), name.split()[0]))
            for name in ("Noordzee Networks", "Zuiderzee")
        ]

    said = at_once([doing(engine, desk, lambda here: here.ask(customer, CALLING)) for desk in desks])

    assert sorted(said) == ["done", "service-taken"]


@pytest.mark.parametrize("attempt", ROUNDS)
def test_accepting_and_withdrawing_do_not_both_happen(engine: Engine, policy: Policy, attempt: int) -> None:
    with writing(engine) as session:
        desk = Desk(session, policy, trying.seller(session, trying.partner(session)))
        asked = desk.ask(trying.customer(session))
        link = trying.consent_link(session, asked)

    accepted, withdrawn = at_once(
        [
            doing(
                engine,
                desk,
                lambda here: consent.accept(here.session, link, full_administrator=True, policy=policy, now=here.now),
            ),
            doing(engine, desk, lambda here: consent.withdraw(here.session, asked.trial.id, **here.when)),
        ]
    )

    assert sorted([accepted, withdrawn]) == ["deed-does-not-fit", "done"]
    with reading(engine) as session:
        status = session.scalars(select(Trial.status)).one()
        relationships = session.scalar(select(func.count()).select_from(SalesRelationship))
    assert (status, relationships) == (("pending-provisioning", 1) if accepted == "done" else ("withdrawn", 0))


@pytest.mark.parametrize("attempt", ROUNDS)
def test_two_administrators_accept_and_one_is_heard(engine: Engine, policy: Policy, attempt: int) -> None:
    with writing(engine) as session:
        desk = Desk(session, policy, trying.seller(session, trying.partner(session)))
        customer = trying.customer(session)
        trying.administrator_named(session, customer, "helpdesk1@customer.example").full = True
        asked = desk.ask(customer)
        links = [
            trying.consent_link(session, asked, email)
            for email in ("admin1@customer.example", "helpdesk1@customer.example")
        ]

    said = at_once(
        [
            doing(
                engine,
                desk,
                lambda here, link=link, full=full: consent.accept(  # type: ignore[misc]  # Bound where it is made.
                    here.session, link, full_administrator=full, policy=policy, now=here.now
                ),
            )
            for link, full in zip(links, (True, False), strict=True)
        ]
    )

    assert sorted(said) == ["consent-answered", "done"]
    with reading(engine) as session:
        role = session.scalars(select(SalesRelationship.role)).one()
        told = session.scalar(select(func.count()).where(OutboxMail.kind == MailKind.CONSENT_ACCEPTED))
    assert (role, told) == ("full" if said[0] == "done" else "provisioning", 1)


@pytest.mark.parametrize("attempt", ROUNDS)
def test_a_trial_is_extended_or_has_lapsed(engine: Engine, policy: Policy, attempt: int) -> None:
    with writing(engine) as session:
        desk = Desk(session, policy, trying.seller(session, trying.partner(session)))
        trial_id = desk.start_new().trial.id
    in_time, too_late = desk.on(90 + 30), desk.on(90 + 31)

    extended, _lapsed = at_once(
        [
            doing(engine, in_time, lambda here: managing.extend_trial(here.session, trial_id, **here.when)),
            doing(engine, too_late, lambda here: lapsing.lapse(here.session, policy=policy, now=here.now)),
        ]
    )

    with reading(engine) as session:
        assert session.scalars(select(Trial.status)).one() == ("active" if extended == "done" else "lapsed")
        running = session.scalar(select(func.count()).where(TrialService.ended_at.is_(None)))
    assert running == (1 if extended == "done" else 0)


@pytest.mark.parametrize("attempt", ROUNDS)
def test_the_last_of_twenty_trials_with_devices_goes_to_one(engine: Engine, policy: Policy, attempt: int) -> None:
    with writing(engine) as session:
        partner: Partner = trying.partner(session)
        desk = Desk(session, policy, trying.seller(session, partner))
        trials = [desk.start_new(f"admin{number}@hu.example", trying.DEVICES).trial.id for number in range(21)]
        for trial_id in trials[:19]:
            parcels.ask_devices(session, trial_id, trying.parcel(), **desk.when)

    said = at_once(
        [
            doing(
                engine,
                desk,
                lambda here, trial_id=trial_id: parcels.ask_devices(  # type: ignore[misc]
                    here.session, trial_id, trying.parcel(), **here.when
                ),
            )
            for trial_id in trials[19:]
        ]
    )

    assert sorted(said) == ["done", "too-many-device-trials"]
