"""Plain capitals, for fields in which a carrier takes nothing else: `Łódź` has to travel as `LODZ`."""

from unicodedata import normalize

_WITHOUT_ACCENT_FORM = str.maketrans({
    "Ł": "L", "Ø": "O", "Đ": "D", "Æ": "AE", "Œ": "OE", "Þ": "TH", "Ð": "D", "ẞ": "SS", "ʻ": "'", "Ĳ": "IJ",
})  # fmt: skip


def plain_capitals(text: str) -> str:
    """Return *text* in ASCII capitals; letters of other scripts are left out."""
    flat = normalize("NFKD", text.upper().translate(_WITHOUT_ACCENT_FORM))
    return "".join(character for character in flat if character.isascii())
