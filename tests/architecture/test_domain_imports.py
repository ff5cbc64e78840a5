"""The ground floor is plain Python: `rmatrack.domain` imports the standard library and itself, nothing else."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import rmatrack

PACKAGE = Path(rmatrack.__file__).parent
DOMAIN = sorted((PACKAGE / "domain").rglob("*.py"))


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_domain_imports_only_the_standard_library(path: Path) -> None:
    imported = set(imported_modules(ast.parse(path.read_text("utf-8"))))

    foreign = {name for name in imported if not is_plain(name)}

    assert not foreign


@pytest.mark.parametrize(
    "source", ["import sqlalchemy.orm", "from flask import g", "def f():\n    import rmatrack.clock"]
)
def test_an_import_from_elsewhere_is_seen(source: str) -> None:
    (imported,) = imported_modules(ast.parse(source))

    assert not is_plain(imported)


def imported_modules(tree: ast.Module) -> Iterator[str]:
    """Yield every module that *tree* imports, wherever in the file it does so."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield module


def is_plain(module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or f"{module}.".startswith("rmatrack.domain.")
