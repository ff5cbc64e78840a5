"""The answer to a scan: its outcome in words, and the facts it is kept by, so that the same scan answers the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from rmatrack.domain.discrepancies import DiscrepancyType
from rmatrack.domain.errors import RmatrackError, _
from rmatrack.domain.identify import Kind
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.receiving import Outcome, sentence
from rmatrack.domain.sentences import Sentence
from rmatrack.domain.serials import Likeness, SerialKey, Suggestion

Facts = Mapping[str, Any]
"""JSON: `serial`, and as far as they are known `order`, `rma`, `model`, `customer`, `status` (before this scan),
`expected` (order of the open box), `claimed`, `kind`, `received` (`at`, `station`, `by`), `suggestion` (`serial`,
`why`), `opens_rma` and `opens_order`; `finds` (types of discrepancies that the outcome does not tell) and
`model_checked` (the model that the box names is right)."""

_WORDS: Mapping[str, type[StrEnum]] = {"status": UnitStatus, "kind": Kind}

_RECEIVED = _("Received on %(at)s at %(station)s.")
_RECEIVED_BY = _("Received on %(at)s at %(station)s by %(person)s.")
FINDS: Mapping[str, str] = {
    DiscrepancyType.WRONG_MODEL: _("It went out as %(model)s and says %(claimed)s: put it aside for checking."),
    DiscrepancyType.WRONG_ORDER: _("It belongs to %(order)s, not to %(expected)s: take it out of this box."),
}
MODEL_CHECKED = _("The model is right: %(model)s.")
BOX_OPEN = _("The box of %(rma)s (%(order)s) is open now.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a station is told. Where the scan was refused there is an `error` and no outcome, and nothing is kept.

    `more` are the answers to the other serials that the same code held, each under an id of its own.
    """

    scan_id: str
    outcome: Outcome | None
    facts: Facts = field(default_factory=dict)
    error: RmatrackError | None = None
    more: tuple["Answer", ...] = ()

    @property
    def code(self) -> str:
        """Return the outcome, or the code of the error."""
        return self.error.code if self.error else str(self.outcome)

    @property
    def sentence(self) -> Sentence:
        """Return what happened and what to do."""
        if self.outcome is None:
            return Sentence(self.error.message, self.error.params) if self.error else Sentence("")
        words = {name: word(self.facts[name]) for name, word in _WORDS.items() if name in self.facts}
        return sentence(self.outcome, {**self.facts, **words})

    @property
    def notes(self) -> list[Sentence]:
        """Return what helps further: who received it first, which serial was probably meant, which box is open."""
        return list(self._notes())

    def _notes(self) -> Iterator[Sentence]:
        if received := self.facts.get("received"):
            params = {"at": datetime.fromisoformat(received["at"]), "station": received["station"]}
            yield Sentence(_RECEIVED_BY if received["by"] else _RECEIVED, {**params, "person": received["by"]})
        for type_ in self.facts.get("finds", ()):
            if type_ in FINDS:
                yield Sentence(FINDS[type_], self.facts)
        if self.facts.get("model_checked"):
            yield Sentence(MODEL_CHECKED, {"model": self.facts["model"]})
        if near := self.facts.get("suggestion"):
            yield suggestion(near).sentence
        if rma := self.facts.get("opens_rma"):
            yield Sentence(BOX_OPEN, {"rma": rma, "order": self.facts["opens_order"]})


def refusal(scan_id: str, error: RmatrackError) -> Answer:
    """Return the answer to a scan that is not recorded."""
    return Answer(scan_id=scan_id, outcome=None, error=error)


def suggestion(near: Mapping[str, str]) -> Suggestion:
    """Return a suggestion from the form in which it is kept."""
    return Suggestion(SerialKey(near["serial"]), Likeness(near["why"]))
