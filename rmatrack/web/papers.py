"""The papers that labels are printed on, by the names people know them by, and the one chosen last."""

from collections.abc import Mapping

from flask import Response, session

from rmatrack.domain.errors import BadInputError, _
from rmatrack.paper.papers import Paper
from rmatrack.services.thermal import MEDIA_TYPE, NotThermalError
from rmatrack.web.languages import _l

PAPERS = {
    Paper.FOUR_BY_SIX: _l("4 × 6 in"),
    Paper.A6: _l("A6"),
    Paper.A4: _l("A4 with instructions"),
    Paper.LETTER: _l("Letter with instructions"),
    Paper.A4_TWO: _l("A4, two to a page"),
    Paper.LETTER_TWO: _l("Letter, two to a page"),
}


PRINTERS = {
    None: _l("Office printer (PDF)"),
    203: _l("Thermal printer, 203 dpi (ZPL)"),
    300: _l("Thermal printer, 300 dpi (ZPL)"),
}
"""By the dots of an inch, for printers that are sent ZPL."""


class UnknownPaperError(BadInputError):
    """No paper of that name."""

    code = "unknown-paper"
    message = _("%(paper)s is not a paper we print on. Choose 4x6, a6, a4, letter, a4x2 or letterx2.")


def paper_in(sent: Mapping[str, str]) -> Paper:
    """Return the paper that a form or an address names, else the one chosen last; raises `UnknownPaperError`."""
    named = sent.get("paper") or session.get("paper") or Paper.FOUR_BY_SIX
    try:
        return Paper(named)
    except ValueError:
        raise UnknownPaperError(field="paper", paper=named) from None


def printer_in(sent: Mapping[str, str]) -> int | None:
    """Return the dots of the thermal printer that a form or an address names; None for a PDF.

    Raises `NotThermalError` for a printer that there is not.
    """
    named = sent.get("printer") or ""
    dots = {"": None, "pdf": None} | {str(dpi): dpi for dpi in PRINTERS if dpi}
    if named not in dots:
        raise NotThermalError(field="printer")
    return dots[named]


def upright(paper: Paper) -> Paper:
    """Return a paper that a thermal printer takes: *paper*, or 4×6 in in place of a sheet."""
    return Paper.FOUR_BY_SIX if paper.is_sheet else paper


def remember(paper: Paper) -> None:
    """Propose *paper* the next time."""
    session["paper"] = paper.value


def zpl_answer(zpl: bytes, name: str) -> Response:
    """Answer with a file to be sent to a thermal printer, saved as *name*."""
    return Response(zpl, mimetype=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def pdf_answer(pdf: bytes, name: str) -> Response:
    """Answer with a file that a browser shows, and saves as *name*."""
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


def file_answer(content: bytes, media_type: str, name: str) -> Response:
    """Answer with a carrier's file, which a browser shows where it can, and saves as *name* with its ending."""
    ending = {"application/pdf": "pdf", "image/gif": "gif", "image/png": "png"}.get(media_type, "zpl")
    way = "attachment" if ending == "zpl" else "inline"
    return Response(content, mimetype=media_type, headers={"Content-Disposition": f'{way}; filename="{name}.{ending}"'})
