"""The chain of custody: everything that happened, with its proof, in both languages, for those who may see it."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, or_, select

from rmatrack.db.catalogue import names_of_models
from rmatrack.db.engine import reading, writing
from rmatrack.db.history import Event
from rmatrack.domain.inspection import Disposition, WipeMethod
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.domain.policy import Policy
from rmatrack.paper.custody import Custody, Fact, Step, draw
from rmatrack.paper.photos import prepare
from rmatrack.services import setup
from rmatrack.services.custody import order_custody, unit_custody
from rmatrack.services.inspection import inspect
from rmatrack.services.inspection_photos import add_photos
from rmatrack.services.inspection_wipes import Wipe, certify_wipes
from rmatrack.services.seals import seal_pending
from rmatrack.web.languages import COOKIE
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.inspection.bench import ONE, ROOM, TWO, photo_file, receive, verdict


@pytest.fixture
def unit(engine: Engine, policy: Policy) -> int:
    """A room system that came in with another, was wiped, photographed and inspected; some of it is sealed."""
    unit_id = receive(engine, [ONE, TWO], model=ROOM)[ONE]
    wipe = Wipe(method=WipeMethod.ERASED, operator="Łukasz Ødegård", wiped_at=NOON - timedelta(minutes=20))
    with writing(engine) as session:
        add_photos(session, unit_id, [prepare(photo_file(), "front.jpg")], by=SYSTEM, now=NOON)
        certify_wipes(session, [unit_id], wipe, by=SYSTEM, now=NOON)
        inspect(session, [verdict(unit_id, notes="Ελλάδα, 漢字")], policy=policy, by=SYSTEM, now=NOON)
        again = verdict(unit_id, Disposition.REPAIR, reason="it hums", seen=1)
        inspect(session, [again], policy=policy, by=SYSTEM, now=NOON + timedelta(hours=1))
        seal_pending(session, limit=3)
    return unit_id


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


def test_it_tells_each_event_with_moment_person_and_proof(client: FlaskClient, unit: int, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    answer = client.get(f"/units/{unit}/custody.pdf")

    told = text_of(answer.data)
    assert answer.mimetype == "application/pdf"
    for promised in (
        "Chain of custody",
        f"Unit received: {ONE}",
        "Scanned 22 Nov 2026 09:00:00 UTC at dock-1",
        "Storage erased with a tool by Łukasz Ødegård, 22 Nov 2026 11:40:00 UTC",
        "Certificate W000000",
        "Disposition: to be repaired (was back into stock)",
        "Reason: it hums",
        "22 Nov 2026 07:00:00 America/New_York",
        "Ελλάδα, ??",
        "Seal 3",
        "not sealed yet",
        "Page 1 of 2",
    ):
        assert promised in told


def test_a_model_the_catalogue_knows_is_called_by_its_name(engine: Engine, unit: int, policy: Policy) -> None:
    with writing(engine) as session:
        setup.prepare(session, policy)

    with reading(engine) as session:
        name = names_of_models(session)[ROOM]
        told = unit_custody(session, unit, "en", seen_by=SYSTEM, now=NOON, policy=policy)
        of_order = order_custody(session, "D4100201", "en", seen_by=SYSTEM, now=NOON, policy=policy)

    assert name != ROOM
    assert Fact("Model", f"{name} ({ROOM})") in told.facts
    assert f"{TWO}: {name} ({ROOM})" in of_order.facts[-1].value
    assert {step.by for step in told.steps} == {"By system"}


def test_the_digest_at_its_end_is_that_of_the_log(engine: Engine, unit: int, policy: Policy) -> None:
    with reading(engine) as session:
        told = unit_custody(session, unit, "en", seen_by=SYSTEM, now=NOON, policy=policy)
        about = select(Event.digest).where(
            or_(Event.unit_id == unit, Event.unit_id.is_(None), Event.order_id.is_(None))
        )
        digests = session.scalars(about.order_by(Event.id)).all()

    assert told.seal[0].endswith(sha256("".join(digests).encode()).hexdigest())


def test_the_same_log_gives_the_same_bytes(client: FlaskClient, unit: int, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)

    assert client.get(f"/units/{unit}/custody.pdf").data == client.get(f"/units/{unit}/custody.pdf").data


def test_a_dutch_reader_gets_it_in_dutch(client: FlaskClient, unit: int, signed_in: SignIn) -> None:
    signed_in(Role.LOGISTICS)
    client.set_cookie(COOKIE, "nl")

    told = text_of(client.get("/orders/D4100201/custody.pdf").data)

    assert "Beheerketen" in told
    assert "22 november 2026" in told or "22 nov 2026" in told
    assert TWO in told


def test_a_partner_reads_its_own_without_names_and_no_others(client: FlaskClient, unit: int, signed_in: SignIn) -> None:
    signed_in(Role.PARTNER_USER, partner="Northwind", email="own@example.com")
    own = text_of(client.get(f"/units/{unit}/custody.pdf").data)
    signed_in(Role.PARTNER_USER, partner="Somebody Else", email="else@example.com")

    codes = [
        client.get(path).status_code
        for path in (f"/units/{unit}/custody.pdf", "/orders/D4100201/custody.pdf", "/orders/x/custody.pdf")
    ]

    assert "By system" in own
    assert "(system)" not in own
    assert codes == [404, 404, 404]


def test_a_long_chain_turns_the_page_and_loses_nothing() -> None:
    steps = tuple(
        Step(
            moment=f"moment {number}",
            local="local",
            title=f"event {number}",
            by="somebody",
            lines=("a long word " * 12, "x" * 200),
            proof=("f" * 64,),
        )
        for number in range(40)
    )
    custody = Custody(
        vendor="vendor",
        kind="kind",
        title="title",
        facts=(Fact("a", "b"), Fact("c", "d"), Fact("e", "f")),
        headings=("one", "two", "three"),
        steps=steps,
        seal_title="seal",
        seal=("sealed",),
        page="%(page)s/%(pages)s",
    )

    pdf = draw(custody)

    told = text_of(pdf)
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    assert all(f"event {number}" in told for number in range(40))
    assert f"{len(document)}/{len(document)}" in told
    document.close()
