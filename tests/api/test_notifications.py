"""Programs read what their person was told, and mark it as read."""

from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.domain.people import Permission, Role
from rmatrack.domain.sentences import Sentence
from rmatrack.services.notifications import Tone, tell_everybody
from tests.api.conftest import MakeProgram
from tests.fixtures.app import NOON


def test_a_program_reads_and_marks_what_its_person_was_told(program: MakeProgram, engine: Engine) -> None:
    logistics, support = program(Role.LOGISTICS), program(Role.SUPPORT)
    with writing(engine) as session:
        news = Sentence("Batch %(batch)s is ready: %(done)s labels.", {"batch": "#12", "done": 3})
        tell_everybody(
            session, Permission.SETTLE, news, about="batch:12", href="/labels/batches/12", tone=Tone.GOOD, now=NOON
        )

    told = logistics.get("/api/v1/notifications", headers={"Accept-Language": "nl"}).json
    marked = logistics.post("/api/v1/notifications/read", json={"ids": [1]}).json
    again = logistics.post("/api/v1/notifications/read", json={}).json

    assert told
    assert [(each["message"], each["tone"], each["read_at"]) for each in told["items"]] == [
        ("Batch #12 is klaar: 3 labels.", "good", None)
    ]
    assert (marked, again) == ({"marked": 1}, {"marked": 0})
    assert support.get("/api/v1/notifications").json == {"items": [], "next": None}
