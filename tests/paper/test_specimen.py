"""The words across a specimen stop before what must stay clear."""

from PIL import Image

from rmatrack.paper.pdf import PdfFile
from rmatrack.paper.pen import Box
from rmatrack.paper.pictures import picture
from rmatrack.paper.specimen import Mark, draw

MIDDLE = Box(35, 40, 30, 20)


def test_words_that_would_cross_a_kept_box_stop_at_its_edge() -> None:
    through_the_middle = [Mark(50, 50, 20, 0)]

    marked = _page(draw(pdf := PdfFile("Mark"), 100, 100, through_the_middle, [MIDDLE]), pdf)

    inside = marked.crop(_dots(MIDDLE.around(-0.2, -0.2)))
    assert set(inside.tobytes()) == {255}
    assert min(marked.tobytes()) < 128


def _page(operators: str, pdf: PdfFile) -> Image.Image:
    pdf.add_page(operators, 100, 100)
    return picture(pdf.finish(), dpi=254)


def _dots(box: Box) -> tuple[int, int, int, int]:
    """Return *box* in dots of a tenth of a millimetre."""
    edges = (box.x, box.y, box.x + box.width, box.y + box.height)
    left, top, right, bottom = (round(10 * edge) for edge in edges)
    return left, top, right, bottom
