"""The answer to a scan as pages and programs get it: its code, its words in the reader's language, and its facts."""

from typing import Any

from rmatrack.domain.discrepancies import DiscrepancyType
from rmatrack.domain.identify import NAMES_NOTHING, Kind
from rmatrack.domain.receiving import Outcome
from rmatrack.domain.sentences import Sentence
from rmatrack.services.scan_answers import FINDS, Answer
from rmatrack.web.languages import _, word
from rmatrack.web.sentences import say
from rmatrack.web.states import look

FACTS = ("serial", "order", "rma", "model", "customer", "opens_rma")
QUIET_KINDS = NAMES_NOTHING - {Kind.MISTYPED_RMA}
"""Codes that are read by the way: nobody has to look at anything."""

_FOUND_LATER: dict[str, Outcome] = {
    DiscrepancyType.WRONG_MODEL.value: Outcome.WRONG_MODEL,
    DiscrepancyType.WRONG_ORDER.value: Outcome.WRONG_ORDER,
}


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


def shown(answer: Answer) -> dict[str, Any]:
    """Return an answer with how it looks and sounds: `tone` good, accent or bad; and those to other serials read."""
    return _looked_at(answer) | {"more": [_looked_at(other) for other in answer.more]}


def _looked_at(answer: Answer) -> dict[str, Any]:
    words = told(answer) | {"kind": answer.facts.get("kind")}
    if answer.outcome is None:
        return words | {"icon": "x-circle-fill", "tone": "bad", "title": _("Not recorded")}
    if words["opens_rma"]:
        opened, *rest = words["notes"]
        return words | {"icon": "box-seam", "tone": "accent", "title": _("Box open"), "message": opened, "notes": rest}
    if words["kind"] in QUIET_KINDS:
        return words | {"icon": "info-circle-fill", "tone": "accent", "title": word(Kind(words["kind"])).capitalize()}
    later = next((type_ for type_ in _FOUND_LATER if type_ in answer.facts.get("finds", ())), None)
    if answer.outcome is Outcome.ALREADY_RECEIVED and later is None and answer.facts.get("model_checked"):
        return words | {"icon": "check-circle-fill", "tone": "good", "title": _("Model right")}
    if later:
        words |= _with_the_news_first(words, answer, later)
    outcome = _FOUND_LATER[later] if later else answer.outcome
    title = f"{word(outcome)}: {words['order']}" if outcome is Outcome.WRONG_ORDER else word(outcome)
    return words | {"icon": look(outcome).icon, "tone": look(outcome).tone, "title": title}


def _with_the_news_first(words: dict[str, Any], answer: Answer, later: str) -> dict[str, Any]:
    """Say what is to be done about a unit that was received already before saying that it was."""
    news = say(Sentence(FINDS[later], answer.facts))
    return {"message": news, "notes": [words["message"], *(note for note in words["notes"] if note != news)]}
