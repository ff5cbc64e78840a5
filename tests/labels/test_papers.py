"""What goes along with a label: the carrier's own papers, or a waybill document that reads back."""

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from carriers.documents import Document, DocumentKind
from carriers.shipment import Carrier
from rmatrack.db.engine import reading, writing
from rmatrack.db.label_lists import label_numbered
from rmatrack.db.labels import Label, keep_documents
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.paper.dhl_waybill import WaybillDocument, draw
from rmatrack.paper.papers import Paper
from rmatrack.paper.readback import read_back
from rmatrack.services import setup
from rmatrack.services.documents import dhl_waybill_of
from rmatrack.services.label_papers import PaperFile, paper_with, papers_with
from tests.fixtures.app import NOON
from tests.fixtures.pages import SignIn
from tests.labels.places import POLICY, ship
from tests.labels.printing import labels_of, print_them
from tests.live.world import MONTREAL, NETHERLANDS

PDF = b"%PDF-1.4 the carrier's own"


def printed(engine: Engine, place: dict[str, str]) -> Label:
    """Return a label that left, for a device at *place*."""
    units = ship(engine, place=place)
    print_them(engine, units)
    return labels_of(engine, units)[-1]


def offered(engine: Engine, label: Label) -> list[str]:
    with reading(engine) as session:
        seen = label_numbered(session, label.number, seen_by=SYSTEM)
        assert seen is not None
        return [paper.kind.value for paper in papers_with(session, seen)]


def waybill_of(engine: Engine, label: Label) -> WaybillDocument | PaperFile:
    with reading(engine) as session:
        return paper_with(session, label.number, "waybill", policy=POLICY, seen_by=SYSTEM)


def test_a_label_of_dhl_that_we_draw_has_a_waybill_document(engine: Engine) -> None:
    with writing(engine) as session:
        setup.prepare(session, POLICY)
    label = printed(engine, MONTREAL)

    told = waybill_of(engine, label)

    assert offered(engine, label) == ["waybill"]
    assert isinstance(told, WaybillDocument)
    (page,) = pypdfium2.PdfDocument(dhl_waybill_of(told))
    text = page.get_textpage().get_text_range()
    for expected in ("hand to courier", "[P] EXPRESS WORLDWIDE (48)", "Montréal QC H3T 1J4", told.worth, "SPECIMEN"):
        assert expected in text
    assert told.worth.endswith("USD")
    assert told.paper is Paper.LETTER


def test_its_bar_codes_say_the_waybill_and_the_piece(engine: Engine) -> None:
    label = printed(engine, NETHERLANDS)
    told = waybill_of(engine, label)
    assert isinstance(told, WaybillDocument)

    document = draw(told)

    (read,) = read_back(document)
    assert read.is_fine
    contents = {each.name: each.content for each in document.labels[0].barcodes}
    assert contents == {"waybill": label.number, "piece": f"J{label.piece}"}
    assert (told.paper, told.worth) == (Paper.A4, "")


def test_the_carriers_own_papers_take_its_place(engine: Engine) -> None:
    label = printed(engine, NETHERLANDS)
    kinds = (DocumentKind.LABEL, DocumentKind.INVOICE, DocumentKind.WAYBILL)
    with writing(engine) as session:
        files = [Document(kind, "application/pdf", PDF + kind.value.encode()) for kind in kinds]
        keep_documents(session, label.id, files, now=NOON)

    assert offered(engine, label) == ["waybill", "invoice"]
    assert waybill_of(engine, label) == PaperFile(PDF + b"waybill", "application/pdf")


@pytest.mark.parametrize("state", [LabelState.SUPERSEDED, LabelState.VOIDED])
def test_nothing_goes_along_with_a_label_that_is_dead(engine: Engine, state: LabelState) -> None:
    label = printed(engine, NETHERLANDS)
    with writing(engine) as session:
        session.get_one(Label, label.id).state = state.value

    assert offered(engine, label) == []
    with pytest.raises(NotFoundError):
        waybill_of(engine, label)


def test_other_carriers_draw_none(engine: Engine) -> None:
    label = printed(engine, {})

    assert label.carrier == Carrier.UPS.value
    assert offered(engine, label) == []


def test_the_page_of_a_label_leads_to_them_and_strangers_find_nothing(
    engine: Engine, client: FlaskClient, signed_in: SignIn
) -> None:
    label = printed(engine, NETHERLANDS)
    address = f"/labels/{label.number}/papers/waybill"
    signed_in(Role.LOGISTICS)

    page, file = client.get(f"/labels/{label.number}"), client.get(address)
    signed_in(Role.PARTNER_USER, partner="Somebody Else", email="else@example.com")
    codes = [client.get(path).status_code for path in (address, "/labels/0000000011/papers/nothing")]

    assert f'href="{address}"' in page.text
    assert file.data.startswith(b"%PDF")
    assert file.headers["Content-Disposition"] == f'inline; filename="waybill-{label.number}.pdf"'
    assert codes == [404, 404]
