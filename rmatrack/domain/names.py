"""Names folded for comparison: what people type is not always what was written down."""

import unicodedata


def name_key(name: str) -> str:
    """Return *name* without case, accents and doubled blanks: `Université  de Montréal` → `universite de montreal`.

    Letters that do not decompose (`Ł`, `Ø`, `ß`) are folded by the same table that a reader uses: `l`, `o`, `ss`.
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.split())


_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ʻ": "'"})
