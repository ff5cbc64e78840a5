"""What a step does to devices that are still out: nothing, and that is said before it is taken (SPEC D-7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rmatrack.domain.errors import _
from rmatrack.domain.sentences import Sentence


class Step(StrEnum):
    """A step that touches a trial's devices, or seems to."""

    EXTEND = "extend"
    CANCEL = "cancel"
    CONVERT = "convert"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOut:
    """A device that is still out, with its own clock (SPEC D-4, D-5)."""

    unit_id: int
    order: str
    model: str
    serial: str
    eula_expires_on: date
    due_on: date
    is_overdue: bool

    @property
    def sentence(self) -> Sentence:
        """Say when this one is due."""
        message = _DUE_BACK[self.is_overdue]
        return Sentence(message, {"model": self.model, "serial": self.serial, "order": self.order, "due": self.due_on})


_DUE_BACK = {
    False: _("%(model)s %(serial)s (%(order)s) is due back on %(due)s, as before."),
    True: _("%(model)s %(serial)s (%(order)s) was due back on %(due)s, and still is."),
}

_EFFECTS: dict[Step, str] = {
    Step.EXTEND: _(
        "Extending the trial moves no device's due day. To keep devices longer, ask for a device extension."
    ),
    Step.CANCEL: _("Cancelling the trial closes no return. The devices stay due, and the customer stays on your list."),
    Step.CONVERT: _("Trial devices are never converted. They go back; new ones can be ordered with the paid services."),
    Step.LAPSE: _("When the trial lapses, the devices stay due on their own days."),
}

_NONE_OUT = _("No device of this trial is out.")


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a step would do, in sentences: what holds for all, then device by device."""

    step: Step
    units: Sequence[UnitOut]

    @property
    def sentences(self) -> list[Sentence]:
        """Return what to show before the step is taken."""
        if not self.units:
            return [Sentence(_NONE_OUT)]
        return [Sentence(_EFFECTS[self.step]), *(unit.sentence for unit in self.units)]
