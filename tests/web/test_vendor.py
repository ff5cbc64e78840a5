"""What the pages borrow from others is what its list says, to the byte."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from rmatrack.web.app import template_folder
from rmatrack.web.assets import STATIC, static_digest
from rmatrack.web.navigation import GROUPS
from rmatrack.web.states import LOOKS

VENDOR = STATIC / "vendor"
FILES: list[dict[str, Any]] = tomllib.loads((VENDOR / "vendor.toml").read_text())["file"]


@pytest.mark.parametrize("borrowed", FILES, ids=lambda borrowed: str(borrowed["file"]))
def test_a_borrowed_file_is_unchanged(borrowed: dict[str, Any]) -> None:
    digest = hashlib.sha256((VENDOR / borrowed["file"]).read_bytes()).hexdigest()

    assert digest == borrowed["sha256"]


def test_every_borrowed_file_is_listed() -> None:
    listed = {borrowed["file"] for borrowed in FILES}

    found = {str(file.relative_to(VENDOR)) for file in VENDOR.rglob("*") if file.is_file()}

    assert found - listed == {"vendor.toml"}


def test_every_icon_that_is_shown_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text()))
    pages = "".join(file.read_text() for file in template_folder().rglob("*.html"))

    shown = {*re.findall(r'icon\("([a-z0-9-]+)"', pages), *icons_in_code()}

    assert shown - sprite == set()


def icons_in_code() -> set[str]:
    places = {place.icon for group in GROUPS for place in group.places}
    return places | {look.icon for looks in LOOKS.values() for look in looks.values()}


def test_the_digest_in_the_urls_follows_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    before = static_digest(tmp_path)

    (tmp_path / "a.css").write_text("b {}")

    assert static_digest(tmp_path) != before
