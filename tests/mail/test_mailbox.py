"""The mailbox: what was written to whom, as it was sent, and a person's decision where nobody knows."""

from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.domain.mails import Recipient
from rmatrack.domain.outbox import MailState
from rmatrack.domain.people import Role
from rmatrack.services.mail import send_bundled
from rmatrack.work.mailroom import Mailroom
from tests.fixtures.pages import SignIn
from tests.mail.office import NOON, TAKEN_THEN_CUT, Postbox, deliver, mail, mailroom, queue, states
from tests.work.test_jobs import jobs_in_line


@pytest.fixture
def logistics(signed_in: SignIn) -> None:
    """Somebody of logistics is signed in."""
    signed_in(Role.LOGISTICS)


@pytest.fixture
def stuck(engine: Engine, box: Postbox, room: Mailroom) -> int:
    """A mail that the server may have taken."""
    queue(engine)
    box.on_data = [TAKEN_THEN_CUT]
    deliver(engine, room)
    assert states(engine) == [MailState.STUCK]
    return 1


@pytest.mark.parametrize("role", [Role.LOGISTICS, Role.TRIALS_TEAM, Role.ADMINISTRATOR])
def test_those_who_look_after_mail_see_it(client: FlaskClient, signed_in: SignIn, role: Role) -> None:
    signed_in(role)

    assert "No mail yet" in client.get("/mail").text


@pytest.mark.parametrize("role", [Role.SALES_ADMIN, Role.PARTNER_USER, Role.SALES_FULL_ADMIN])
def test_others_do_not(client: FlaskClient, signed_in: SignIn, role: Role) -> None:
    signed_in(role)

    assert client.get("/mail").status_code == 403


@pytest.mark.usefixtures("logistics")
def test_the_list_narrows_by_state_kind_address_and_trial(
    client: FlaskClient, engine: Engine, tmp_path: Path, trial_id: int
) -> None:
    queue(engine, mail("a", sample="welcome", trial_id=trial_id))
    deliver(engine, mailroom(tmp_path))
    queue(engine, mail("b", to=Recipient(email="piet@noordzee.example")))

    everything = client.get("/mail").text
    kept = client.get("/mail?state=kept").text
    interest = client.get("/mail?kind=interest").text
    of_anna = client.get("/mail?text=Anna@").text
    of_trial = client.get(f"/mail?trial={trial_id}").text
    nonsense = client.get("/mail?state=x&kind=y&trial=z&before=-3&order=D1")

    assert "Sign in to your Webex trial" in everything
    assert "Interested in buying" in everything
    for page in (kept, of_anna, of_trial):
        assert "anna@museumnacht.example" in page
        assert "piet@noordzee.example" not in page
    assert "anna@museumnacht.example" not in interest
    assert "Nothing of this kind" in nonsense.text


@pytest.mark.usefixtures("logistics")
def test_a_trial_finds_the_bundle_that_tells_of_it(client: FlaskClient, engine: Engine, trial_id: int) -> None:
    with writing(engine) as session:
        notices = [mail("a", sample="final-partner", trial_id=trial_id), mail("b")]
        send_bundled(session, notices, now=NOON)

    page = client.get(f"/mail?trial={trial_id}").text
    one = client.get("/mail/1").text

    assert page.count("anna@museumnacht.example") == 1
    assert "Several notices in one mail" in page
    assert "Trial over for good" in one
    assert "Interested in buying" in one


@pytest.mark.usefixtures("logistics")
def test_a_mail_is_shown_as_it_was_sent(client: FlaskClient, engine: Engine, tmp_path: Path) -> None:
    queue(engine, mail(sample="expiry-day-customer"))
    deliver(engine, mailroom(tmp_path))

    page = client.get("/mail/1").text

    assert "Trial expires today: Messaging, Meetings and Calling" in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "https://trials.example.com/interest/" in page


@pytest.mark.usefixtures("logistics")
def test_a_letter_is_shut_in(client: FlaskClient, app: APIFlask, engine: Engine, tmp_path: Path) -> None:
    queue(engine)
    deliver(engine, mailroom(tmp_path))
    app.test_client_class = FlaskClient  # A letter has its styles written in: it owes no page's manners.
    plain = app.test_client()
    plain._cookies = client._cookies

    answer = plain.get("/mail/1/html")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in answer.text


@pytest.mark.usefixtures("logistics")
def test_a_mail_that_has_not_left_shows_no_personal_link(client: FlaskClient, engine: Engine) -> None:
    queue(engine, mail(sample="consent-request"))

    page = client.get("/mail/1").text

    assert "/consent/••••••" in page
    assert "Personal links are left out" in page


@pytest.mark.usefixtures("logistics")
def test_a_stuck_mail_that_arrived_counts_as_sent(client: FlaskClient, engine: Engine, stuck: int) -> None:
    before = client.get(f"/mail/{stuck}").text
    client.post(f"/mail/{stuck}/arrived")
    after = client.get(f"/mail/{stuck}").text

    assert "It arrived" in before
    assert "It arrived" not in after
    assert states(engine) == [MailState.SENT]
    with reading(engine) as session:
        decided = session.scalars(select(Event).where(Event.subject == "mail")).one()
    assert (decided.deed, decided.old, decided.new, decided.actor) == ("decided", "stuck", "sent", "Logistics")


@pytest.mark.usefixtures("logistics")
def test_a_stuck_mail_is_sent_again_when_a_person_says_so(
    client: FlaskClient, engine: Engine, stuck: int, box: Postbox, room: Mailroom
) -> None:
    client.post(f"/mail/{stuck}/again")
    deliver(engine, room)

    assert states(engine) == [MailState.SENT]
    assert jobs_in_line(engine) == [("deliver-mail", "ENQUEUED")] * 2
    assert len({message["Message-ID"] for message in box.taken}) == 1
    assert len(box.taken) == 2


@pytest.mark.usefixtures("logistics")
def test_only_one_decision_counts(client: FlaskClient, engine: Engine, stuck: int) -> None:
    client.post(f"/mail/{stuck}/arrived")

    answer = client.post(f"/mail/{stuck}/again")

    assert answer.status_code == 409
    assert "there is nothing to decide any more" in answer.text
    assert states(engine) == [MailState.SENT]


@pytest.mark.usefixtures("logistics")
def test_a_failed_mail_says_why(client: FlaskClient, engine: Engine, box: Postbox, room: Mailroom) -> None:
    queue(engine)
    box.on_rcpt = ["550 No such user"]
    deliver(engine, room)

    page = client.get("/mail/1").text

    assert "The mail server refused it: 550 No such user" in page
    assert "Send it again" in page
    assert "It arrived" not in page


@pytest.mark.usefixtures("logistics")
def test_the_list_is_a_file_too(client: FlaskClient, engine: Engine) -> None:
    queue(engine)

    text = client.get("/mail/export.csv").get_data(as_text=True)
    with client.get("/mail/export.xlsx") as answer:
        workbook = answer.data

    assert "anna@museumnacht.example,Anna Łukasik,interested in buying,,waiting,0" in text
    assert workbook.startswith(b"PK")


@pytest.mark.usefixtures("logistics")
def test_there_is_no_mail_by_that_number(client: FlaskClient) -> None:
    assert client.get("/mail/7").status_code == 404
    assert client.get("/mail/7/html").status_code == 404
    assert client.post("/mail/7/again").status_code == 404


@pytest.mark.usefixtures("logistics")
def test_a_long_list_comes_in_pages(client: FlaskClient, engine: Engine) -> None:
    queue(engine, *(mail(str(number)) for number in range(60)))

    page = client.get("/mail").text
    older = client.get("/mail?before=11").text

    assert page.count("anna@museumnacht.example") == 50
    assert "/mail?before=11" in page
    assert older.count("anna@museumnacht.example") == 10
