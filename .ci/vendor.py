"""Fetch what the pages borrow from npm again: `python .ci/vendor.py`, after editing `vendor.toml`.

Reads which package and version each file comes from, packs it with npm, copies the file, builds the icon sprite from
the icons that are listed, and writes the digests back.
"""

import hashlib
import io
import re
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "rmatrack" / "web" / "static" / "vendor"


def packed(package: str, version: str) -> tarfile.TarFile:
    """Return the npm tarball of *package*."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{package}@{version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  Names from our list.
        (archive,) = Path(folder).iterdir()
        return tarfile.open(fileobj=io.BytesIO(archive.read_bytes()))


def content(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(f"package/{name}")
    if member is None:
        raise FileNotFoundError(name)
    return member.read()


def sprite(archive: tarfile.TarFile, icons: list[str]) -> bytes:
    """Join *icons* into one SVG, each a symbol that a page shows with `<use href="…#name">`."""
    symbols = []
    for icon in sorted(icons):
        drawing = content(archive, f"icons/{icon}.svg").decode()
        shape = re.sub(r"\s*\n\s*", "", drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")])
        symbols.append(f'<symbol id="{icon}" viewBox="0 0 16 16">{shape}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def main() -> None:
    listing = (VENDOR / "vendor.toml").read_text()
    for borrowed in tomllib.loads(listing)["file"]:
        archive = packed(borrowed["name"], borrowed["version"])
        icons = borrowed.get("icons")
        found = sprite(archive, icons) if icons else content(archive, borrowed["source"])
        (VENDOR / borrowed["file"]).write_bytes(found)
        digest = hashlib.sha256(found).hexdigest()
        listing = re.sub(rf'(file = "{re.escape(borrowed["file"])}"\nsha256 = ")[^"]*', rf"\g<1>{digest}", listing)
    (VENDOR / "vendor.toml").write_text(listing)


if __name__ == "__main__":
    main()
