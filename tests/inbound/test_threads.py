"""An answer joins the thread of the mail that asked, and says no more than its ids."""

from email import message_from_bytes, policy
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from rmatrack.db.engine import writing
from rmatrack.db.mail import OutboxMail
from rmatrack.domain.people import Role
from rmatrack.domain.threads import MOST_IDS, thread_through
from rmatrack.letters import Letter
from rmatrack.work.messages import message_of
from tests.api.conftest import MakeProgram, program  # noqa: F401  A fixture.
from tests.fixtures.pages import SignIn
from tests.inbound.office import NOON, Desk, message

DELFT = "it-admin@tudelft.example"
OUTLOOK_ID = f"<{'AM0PR04MB1234' * 6}@AM0PR04MB1234.eurprd04.prod.outlook.com>"
"""Longer than a line of a header."""


@pytest.mark.parametrize(
    ("references", "in_reply_to", "thread"),
    [
        ("", "", ("<me@x>",)),
        ("<a@x>\n <b@x>", "<b@x>", ("<a@x>", "<b@x>", "<me@x>")),
        ("", "<b@x>", ("<b@x>", "<me@x>")),
        ("", "<b@x> <c@x>", ("<me@x>",)),
        ("<a@x> <a@x> <me@x>", "", ("<a@x>", "<me@x>")),
        ("Bcc: eve@x <a@x> <no\x00id@x> <né@x> nonsense", "", ("<a@x>", "<me@x>")),
        (f"<{'a' * 900}@x>", "", ("<me@x>",)),
    ],
)
def test_an_answer_refers_to_the_messages_before_it(references: str, in_reply_to: str, thread: tuple[str, ...]) -> None:
    assert thread_through("<me@x>", references=references, in_reply_to=in_reply_to) == thread


@pytest.mark.parametrize("message_id", ["", "nonsense", "<a@x> <b@x>"])
def test_a_message_without_an_id_begins_no_thread(message_id: str) -> None:
    assert thread_through(message_id, references="<a@x>", in_reply_to="<a@x>") == ()


def test_of_a_long_thread_the_first_and_the_latest_are_named() -> None:
    ids = [f"<{number}@x>" for number in range(100)]

    thread = thread_through("<me@x>", references=" ".join(ids), in_reply_to="")

    assert len(thread) == MOST_IDS
    assert (thread[0], *thread[-2:]) == ("<0@x>", "<99@x>", "<me@x>")


def test_long_ids_go_over_the_line_letter_by_letter() -> None:
    thread = ["<first@x>", OUTLOOK_ID]
    written = BytesIO()

    BytesGenerator(written, policy=SMTP).flatten(_answer(thread))

    assert f"\r\nIn-Reply-To: {OUTLOOK_ID}\r\n".encode() in written.getvalue()
    assert f"\r\nReferences: <first@x>\r\n {OUTLOOK_ID}\r\n".encode() in written.getvalue()
    read = message_from_bytes(written.getvalue(), policy=policy.default)
    assert read["References"] == " ".join(thread)
    assert read["Auto-Submitted"] == "auto-replied"


def test_a_mail_that_answers_nothing_names_nothing() -> None:
    sent = _answer([])

    assert (sent["In-Reply-To"], sent["References"], sent["Auto-Submitted"]) == (None, None, "auto-generated")


def test_what_answers_by_itself_joins_the_thread(desk: Desk) -> None:
    desk.take(message("gmail-reply-nl"))

    (answer,) = desk.sent()
    assert answer.thread == ["<abc@trials.example>", "<gmail-reply@mail.example>"]


def test_a_persons_answer_joins_the_thread_of_who_wrote(desk: Desk, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)
    desk.take(message("subset-of-serials"))
    asked, typed = desk.last(), {"about": "number", "language": "en", "mail": str(desk.last().id)}

    client.post("/orders/D4100001/answer", data={**typed, "to": asked.sender_email})
    client.post("/orders/D4100001/answer", data={**typed, "to": DELFT})

    to_writer, to_other = desk.sent()
    assert (to_writer.to_email, to_writer.thread) == (asked.sender_email, asked.thread)
    assert asked.thread == ["<subset@mail.example>"]
    assert (to_other.to_email, to_other.thread) == (DELFT, [])


def test_two_mails_that_ask_the_same_get_an_answer_each(desk: Desk, request: pytest.FixtureRequest) -> None:
    make: MakeProgram = request.getfixturevalue("program")
    support = make(Role.SUPPORT)
    ids = []
    for name in (b"<first@mail.example>", b"<second@mail.example>"):
        desk.take(message("subset-of-serials").replace(b"<subset@mail.example>", name))
        ids.append(desk.last().id)

    for mail_id in (*ids, ids[0]):
        told = support.post("/api/v1/orders/D4100001/answer", json={"about": "number", "to": DELFT, "mail": mail_id})
        assert told.status_code == 200, told.text
    nobodys = support.post("/api/v1/orders/D4100001/answer", json={"about": "number", "to": DELFT, "mail": 999})

    assert len(desk.sent()) == 2
    assert desk.last().closing == "answered"
    assert nobodys.status_code == 404


def test_a_mail_that_answers_ours_says_which(desk: Desk, app: APIFlask, client: FlaskClient, signed_in: SignIn) -> None:
    signed_in(Role.SUPPORT)
    desk.take(message("partner-pair"))
    with writing(desk.engine) as session:
        ours = session.get_one(OutboxMail, desk.sent()[0].id)
        ours.message_id, ours.subject = "<abc@trials.example>", "Your demo order number: D4100001"
    desk.take(message("gmail-reply-nl"))

    page = client.get(f"/incoming-mail/{desk.last().id}").text

    assert "It answers a mail of ours:" in page
    assert f'href="/mail/{ours.id}">Your demo order number: D4100001</a>' in page


def _answer(thread: list[str]) -> EmailMessage:
    letter = Letter("Your demo order number", "D4100001", "<p>D4100001</p>")
    return message_of(
        letter,
        sender="Trials <info@trials.example>",
        name="Anna",
        email="anna@noordzee.example",
        message_id="<answer@trials.example>",
        at=NOON,
        thread=thread,
    )
