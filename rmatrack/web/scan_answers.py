"""The answer to a scan as pages and programs get it: its code, its words in the reader's language, and its facts."""

from typing import Any

from rmatrack.services.scan_answers import Answer
from rmatrack.web.languages import word
from rmatrack.web.sentences import say

FACTS = ("serial", "order", "rma", "model", "customer", "opens_rma")


def told(answer: Answer) -> dict[str, Any]:
    """Return what a station shows and a program reads; a fact that is unknown is `None`."""
    return {
        "id": answer.scan_id,
        "outcome": answer.outcome.value if answer.outcome else None,
        "error": answer.error.code if answer.error else None,
        "title": word(answer.outcome) if answer.outcome else None,
        "message": say(answer.sentence),
        "notes": [say(note) for note in answer.notes],
        **{name: answer.facts.get(name) for name in FACTS},
    }
