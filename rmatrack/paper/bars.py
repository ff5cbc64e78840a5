"""Bar codes as rows of modules, `1` for a bar and `0` for a gap, and as one PDF path."""

import re
from functools import lru_cache

from barcode.codex import Code39, Code128, Gs1_128  # type: ignore[import-untyped]  # No stubs.
from barcode.writer import SVGWriter  # type: ignore[import-untyped]  # No stubs.

_UNUSED_WRITER = SVGWriter()
_BAR = re.compile("1+")


class _StartsRight:
    """Keep the library from taking a leading `99` for its own switch of character sets, which would lose the 99."""

    code: str

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        if self.code[:2].isdigit():
            return encoded
        shortened: list[int] = super()._try_to_optimize(encoded)  # type: ignore[misc]  # The library's Code128.
        return shortened


class _Code128(_StartsRight, Code128): ...  # type: ignore[misc]  # Untyped base.


class _Gs1(_StartsRight, Gs1_128): ...  # type: ignore[misc]  # Untyped base.


@lru_cache(maxsize=256)
def code128(content: str) -> str:
    return str(_Code128(content, writer=_UNUSED_WRITER).build()[0])


@lru_cache(maxsize=256)
def gs1_128(content: str) -> str:
    """Return the modules of a GS1-128: *content* without brackets, every element but the last of fixed length."""
    return str(_Gs1(content, writer=_UNUSED_WRITER).build()[0])


@lru_cache(maxsize=256)
def code39(content: str) -> str:
    """Return the modules of a Code 39 without check character, as DHL prints its waybill number."""
    return str(Code39(content, writer=_UNUSED_WRITER, add_checksum=False).build()[0])


@lru_cache(maxsize=256)
def path(modules: str) -> str:
    """Return the bars as one path of rectangles: one unit wide a module, one unit high."""
    return " ".join(f"{bar.start()} 0 {bar.end() - bar.start()} 1 re" for bar in _BAR.finditer(modules))
