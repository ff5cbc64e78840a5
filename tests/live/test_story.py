"""One story of a label, the same whether its numbers are specimens, from a range, or bought from the carrier."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.engine import reading
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Role
from rmatrack.work.drawing import draw_batch
from tests.carriers.stand_in import StandIn
from tests.fixtures.app import Clock
from tests.fixtures.pages import SignIn
from tests.labels.places import ship
from tests.labels.printing import labels_of
from tests.live.world import Live

REPLACED = {
    SourceKind.SPECIMEN: LabelState.SUPERSEDED,
    SourceKind.RANGE: LabelState.SUPERSEDED,
    SourceKind.LIVE: LabelState.VOIDED,
}


@pytest.mark.parametrize("source", list(SourceKind))
def test_a_label_is_printed_replaced_and_taken_back(
    client: FlaskClient, signed_in: SignIn, engine: Engine, stand_in: StandIn, clock: Clock, source: SourceKind
) -> None:
    live = Live(engine, stand_in, now=clock.moment)
    if source is not SourceKind.SPECIMEN:
        live.enter(Carrier.UPS, source)
    units = ship(engine, 2)
    order = order_of(engine, units[0])
    signed_in(Role.LOGISTICS)

    client.post("/labels/batches", data={"order": [order], "paper": "letter"})
    draw_batch(live.tools, 1)
    batch = client.get("/labels/batches/1")
    file = client.get("/labels/batches/1/file")
    first, other = labels_of(engine, units)
    again = client.post(f"/labels/{first.number}/print", data={"paper": "a6"})
    picture = client.get(f"/labels/{first.number}/picture.png")
    asked = {"form": "once", "units": [str(units[0])], "trouble": "lost", "paper": "letter"}
    client.post(f"/orders/{order}/return", data=asked)
    live.work()
    ready = client.get(f"/orders/{order}/return/label?form=once")
    new_file = client.get(f"/orders/{order}/return/label.pdf?form=once")
    refused = client.post(f"/labels/{first.number}/print", data={"paper": "a6"})

    old, kept, new = labels_of(engine, units)
    assert "2 labels on Letter with instructions; every barcode was read back." in batch.text
    assert file.data.startswith(b"%PDF")
    assert again.mimetype == "application/pdf"
    assert picture.mimetype == "image/png"
    assert new.number in ready.text
    assert new_file.data.startswith(b"%PDF")
    assert refused.status_code == 409
    assert (old.state, old.superseded_by_id, kept.id) == (REPLACED[source], new.id, other.id)
    assert (kept.state, new.state) == (LabelState.PRINTED, LabelState.PRINTED)
    assert {label.source for label in (old, kept, new)} == {source.value}
    assert set(stand_in.ups.live) == ({kept.number, new.number} if source is SourceKind.LIVE else set())


def test_a_label_that_is_waited_for_says_so_until_it_is_there(
    client: FlaskClient, signed_in: SignIn, engine: Engine, stand_in: StandIn, clock: Clock
) -> None:
    live = Live(engine, stand_in, now=clock.moment)
    live.enter(Carrier.UPS)
    units = ship(engine)
    order = order_of(engine, units[0])
    signed_in(Role.LOGISTICS)

    asked = {"form": "once", "units": [str(units[0])], "trouble": "lost", "paper": "letter"}
    waiting = client.post(f"/orders/{order}/return", data=asked, follow_redirects=True)
    listed = client.get("/labels")
    live.work()
    ready = client.get(f"/orders/{order}/return/label?form=once")

    assert "The carrier is making the label." in waiting.text
    assert "load delay:2s" in waiting.text
    assert "waits for the carrier" in listed.text
    assert "load delay" not in ready.text
    assert next(iter(stand_in.ups.made)) in ready.text


def order_of(engine: Engine, unit_id: int) -> str:
    with reading(engine) as session:
        return session.get_one(DemoOrder, session.get_one(Unit, unit_id).order_id).number
