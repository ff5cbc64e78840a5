"""How a state looks: beside its word, an icon and a tone."""

from dataclasses import dataclass
from enum import StrEnum

from rmatrack.domain.due import DueState


@dataclass(frozen=True, slots=True)
class Look:
    """*icon* is a name of the sprite; *tone* is `good`, `warn`, `bad`, `accent` or nothing."""

    icon: str = "circle"
    tone: str = ""


LOOKS: dict[StrEnum, Look] = {
    DueState.NOT_DUE: Look("clock"),
    DueState.DUE_SOON: Look("hourglass-split", "warn"),
    DueState.DUE_TODAY: Look("bell", "warn"),
    DueState.OVERDUE: Look("exclamation-circle-fill", "bad"),
}


def look(status: StrEnum) -> Look:
    """Return how *status* looks; quiet, where nobody has said."""
    return LOOKS.get(status, Look())
