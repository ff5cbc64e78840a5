"""A message is kept before anything else, once, and judged once, whatever happens in between."""

from datetime import timedelta
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.db.inbound import InboundMail
from rmatrack.db.people import Person
from rmatrack.domain.inbound import ANSWERS_A_DAY, Closing, MailIsClosedError, WhyNot
from rmatrack.domain.people import PERMISSIONS, Actor, PersonId, Role
from rmatrack.services import inbound
from rmatrack.services.inbound_reading import read_mail
from rmatrack.services.inbound_senders import is_authentic
from rmatrack.work.reading_mail import read_what_is_kept
from rmatrack.work.tools import Tools
from tests.inbound.office import HOUSE, NOON, Desk, message
from tests.people import add_person


def test_a_message_that_comes_twice_is_answered_once(desk: Desk) -> None:
    raw = message("partner-pair")
    by_another_way = b"Received: from relay.example by mx.trials.example\n" + raw

    assert [desk.take(raw), desk.take(raw), desk.take(by_another_way)] == [True, False, False]

    assert len(desk.sent()) == 1


def test_another_message_under_the_same_id_is_not_lost(desk: Desk) -> None:
    desk.take(message("partner-pair"))

    assert desk.take(message("partner-pair").replace(b"Hello,", b"Hello again,"))


def test_two_that_take_in_the_same_message_answer_once(desk: Desk) -> None:
    threads = [Thread(target=desk.take, args=(message("partner-pair"),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(desk.sent()) == 1
    assert desk.last().state == "answered"


def test_what_was_kept_before_a_crash_is_judged_afterwards(desk: Desk) -> None:
    with writing(desk.engine) as session:
        inbound.keep(session, message("partner-pair"), now=NOON)
    tools = Tools(desk.engine, desk.policy, lambda: NOON)

    assert [read_what_is_kept(tools, HOUSE), read_what_is_kept(tools, HOUSE)] == [1, 0]

    assert len(desk.sent()) == 1


def test_an_address_that_asks_on_and_on_gets_a_person(desk: Desk) -> None:
    for number in range(ANSWERS_A_DAY + 1):
        desk.take(message("partner-pair").replace(b"Hello,", f"Hello {number},".encode()))

    assert len(desk.sent()) == ANSWERS_A_DAY
    assert desk.last().why_not == WhyNot.TOO_MANY
    desk.now += timedelta(days=1, minutes=1)
    desk.take(message("partner-pair").replace(b"Hello,", b"Good morning,"))
    assert desk.last().state == "answered"


def test_without_a_name_of_our_server_nobody_is_vouched_for(desk: Desk) -> None:
    desk.house = inbound.House("info@trials.example", None)

    desk.take(message("partner-pair"))

    assert desk.last().why_not == WhyNot.FORGED


def test_a_person_of_the_partner_who_left_is_a_stranger(desk: Desk) -> None:
    with writing(desk.engine) as session:
        session.scalars(select(Person).where(Person.email == "anna@noordzee.example")).one().active = False

    desk.take(message("partner-pair"))

    assert desk.last().why_not == WhyNot.STRANGER


def test_closing_needs_a_waiting_mail_and_is_told(desk: Desk) -> None:
    desk.take(message("no-keys"))
    mail_id, by = desk.last().id, support(desk.engine)
    with writing(desk.engine) as session:
        inbound.assign(session, mail_id, owner=by, by=by, now=NOON)
        inbound.close(session, mail_id, Closing.BY_PHONE, note="Called back.", by=by, now=NOON)

    with writing(desk.engine) as session, pytest.raises(MailIsClosedError):
        inbound.close(session, mail_id, Closing.NOT_FOR_US, note="", by=by, now=NOON)

    mail = desk.last()
    assert (mail.state, mail.closing, mail.note, mail.closed_by) == ("closed", "by-phone", "Called back.", by.name)
    with reading(desk.engine) as session:
        events = session.execute(select(Event.deed, Event.new).where(Event.subject == "incoming mail")).all()
        assert [tuple(event) for event in events] == [("assigned", by.name), ("closed", "by-phone")]


def support(engine: Engine) -> Actor:
    person = add_person(engine, Role.SUPPORT)
    return Actor(PersonId(person.id), person.name, Role.SUPPORT, None, PERMISSIONS[Role.SUPPORT])


LINES = st.sampled_from(
    [
        b"From: anna@noordzee.example",
        b"From: =?utf-8?b?4pyT?= <a@b>",
        b"Subject: =?x?Q?=00?=",
        b"Content-Type: multipart/mixed; boundary=a",
        b"Content-Type: text/html; charset=\x00utf-99",
        b"Content-Type: message/rfc822",
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%fe",
        b"Authentication-Results: mx.trials.example; ((((dmarc=pass",
        b"--a",
        b"--a--",
        b"",
        b"<blockquote><p>On x wrote:</p>",
        b"> quoted",
        b"Op 1 jan schreef x <y@z>:",
        b"\xff\xfe\x00\xd8",
        b"Message-ID: <\x80>",
    ]
)

BROKEN = st.lists(st.one_of(LINES, st.binary(max_size=40)), min_size=1, max_size=20).map(b"\n".join)


@given(st.one_of(st.binary(max_size=400), BROKEN))
def test_any_bytes_can_be_read(raw: bytes) -> None:
    read = read_mail(raw)

    for text in (read.sender, read.sender_name, read.subject, read.message_id):
        assert "\x00" not in text
        assert "\n" not in text
        text.encode()
    assert "\x00" not in read.whole
    read.whole.encode()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BROKEN)
def test_any_bytes_are_kept_and_wait(desk: Desk, raw: bytes) -> None:
    desk.take(raw)

    with reading(desk.engine) as session:
        unjudged = select(func.count()).select_from(InboundMail).where(InboundMail.state == "stored")
        assert session.scalar(unjudged) == 0
    assert desk.sent() == []


@given(st.text(max_size=200))
def test_no_header_of_another_server_vouches_for_anybody(text: str) -> None:
    headers = [f"mx.evil.example; {text}", "mx.trials.example; dmarc=pass header.from=noordzee.example"]

    assert not is_authentic(headers, authserv_id="mx.trials.example", sender="anna@noordzee.example")
