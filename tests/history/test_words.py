"""Every word the log is written with has one for its readers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import rmatrack
from rmatrack.domain.history_words import DEEDS, SUBJECTS

PACKAGE = Path(rmatrack.__file__).parent


def written() -> Iterator[tuple[str, str]]:
    """Subject and deed of each `Change(...)` in the services that names them as they are."""
    for file in sorted((PACKAGE / "services").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Change":
                subject, _, deed = node.args[:3] if len(node.args) >= 3 else (None, None, None)
                yield literal(subject), literal(deed)


def literal(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_subject_of_the_log_has_a_word() -> None:
    subjects = {subject for subject, _ in written()} - {""}

    assert len(subjects) > 8
    assert subjects <= SUBJECTS.keys()


def test_every_deed_of_the_log_has_a_word() -> None:
    deeds = {deed for _, deed in written()} - {""}

    assert len(deeds) > 12
    assert deeds <= DEEDS.keys()
