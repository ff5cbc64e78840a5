"""What paper refuses: it prints a text whole and readable, or not at all."""

from rmatrack.domain.errors import BadInputError, _


class PaperError(BadInputError):
    """This text cannot go on this paper."""


class UnprintableTextError(PaperError):
    code = "unprintable-text"
    message = _("“%(text)s” cannot be printed: there are no letters for %(letters)s. Write it in Latin letters.")


class TextTooLongError(PaperError):
    code = "text-too-long"
    message = _("“%(text)s” does not fit on the label, not even in the smallest print allowed there. Shorten it.")
