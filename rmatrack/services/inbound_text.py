"""What the writer of a mail wrote, apart from what they quoted and signed; HTML as the text that it shows."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

LONGEST_HTML = 200_000
_LONGEST_ANNOUNCEMENT = 400

_BLOCKS = re.compile(r"address|article|br|div|h[1-6]|hr|li|p|section|table|tr")
_CELLS = frozenset({"td", "th"})
_SILENT = frozenset({"head", "script", "style", "template", "title"})
_VOID = re.compile(r"area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
_QUOTING = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite-prefix|OutlookMessageHeader|divRplyFwdMsg|appendonsend", re.IGNORECASE
)
_BLANKS = re.compile(r"[ \t\xa0]+")
_MANY_EMPTY = re.compile(r"\n{3,}")


class _Words(HTMLParser):
    """Collects what a page shows; quoted parts get `> ` in front of their lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        """Tag, whether it quotes, whether it is silent."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _BLOCKS.fullmatch(tag):
            self._end_line()
        elif tag in _CELLS:
            self._line.append(" ")
        if not _VOID.fullmatch(tag):
            said = " ".join(value or "" for name, value in attrs if name in {"class", "id"})
            self._open.append((tag, tag == "blockquote" or bool(_QUOTING.search(said)), tag in _SILENT))

    def handle_endtag(self, tag: str) -> None:
        if _BLOCKS.fullmatch(tag) or tag == "blockquote":
            self._end_line()
        if any(each[0] == tag for each in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not any(silent for _tag, _quotes, silent in self._open):
            self._line.append(data.replace("\n", " "))

    def text(self) -> str:
        self._end_line()
        return _MANY_EMPTY.sub("\n\n", "\n".join(self._lines)).strip()

    def _end_line(self) -> None:
        words = _BLANKS.sub(" ", "".join(self._line)).strip()
        depth = sum(quotes for _tag, quotes, _silent in self._open)
        self._lines.append(f"{'>' * depth} {words}" if depth and words else words)
        self._line = []


def text_of_html(html: str) -> str:
    """Return what *html* shows, a line for each block; what is broken in it is passed over."""
    reader = _Words()
    try:
        reader.feed(html[:LONGEST_HTML])
        reader.close()
    except (AssertionError, ValueError):  # What the parser says of some broken markup.
        pass
    return reader.text()


@dataclass(frozen=True, slots=True)
class Parts:
    """A mail's text in three: what was written now, how it was signed, what was quoted."""

    said: str
    signature: str
    quoted: str


_BEGINS_QUOTE = re.compile(
    r"""
    (?: On\b.{4,200}\bwrote | Op\b.{4,200}\bschreef\b.{0,120}
        | Op\b.{4,200}\bheeft\b.{1,120}\bgeschreven | Am\b.{4,200}\bschrieb\b.{0,120}
        | Le\b.{4,200}\bécrit ) \s* :\s*
    | -{2,}\s*(?:Original\ Message|Oorspronkelijk\ bericht|Forwarded\ message|Doorgestuurd\ bericht
        |Ursprüngliche\ Nachricht)\s*-{2,}
    | (?:Begin\ forwarded\ message|Begin\ doorgestuurd\ bericht)\s*:
    | _{20,}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FROM_LINE = re.compile(r"\*?(?:From|Van|Von|De)\s*:\*?\s+\S", re.IGNORECASE)
_SENT_LINE = re.compile(r"\*?(?:Sent|Verzonden|Date|Datum|Gesendet|Envoyé)\s*:\*?\s+\S", re.IGNORECASE)
_SIGNS = re.compile(
    r"""
    --\s?
    | (?:Sent|Get\ Outlook)\ (?:from|for)\b.{0,60}
    | (?:Verstuurd|Verzonden|Gesendet|Envoyé)\ (?:vanaf|vanuit|met|von|de|depuis)\b.{0,60}
    | Von\ meinem\b.{1,40}\bgesendet\.?
    | (?:Kind|Best|Warm|Many)?\s?(?:regards|wishes|thanks)\s?,?
    | (?:Met\ )?(?:vriendelijke|hartelijke)\ groet(?:en)?\s?,?
    | (?:Groet(?:en|jes)?|Mvg|Hoogachtend|Sincerely(?:\ yours)?|Cheers)\s?,?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_QUOTED_LINE = re.compile(r"\s{0,3}[>|]")


def parts_of(text: str) -> Parts:
    """Return *text* in three; lines that are marked as quoted are taken out wherever they stand."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = _quote_begins(lines)
    mine = [line for line in lines[:end] if not _QUOTED_LINE.match(line)]
    quoted = [line for line in lines[:end] if _QUOTED_LINE.match(line)] + lines[end:]
    signs = next((place for place, line in enumerate(mine) if place and _SIGNS.fullmatch(line.strip())), len(mine))
    return Parts(_joined(mine[:signs]), _joined(mine[signs:]), _joined(quoted))


def _quote_begins(lines: list[str]) -> int:
    """Return the place of the line that announces a quotation; a mail program may have broken it in two."""
    for place, line in enumerate(lines):
        bare = line.strip()
        if not bare:
            continue
        both = " ".join([bare, *(later.strip() for later in lines[place + 1 : place + 2])])
        if any(len(each) < _LONGEST_ANNOUNCEMENT and _BEGINS_QUOTE.fullmatch(each) for each in (bare, both)):
            return place
        if _FROM_LINE.match(bare) and any(_SENT_LINE.match(later.strip()) for later in lines[place + 1 : place + 4]):
            return place
    return len(lines)


def _joined(lines: list[str]) -> str:
    return _MANY_EMPTY.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


_DUTCH = re.compile(r"\b(?:de|het|een|en|van|wij|ons|onze|niet|met|voor|wat|zijn|graag|nummer|bestelling|u|kunt)\b")
_ENGLISH = re.compile(r"\b(?:the|a|and|of|we|our|not|with|for|what|are|please|number|order|you|can)\b")


def language_of(text: str) -> str:
    """Return `nl` or `en`, by the small words."""
    words = text[:5_000].lower()
    return "nl" if len(_DUTCH.findall(words)) > len(_ENGLISH.findall(words)) else "en"
