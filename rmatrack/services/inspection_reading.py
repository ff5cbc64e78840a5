"""All about the inspection of one unit: its checklist, every verdict, every certificate, its photos (SPEC R-6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from rmatrack.db.inspections import (
    Inspection,
    UnitPhoto,
    WipeCertificate,
    inspections_of,
    photos_of,
    wipes_of,
)
from rmatrack.domain.policy import Part, Policy
from rmatrack.services.inspection import checklist, holds_data


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionFile:
    """What is known of one unit; verdicts and wipes begin with the one that holds."""

    parts: Sequence[Part]
    holds_data: bool
    verdicts: Sequence[Inspection]
    wipes: Sequence[WipeCertificate]
    photos: Sequence[UnitPhoto]

    @property
    def verdict(self) -> Inspection | None:
        """Return the verdict that holds."""
        return self.verdicts[0] if self.verdicts else None

    @property
    def wipe(self) -> WipeCertificate | None:
        """Return the certificate that holds."""
        return self.wipes[0] if self.wipes else None

    @property
    def seen(self) -> int:
        """Return the revision that somebody looking at it now has seen."""
        return self.verdict.revision if self.verdict else 0

    def part_names(self, codes: Sequence[str], language: str) -> list[str]:
        """Return the names of parts in a language; a part that left the checklist keeps its code."""
        names: Mapping[str, str] = {part.code: part.names[language] for part in self.parts}
        return [names.get(code, code) for code in codes]


def inspection_file(session: Session, unit_id: int, model: str, *, policy: Policy) -> InspectionFile:
    """Return the inspection of a unit that the reader was found to see."""
    return InspectionFile(
        parts=checklist(policy, model),
        holds_data=holds_data(policy, model),
        verdicts=inspections_of(session, {unit_id}),
        wipes=wipes_of(session, {unit_id}),
        photos=photos_of(session, {unit_id}),
    )
