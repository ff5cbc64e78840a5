"""A mail server for each test that asks, and a mail room that hands its mail to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.db.trials import Trial
from rmatrack.work.mailroom import Mailroom
from tests.labels.places import MIT, customer_for, partner_for
from tests.mail.office import NOON, Postbox, mailroom, smtp_server


@pytest.fixture
def box() -> Iterator[Postbox]:
    """What the server takes; its port is the server's."""
    box = Postbox()
    with smtp_server(box) as port:
        box.port = port
        yield box


@pytest.fixture
def room(box: Postbox, tmp_path: Path) -> Mailroom:
    """A mail room that hands its mail to the server of `box`."""
    return mailroom(tmp_path, box.port)


@pytest.fixture
def trial_id(engine: Engine) -> int:
    """A trial for mails to be about."""
    with writing(engine) as session:
        trial = Trial(
            partner_id=partner_for(session, MIT["Partner"]).id,
            customer_id=customer_for(session, MIT).id,
            expires_on=NOON.date(),
            created_at=NOON,
        )
        session.add(trial)
        session.flush()
        return trial.id
