"""Whatever shape a mail has: the right answer or the right queue, and what was understood beside it."""

from datetime import timedelta

import pytest

from rmatrack.domain.inbound import WhyNot
from rmatrack.services.inbound_reading import ReadMail, read_mail
from tests.inbound.office import Desk
from tests.inbound.shapes import BOTH, FIRST, SECOND, SHAPES


def test_each_shape_gets_its_answer_or_its_queue(desk: Desk) -> None:
    went: dict[str, object] = {}
    for name, (_outcome, write) in SHAPES.items():
        answers = len(desk.sent())
        assert desk.take(write()), name
        mail = desk.last()
        went[name] = mail.why_not or desk.sent()[answers].language
        desk.now += timedelta(days=1)

    assert went == {name: outcome for name, (outcome, _write) in SHAPES.items()}


@pytest.mark.parametrize(
    "name", [name for name, (outcome, _write) in SHAPES.items() if outcome in {"en", "nl"} and name != "far-too-big"]
)
def test_what_the_writer_says_stands_apart_from_the_rest(name: str) -> None:
    mail = read(name)

    assert FIRST in without_the_unseen(mail.claimed)
    assert SECOND in without_the_unseen(mail.claimed)
    assert "FOC21213GKV" not in mail.claimed
    assert "CP-8845-K9" + FIRST not in mail.claimed


def test_a_forwarded_mail_counts_as_quoted_and_goes_by_its_subject() -> None:
    mail = read("forwarded-as-an-attachment")

    assert BOTH in mail.parts.quoted
    assert BOTH not in mail.claimed
    (inner,) = mail.attachments
    assert (inner.name, inner.media_type) == ("Two phones", "message/rfc822")


def test_a_bounce_names_the_mail_that_came_back() -> None:
    assert read("bounce-of-exchange").thread == ("<ours@trials.example>", "<bounced@tudelft.example>")


@pytest.mark.parametrize(
    ("name", "attachment"),
    [
        ("winmail-beside-the-text", "winmail.dat"),
        ("signed-by-s-mime", "smime.p7s"),
        ("wrapped-by-s-mime", "smime.p7m"),
        ("far-too-big", "the-box.mp4"),
        ("encrypted", "a.asc"),
    ],
)
def test_what_came_along_is_listed_by_name(name: str, attachment: str) -> None:
    assert attachment in [each.name for each in read(name).attachments]


def test_an_invitation_is_no_text() -> None:
    mail = read("invitation")

    assert "VCALENDAR" not in mail.whole
    assert "text/calendar" in [each.media_type for each in mail.attachments]


def test_a_receipt_is_no_bounce() -> None:
    assert (read("read-receipt").is_bounce, SHAPES["read-receipt"][0]) == (False, WhyNot.AUTOMATIC)


def read(name: str) -> ReadMail:
    return read_mail(SHAPES[name][1]())


def without_the_unseen(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
