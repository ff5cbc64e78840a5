"""One person gets one mail a sweep, with all its notices in it."""

from datetime import timedelta

from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.domain.mails import Mail, MailKind, Recipient
from rmatrack.domain.outbox import MailState
from rmatrack.services.mail import send, send_bundled, withdraw
from rmatrack.work.mailroom import Mailroom
from tests.mail.office import NOON, Postbox, deliver, mail, mails_in, states
from tests.queries import count_queries
from tests.work.test_jobs import jobs_in_line

PIET = Recipient(email="piet@noordzee.example", name="Piet Faber", language="nl")


def sweep(engine: Engine, *mails: Mail) -> None:
    with writing(engine) as session:
        send_bundled(session, mails, now=NOON)


def test_several_notices_for_one_person_are_one_mail(engine: Engine, box: Postbox, room: Mailroom) -> None:
    sweep(
        engine,
        mail("a", sample="expiry-soon-partner", to=PIET),
        mail("b", sample="expiry-day-customer"),
        mail("c", sample="numbers-released-partner", to=PIET),
    )

    left = deliver(engine, room)

    assert left == 2
    to_anna, to_piet = sorted(box.taken, key=lambda message: str(message["To"]))
    assert to_anna["Subject"] == "Trial expires today: Messaging, Meetings and Calling"
    assert to_piet["Subject"].strip() == "Proefperiode verloopt 28 november: Stichting Museumnacht, en nog 1 bericht"
    assert "Telefoonnummers vrijgegeven" in to_piet.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # It has one.
    assert len(jobs_in_line(engine)) == 1


def test_a_sweep_that_runs_twice_sends_once(engine: Engine, box: Postbox, room: Mailroom) -> None:
    notices = [mail("a", sample="expiry-soon-partner"), mail("b", sample="final-partner")]
    sweep(engine, *notices)
    deliver(engine, room)

    sweep(engine, *notices)
    deliver(engine, room)

    assert len(box.taken) == 1


def test_what_was_sent_before_is_not_in_the_bundle(engine: Engine, box: Postbox, room: Mailroom) -> None:
    with writing(engine) as session:
        send(session, [mail("a", sample="expiry-soon-partner")], now=NOON)
    sweep(engine, mail("a", sample="expiry-soon-partner"), mail("b", sample="final-partner"))

    deliver(engine, room)

    assert [message["Subject"] for message in box.taken] == [
        "Trial expires 28 November: Stichting Museumnacht",
        "Trial over for good: Stichting Museumnacht",
    ]


def test_a_notice_that_is_withdrawn_leaves_its_bundle(
    engine: Engine, box: Postbox, room: Mailroom, trial_id: int
) -> None:
    sweep(engine, mail("a", sample="expiry-soon-partner", trial_id=trial_id), mail("b", sample="final-partner"))
    with writing(engine) as session:
        withdraw(session, trial_id, [MailKind.EXPIRY_SOON])

    deliver(engine, room)

    assert [message["Subject"] for message in box.taken] == ["Trial over for good: Stichting Museumnacht"]


def test_a_bundle_with_nothing_left_is_not_sent(engine: Engine, box: Postbox, room: Mailroom, trial_id: int) -> None:
    sweep(engine, *(mail(key, sample="expiry-soon-partner", trial_id=trial_id) for key in "ab"))
    with writing(engine) as session:
        withdraw(session, trial_id, [MailKind.EXPIRY_SOON])

    deliver(engine, room)
    deliver(engine, room, now=NOON + timedelta(days=1))

    assert box.taken == []
    assert set(states(engine)) == {MailState.WITHDRAWN}


def test_a_bundle_that_left_keeps_what_it_told(engine: Engine, box: Postbox, room: Mailroom, trial_id: int) -> None:
    sweep(engine, *(mail(key, sample="expiry-soon-partner", trial_id=trial_id) for key in "ab"))
    deliver(engine, room)

    with writing(engine) as session:
        taken_back = withdraw(session, trial_id, [MailKind.EXPIRY_SOON])

    assert taken_back == 0
    assert states(engine) == [MailState.BUNDLED, MailState.BUNDLED, MailState.SENT]


def test_a_big_sweep_asks_the_database_no_more_than_a_small_one(engine: Engine) -> None:
    def statements(people: int, start: int) -> int:
        notices = [
            mail(f"{start}-{number}-{kind}", sample=kind, to=Recipient(email=f"u{number}@example.com"))
            for number in range(people)
            for kind in ("expiry-soon-partner", "final-partner")
        ]
        with count_queries(engine) as seen:
            sweep(engine, *notices)
        return len(seen)

    assert statements(200, 1) == statements(2, 2)
    assert len(mails_in(engine)) == 3 * 202


def test_nobody_is_nothing(engine: Engine) -> None:
    sweep(engine)

    assert mails_in(engine) == []
    assert jobs_in_line(engine) == []
