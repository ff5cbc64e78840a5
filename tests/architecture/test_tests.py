"""Every test that somebody wrote is run: none hides another, none lies where it is not found."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FILES = sorted(TESTS.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_no_two_tests_of_a_file_share_a_name(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    repeated = [name for name, times in Counter(names_of_tests(tree)).items() if times > 1]

    assert not repeated


def test_a_repeated_name_is_seen() -> None:
    tree = ast.parse("def test_a(): ...\nclass TestB:\n    def test_a(self): ...\ndef test_a(): ...")

    names = Counter(names_of_tests(tree))

    assert names == {"test_a": 2, "TestB": 1, "TestB.test_a": 1}


def test_every_folder_with_tests_is_a_package() -> None:
    folders = {path.parent for path in FILES}

    assert not {folder for folder in folders if not (folder / "__init__.py").exists()}


def test_every_file_with_tests_is_collected() -> None:
    stray = [
        path
        for path in FILES
        if not path.name.startswith("test_") and any(names_of_tests(ast.parse(path.read_text("utf-8"))))
    ]

    assert not stray


def names_of_tests(tree: ast.Module | ast.ClassDef, within: str = "") -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) if name.startswith("test_"):
                yield within + name
            case ast.ClassDef(name=name) if name.startswith("Test"):
                yield within + name
                yield from names_of_tests(node, f"{within}{name}.")
