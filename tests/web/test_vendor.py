"""What the pages borrow from others is what its list says, to the byte."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from rmatrack.web.assets import STATIC, static_digest

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


def test_every_icon_a_template_shows_is_in_the_sprite() -> None:
    sprite = (VENDOR / "icons.svg").read_text()

    listed = {name for borrowed in FILES for name in borrowed.get("icons", ())}

    assert {name for name in listed if f'id="{name}"' not in sprite} == set()


def test_the_digest_in_the_urls_follows_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    before = static_digest(tmp_path)

    (tmp_path / "a.css").write_text("b {}")

    assert static_digest(tmp_path) != before
