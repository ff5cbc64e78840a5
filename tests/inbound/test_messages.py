"""Each message gets its right answer, to the address that we keep, or lands in the queue with the right reason."""

import pytest

from rmatrack.domain.inbound import WhyNot
from tests.inbound.office import MESSAGES, Desk, message

ANNA, DELFT = "anna@noordzee.example", "it-admin@tudelft.example"

ANSWERED = {
    "partner-pair": (ANNA, "en"),
    "partner-serials-nl": (ANNA, "nl"),
    "customer-base64-org-id": (DELFT, "en"),
    "customer-html-only": (DELFT, "nl"),
    "gmail-reply-nl": (DELFT, "nl"),
    "apple-reply": (ANNA, "en"),
    "spf-and-dkim-aligned": (ANNA, "en"),
    "base64-subject": (DELFT, "nl"),
    "no-message-id": (DELFT, "en"),
    "wrong-charset": (DELFT, "nl"),
    "nested-forward": (ANNA, "en"),
}

QUEUED = {
    "outlook-reply-keys-only-in-quote": WhyNot.NO_KEYS,
    "subset-of-serials": WhyNot.NOT_PROVEN,
    "other-partners-order": WhyNot.NOT_PROVEN,
    "stranger": WhyNot.STRANGER,
    "forged-no-results": WhyNot.FORGED,
    "forged-results-beneath": WhyNot.FORGED,
    "forged-results-of-another-server": WhyNot.FORGED,
    "forged-results-in-a-comment": WhyNot.FORGED,
    "forged-two-senders": WhyNot.STRANGER,
    "spf-only": WhyNot.FORGED,
    "winmail": WhyNot.NO_KEYS,
    "out-of-office": WhyNot.AUTOMATIC,
    "out-of-office-without-headers": WhyNot.AUTOMATIC,
    "newsletter": WhyNot.AUTOMATIC,
    "bounce": WhyNot.BOUNCE,
    "loop-mark": WhyNot.LOOP,
    "loop-from-ourselves": WhyNot.LOOP,
    "loop-many-hops": WhyNot.LOOP,
    "no-keys": WhyNot.NO_KEYS,
    "broken-headers": WhyNot.NO_KEYS,
}


def test_every_message_of_the_folder_is_expected() -> None:
    assert {file.stem for file in MESSAGES.glob("*.eml")} == {*ANSWERED, *QUEUED}


@pytest.mark.parametrize("name", ANSWERED)
def test_who_proves_an_order_is_told_its_number(desk: Desk, name: str) -> None:
    to, language = ANSWERED[name]

    assert desk.take(message(name))

    mail, (answer,) = desk.last(), desk.sent()
    assert (mail.state, mail.why_not, mail.answered_to) == ("answered", None, to)
    assert (answer.kind, answer.to_email, answer.language) == ("answer-number", to, language)
    assert answer.params["orders"] == ["D4100001 (RMA R000000X)"]


@pytest.mark.parametrize("name", QUEUED)
def test_everything_else_waits_for_a_person(desk: Desk, name: str) -> None:
    assert desk.take(message(name))

    mail = desk.last()
    assert (mail.state, mail.why_not) == ("waiting", QUEUED[name])
    assert desk.sent() == []


def test_what_was_written_stands_apart_from_what_was_quoted(desk: Desk) -> None:
    desk.take(message("gmail-reply-nl"))

    mail = desk.last()
    assert mail.said.startswith("Wat is ons demo-bestelnummer?")
    assert "FOC21213GKV" not in mail.said
    assert "FOC21213GKV" in mail.quoted
    assert mail.numbers == ["D4100001"]


def test_attachments_are_listed(desk: Desk) -> None:
    desk.take(message("winmail"))

    (attachment,) = desk.last().attachments
    assert attachment["name"] == "winmail.dat"
    assert attachment["media_type"] == "application/ms-tnef"


def test_names_are_decoded(desk: Desk) -> None:
    desk.take(message("base64-subject"))

    assert desk.last().sender_name == "René Ørsted"


def test_a_huge_message_is_read_at_its_beginning(desk: Desk) -> None:
    raw = message("partner-pair") + b"Many words of no consequence.\n" * 500_000

    assert desk.take(raw)

    mail = desk.last()
    assert (mail.size, mail.state) == (len(raw), "answered")
    assert len(mail.said) <= 100_000


@pytest.mark.parametrize("depth", [50, 5_000])
def test_a_message_nested_without_end_is_still_kept(desk: Desk, depth: int) -> None:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))

    assert desk.take(f"From: anna@noordzee.example\n{head}Content-Type: text/plain\n\nhello".encode())

    assert desk.last().state == "waiting"
