"""The papers that labels are printed on, by the names people know them by, and the one chosen last."""

from collections.abc import Mapping

from flask import Response, session

from rmatrack.domain.errors import BadInputError, _
from rmatrack.paper.papers import Paper
from rmatrack.web.languages import _l

PAPERS = {
    Paper.FOUR_BY_SIX: _l("4 × 6 in"),
    Paper.A6: _l("A6"),
    Paper.A4: _l("A4 with instructions"),
    Paper.LETTER: _l("Letter with instructions"),
    Paper.A4_TWO: _l("A4, two to a page"),
    Paper.LETTER_TWO: _l("Letter, two to a page"),
}


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


def remember(paper: Paper) -> None:
    """Propose *paper* the next time."""
    session["paper"] = paper.value


def pdf_answer(pdf: bytes, name: str) -> Response:
    """Answer with a file that a browser shows, and saves as *name*."""
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
