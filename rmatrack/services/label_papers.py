"""The papers that go along with a label: those that the carrier gave with it, or the waybill document that we draw.

Found with the session, given with no transaction open: what we draw is drawn and read back then (SPEC C-8).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from carriers.dhl import TransportLabel
from carriers.documents import DocumentKind
from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.blobs import blob_content
from rmatrack.db.catalogue import models_numbered
from rmatrack.db.label_lists import LabelSeen, label_numbered
from rmatrack.db.labels import documents_of, labels_by_id
from rmatrack.db.units_to_label import units_to_label
from rmatrack.domain.customs import CustomsFactsMissingError
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.labels import DEAD, LabelState
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.paper.dhl_waybill import WaybillDocument
from rmatrack.services.documents import dhl_waybill_of
from rmatrack.services.goods import goods_of
from rmatrack.services.label_content import label_of


@dataclass(frozen=True, slots=True)
class LabelPaper:
    """A paper as it is offered; `digest` is that of the carrier's own file, empty for what we draw."""

    kind: DocumentKind
    media_type: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A paper as it is given."""

    content: bytes
    media_type: str


def papers_with(session: Session, label: LabelSeen) -> Sequence[LabelPaper]:
    """Return what goes along with *label*; nothing while it has not left, or must not any more."""
    if label.released_at is None or LabelState(label.state) in DEAD:
        return ()
    kept = {
        DocumentKind(row.kind): LabelPaper(DocumentKind(row.kind), row.media_type, row.blob_digest)
        for row in documents_of(session, label.id)
        if row.kind != DocumentKind.LABEL
    }
    if label.carrier == Carrier.DHL and label.source != SourceKind.LIVE:
        kept.setdefault(DocumentKind.WAYBILL, LabelPaper(DocumentKind.WAYBILL, "application/pdf"))
    return tuple(kept[kind] for kind in DocumentKind if kind in kept)


def paper_with(
    session: Session, number: str, kind: str, *, policy: Policy, seen_by: Actor
) -> PaperFile | WaybillDocument:
    """Return the paper of that *kind* with the label *number*, or what it is drawn from; raises `NotFoundError`."""
    label = label_numbered(session, number, seen_by=seen_by)
    offered = next((each for each in papers_with(session, label) if each.kind == kind), None) if label else None
    if label is None or offered is None:
        raise NotFoundError
    if not offered.digest:
        return _to_draw(session, label, policy, seen_by)
    content = blob_content(session, offered.digest)
    if content is None:
        raise NotFoundError
    return PaperFile(content, offered.media_type)


def given(paper: PaperFile | WaybillDocument) -> PaperFile:
    """Return the file of *paper*; raises `PaperError` and `MisreadPaperError` for what we draw."""
    return paper if isinstance(paper, PaperFile) else PaperFile(dhl_waybill_of(paper), "application/pdf")


def _to_draw(session: Session, label: LabelSeen, policy: Policy, seen_by: Actor) -> WaybillDocument:
    content = labels_by_id(session, [label.id])[label.id].content
    drawn = label_of(Carrier(label.carrier), label.number, label.piece, content)
    if not isinstance(drawn, TransportLabel):
        raise NotFoundError
    return WaybillDocument(drawn, _worth(session, label, policy, seen_by) if drawn.is_dutiable else "")


def _worth(session: Session, label: LabelSeen, policy: Policy, seen_by: Actor) -> str:
    """Return the value for customs, as the invoice has it; nothing while the catalogue does not know it."""
    units = units_to_label(session, [label.unit_id], seen_by=seen_by)
    try:
        (goods,) = goods_of(tuple(units.values()), models_numbered(session, {label.model}), policy)
    except CustomsFactsMissingError:
        return ""
    return f"{goods.value:,.2f} {goods.currency}"
