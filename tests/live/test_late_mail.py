"""A label that was asked for by mail is mailed when the carrier has made it, however late that is."""

from threading import Barrier, Thread

from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from carriers.shipment import Carrier
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import reading, writing
from rmatrack.db.mail import OutboxMail
from rmatrack.domain.labels import LabelState
from rmatrack.domain.mails import MailKind
from rmatrack.domain.people import Role
from rmatrack.work.buying import buy_due
from rmatrack.work.late_labels import mail_late_labels
from tests.carriers.stand_in import StandIn
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.labels.places import ship
from tests.labels.printing import labels_of
from tests.live.test_story import order_of
from tests.live.world import Live

EMAIL = "it-admin@customer.example"


def test_a_label_that_comes_late_is_mailed_when_it_is_there(
    client: FlaskClient, signed_in: SignIn, engine: Engine, stand_in: StandIn, clock: Clock
) -> None:
    live = Live(engine, stand_in, now=clock.moment)
    live.enter(Carrier.UPS)
    units = ship(engine, 2)
    order = order_of(engine, units[0])
    signed_in(Role.LOGISTICS)
    email = administrator(engine)

    asked = {"form": "once", "units": list(map(str, units)), "trouble": "lost", "paper": "letter", "to": email}
    waiting = client.post(f"/orders/{order}/return", data=asked, follow_redirects=True).text
    before = mails(engine)
    live.work()
    live.work()

    (mail,) = mails(engine)
    assert f"When it is there, it is mailed to {email}." in waiting
    assert before == []
    assert (mail.to_email, mail.order_id is not None) == (email, True)
    assert {label.state for label in labels_of(engine, units)} == {LabelState.PRINTED}


def test_two_workers_mail_it_once(
    client: FlaskClient, signed_in: SignIn, engine: Engine, stand_in: StandIn, clock: Clock
) -> None:
    live = Live(engine, stand_in, now=clock.moment)
    live.enter(Carrier.UPS)
    (unit,) = ship(engine)
    order = order_of(engine, unit)
    signed_in(Role.LOGISTICS)
    email = administrator(engine)
    asked = {"form": "once", "units": [str(unit)], "trouble": "lost", "paper": "letter", "to": email}
    client.post(f"/orders/{order}/return", data=asked)
    buy_due(engine, live.lines, now=lambda: live.now)
    together = Barrier(2)

    def work() -> None:
        together.wait()
        mail_late_labels(live.tools)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(mails(engine)) == 1


def administrator(engine: Engine) -> str:
    """Add an administrator to every customer there is, and return the address."""
    with writing(engine) as session:
        for customer_id in session.scalars(select(Customer.id)):
            session.add(CustomerAdministrator(customer_id=customer_id, email=EMAIL, full=True))
    return EMAIL


def mails(engine: Engine) -> list[OutboxMail]:
    with reading(engine) as session:
        return list(session.scalars(select(OutboxMail).filter_by(kind=MailKind.RETURN_LABELS.value)))
