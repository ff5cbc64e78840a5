"""What the service worker of the scan station keeps: every file its page can ask for, under the present digest."""

import json
from collections.abc import Iterator
from pathlib import Path

from flask import url_for

from rmatrack.web.assets import STATIC, static_digest

_ALONE = (
    "favicon.svg",
    *(f"css/{name}.css" for name in ("theme", "layout", "parts", "print")),
    *(f"js/{name}.js" for name in ("theme", "forms", "keyboard", "copy", "exports")),
)
"""What every page of ours asks for."""

_FOLDERS = ("scan", "vendor")
_KEPT = frozenset({".css", ".js", ".svg", ".wasm"})
_NOT_OF_THE_PAGE = frozenset({"worker.js", "forget.js"})


def worker_script() -> str:
    """Return the script of the service worker.

    It begins with the digest and the files, so that a browser sees a new worker whenever one of them changes.
    """
    given = {"digest": static_digest(), "page": url_for("scan.station"), "files": list(_addresses())}
    return f"self.STATION = {json.dumps(given)};\nimportScripts({json.dumps(_address('scan/worker.js'))});\n"


def _addresses() -> Iterator[str]:
    for file in sorted(_files()):
        yield _address(str(file.relative_to(STATIC)))


def _files() -> Iterator[Path]:
    yield from (file for name in _ALONE if (file := STATIC / name).is_file())
    for folder in _FOLDERS:
        files = (STATIC / folder).rglob("*")
        yield from (file for file in files if file.suffix in _KEPT and file.name not in _NOT_OF_THE_PAGE)


def _address(name: str) -> str:
    return url_for("static", filename=name)
