"""Files of the pages: their URLs carry a digest of all of them, so that a browser may keep them for good."""

import hashlib
from pathlib import Path

STATIC = Path(__file__).parent / "static"
KEPT_SECONDS = 365 * 24 * 3600
_DIGITS = 12


def static_digest(folder: Path = STATIC) -> str:
    """Return what changes when any file below *folder* changes.

    It is a part of the path, so that a script finds the scripts it imports under the same digest.
    """
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:_DIGITS]
