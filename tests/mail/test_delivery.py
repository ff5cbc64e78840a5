"""A mail of a committed deed leaves once; where nobody knows whether it did, a person is asked."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.db.mail import OutboxMail, claim
from rmatrack.domain.mails import Recipient
from rmatrack.domain.outbox import LEASE, TRIES, MailState, wait_after
from rmatrack.services.kept_sentences import told
from rmatrack.services.mail import send, withdraw
from rmatrack.work.delivery import PORTION
from rmatrack.work.mailroom import Mailroom
from tests.mail.office import (
    CUT,
    NOON,
    TAKEN_SLOWLY,
    TAKEN_THEN_CUT,
    Postbox,
    deliver,
    mail,
    mailroom,
    mails_in,
    queue,
    states,
)
from tests.mail.samples import PARAMS
from tests.queries import count_queries
from tests.work.test_jobs import jobs_in_line


def test_a_mail_arrives_as_it_was_written(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine)

    left = deliver(engine, room)

    assert (left, states(engine)) == (1, [MailState.SENT])
    (message,) = box.taken
    assert message["Subject"] == "Interested in buying: Stichting Museumnacht"
    assert message["To"] == "Anna Łukasik <anna@museumnacht.example>"
    assert message["From"] == "Webex trials <trials@example.com>"
    assert message["Message-ID"].endswith("@example.com>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    kept = mails_in(engine)[0]
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == kept.text  # type: ignore[union-attr]  # It has one.
    assert (kept.message_id, kept.sent_at) == (message["Message-ID"], NOON)


def test_a_dot_at_the_beginning_of_a_line_arrives(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine, mail(sample="extension-refused", params={**PARAMS["extension-refused"][1], "because": "."}))

    deliver(engine, room)

    assert states(engine) == [MailState.SENT]
    assert "\n> ." in box.taken[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # It has one.


def test_nothing_goes_of_a_deed_that_was_rolled_back(engine: Engine, box: Postbox, room: Mailroom) -> None:
    with writing(engine) as session:
        send(session, [mail()], now=NOON)
        session.rollback()

    deliver(engine, room)

    assert box.taken == []
    assert jobs_in_line(engine) == []


def test_a_mail_is_queued_once_for_its_key(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine, mail("a"), mail("a"))
    queue(engine, mail("a"), mail("b"))

    deliver(engine, room)
    deliver(engine, room)

    assert len(box.taken) == 2
    assert jobs_in_line(engine) == [("deliver-mail", "ENQUEUED")] * 2


def test_a_mail_that_lacks_something_is_not_queued(engine: Engine) -> None:
    with pytest.raises(ValueError, match="lacks by, customer"), writing(engine) as session:
        send(session, [mail(params={})], now=NOON)

    assert mails_in(engine) == []


def test_a_refusal_for_now_is_tried_again_later(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine, mail("a"), mail("b"))
    box.on_data = ["451 Busy"]

    deliver(engine, room)
    too_early = deliver(engine, room, now=NOON + timedelta(seconds=59))

    assert (states(engine), too_early) == ([MailState.WAITING, MailState.SENT], 0)
    assert told(mails_in(engine)[0].problem or "").params["said"] == "451 Busy"
    deliver(engine, room, now=NOON + wait_after(1))
    assert states(engine) == [MailState.SENT, MailState.SENT]
    assert len(box.taken) == 2


def test_the_wait_doubles_and_has_an_end(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine)
    now = NOON
    for attempt in range(1, TRIES + 1):
        box.on_data = ["451 Busy"]
        deliver(engine, room, now=now)
        assert mails_in(engine)[0].attempts == attempt
        now += wait_after(attempt)

    assert states(engine) == [MailState.FAILED]
    assert box.taken == []


@pytest.mark.parametrize("where", ["on_rcpt", "on_data"])
def test_a_refusal_for_good_fails_and_holds_up_nobody(engine: Engine, box: Postbox, room: Mailroom, where: str) -> None:
    queue(engine, mail("a"), mail("b"))
    setattr(box, where, ["550 No such user"])

    deliver(engine, room)
    deliver(engine, room, now=NOON + timedelta(days=3))

    assert states(engine) == [MailState.FAILED, MailState.SENT]
    assert told(mails_in(engine)[0].problem or "").params["said"] == "550 No such user"
    assert len(box.taken) == 1


def test_a_server_that_closes_is_left_alone_for_a_while(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine, mail("a"), mail("b"))
    box.on_rcpt = ["421 Closing"]

    deliver(engine, room)

    assert states(engine) == [MailState.WAITING, MailState.WAITING]
    assert [one.attempts for one in mails_in(engine)] == [1, 0]
    deliver(engine, room, now=NOON + timedelta(minutes=2))
    assert states(engine) == [MailState.SENT, MailState.SENT]


def test_no_server_loses_nothing_and_counts_as_no_try(engine: Engine, box: Postbox, tmp_path: Path) -> None:
    queue(engine, mail("a"), mail("b"))
    nowhere = mailroom(tmp_path, 9, timeout=1.0)

    for minute in range(TRIES + 5):
        deliver(engine, nowhere, now=NOON + timedelta(minutes=10 * minute))

    assert states(engine) == [MailState.WAITING, MailState.WAITING]
    assert [one.attempts for one in mails_in(engine)] == [0, 0]
    deliver(engine, mailroom(tmp_path, box.port), now=NOON + timedelta(days=1))
    assert len(box.taken) == 2


@pytest.mark.parametrize("answer", [CUT, TAKEN_THEN_CUT, TAKEN_SLOWLY])
def test_without_an_answer_to_the_last_dot_a_person_decides(
    engine: Engine, box: Postbox, room: Mailroom, answer: str
) -> None:
    queue(engine, mail("a"), mail("b"))
    box.on_data = [answer]

    deliver(engine, replace(room, timeout=1.0) if answer == TAKEN_SLOWLY else room)
    before = len(box.taken)
    deliver(engine, room, now=NOON + timedelta(days=3))

    assert states(engine) == [MailState.STUCK, MailState.SENT]
    assert [message["Message-ID"] for message in box.taken[before:]] == [mails_in(engine)[1].message_id]


def test_a_lease_that_ran_out_is_a_person_s_to_look_at(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine)
    with writing(engine) as session:
        claim(session, now=NOON, lease_until=NOON + LEASE, limit=1)

    deliver(engine, room, now=NOON + LEASE)
    assert states(engine) == [MailState.SENDING]
    deliver(engine, room, now=NOON + LEASE + timedelta(seconds=1))

    assert states(engine) == [MailState.STUCK]
    assert box.taken == []


def test_a_letter_that_cannot_be_written_holds_up_nobody(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine, mail("a", sample="consent-request", links=mail().links), mail("b"))
    with writing(engine) as session:
        session.get_one(OutboxMail, 1).links = []

    deliver(engine, room)

    assert states(engine) == [MailState.FAILED, MailState.SENT]


def test_an_address_that_is_none_fails(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine, mail("a", to=Recipient(email="no address")), mail("b"))

    deliver(engine, room)

    assert states(engine) == [MailState.FAILED, MailState.SENT]


def test_letters_in_an_address_that_the_server_knows(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine, mail(to=Recipient(email="zoë@museumnacht.example", name="Zoë")))

    deliver(engine, room)

    assert states(engine) == [MailState.SENT]
    assert box.readers == ["zoë@museumnacht.example"]


def test_without_a_server_mail_is_kept_as_files(engine: Engine, tmp_path: Path) -> None:
    queue(engine, mail("a", sample="expiry-day-customer"))

    deliver(engine, mailroom(tmp_path))

    assert states(engine) == [MailState.KEPT]
    (file,) = (tmp_path / "mail").glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["Subject"] == mails_in(engine)[0].subject
    assert "https://trials.example.com/interest/" in (mails_in(engine)[0].text or "")


def test_personal_links_go_to_their_reader_alone(engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine, mail(sample="consent-request"))

    deliver(engine, room)

    sent = box.taken[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # It has one.
    token = sent.split("/consent/")[1].split()[0]
    kept = mails_in(engine)[0]
    assert len(token) > 20
    assert token not in f"{kept.text} {kept.html}"


def test_what_is_true_no_longer_is_not_sent(engine: Engine, box: Postbox, room: Mailroom, trial_id: int) -> None:
    soon = mail(sample="expiry-soon-customer", trial_id=trial_id)
    queue(engine, soon, mail("other", trial_id=trial_id))
    with writing(engine) as session:
        taken_back = withdraw(session, trial_id, [soon.kind])

    deliver(engine, room)

    assert taken_back == 1
    assert states(engine) == [MailState.WITHDRAWN, MailState.SENT]


def test_many_mails_go_with_two_statements_a_portion(engine: Engine, box: Postbox, room: Mailroom) -> None:
    portions = 6
    with count_queries(engine) as queueing:
        queue(
            engine,
            *(mail(f"m{number}", to=Recipient(email=f"u{number}@example.com")) for number in range(PORTION * portions)),
        )
    with count_queries(engine) as statements:
        left = deliver(engine, room)

    assert left == len(box.taken) == PORTION * portions
    assert len({message["Message-ID"] for message in box.taken}) == PORTION * portions
    assert len([one for one in queueing if "outbox_mail" in one]) == 1
    assert len(statements) <= 4 + 3 * portions
