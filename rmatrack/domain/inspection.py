"""The verdict on a unit that is back: what was found, and what may become of it (SPEC R-6).

Receiving never depends on it: a unit waits for its inspection, and its return is complete without one.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.rma import check_character


class Condition(StrEnum):
    """How a device looks and works, the best first."""

    AS_NEW = "as-new"
    USED = "used"
    DAMAGED = "damaged"
    BROKEN = "broken"


CONDITION_WORDS: dict[Condition, str] = {
    Condition.AS_NEW: _("as new"),
    Condition.USED: _("used"),
    Condition.DAMAGED: _("damaged"),
    Condition.BROKEN: _("does not work"),
}


class Disposition(StrEnum):
    """What becomes of a device."""

    RESTOCK = "restock"
    REPAIR = "repair"
    SCRAP = "scrap"
    CHARGE = "charge"


DISPOSITION_WORDS: dict[Disposition, str] = {
    Disposition.RESTOCK: _("back into stock"),
    Disposition.REPAIR: _("to be repaired"),
    Disposition.SCRAP: _("to be scrapped"),
    Disposition.CHARGE: _("to be charged"),
}


class WipeMethod(StrEnum):
    """How the data of a device was made unreadable."""

    FACTORY_RESET = "factory-reset"
    REINSTALLED = "reinstalled"
    ERASED = "erased"
    DESTROYED = "destroyed"


WIPE_WORDS: dict[WipeMethod, str] = {
    WipeMethod.FACTORY_RESET: _("factory reset"),
    WipeMethod.REINSTALLED: _("software installed anew"),
    WipeMethod.ERASED: _("storage erased with a tool"),
    WipeMethod.DESTROYED: _("storage destroyed"),
}

FAULTY = frozenset({Condition.DAMAGED, Condition.BROKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found: `lacks` are the codes of missing parts, `lacks_needed` says that it is no use without one.

    `wiped` is the method of the latest wipe certificate, None where there is none.
    """

    condition: Condition
    lacks: frozenset[str] = frozenset()
    lacks_needed: bool = False
    holds_data: bool = False
    wiped: WipeMethod | None = None

    @property
    def is_faultless(self) -> bool:
        """Say whether nothing is damaged and nothing is missing."""
        return self.condition not in FAULTY and not self.lacks

    @property
    def still_holds_data(self) -> bool:
        """Say whether a customer's data may still be on it."""
        return self.holds_data and self.wiped is None


class DispositionError(RuleBrokenError):
    """What was found does not allow what was chosen."""

    code = "disposition-not-open"

    def __init__(self) -> None:
        super().__init__(field="disposition")


class FaultyStockError(DispositionError):
    """What is damaged is no stock."""

    code = "restock-faulty"
    message = _("A device that is damaged or does not work cannot go back into stock. Choose repair, scrap or charge.")


class IncompleteStockError(DispositionError):
    """Without a needed part nobody can lend it again."""

    code = "restock-incomplete"
    message = _("A part that the device needs is missing. Add the part and take it off the list, or choose repair.")


class NotWipedError(DispositionError):
    """A customer's data may still be on it."""

    code = "not-wiped"
    message = _("This device holds data and is not certified as wiped. Wipe it and write the certificate first.")


class StorageDestroyedError(DispositionError):
    """Its storage is gone."""

    code = "restock-destroyed"
    message = _("The storage of this device was destroyed, so that it cannot be lent again. Choose repair or scrap.")


class NothingToRepairError(DispositionError):
    """There is nothing to be done to it."""

    code = "nothing-to-repair"
    message = _("As new and complete: there is nothing to repair. Put it back into stock.")


class TooGoodToScrapError(DispositionError):
    """It works and looks as new."""

    code = "too-good-to-scrap"
    message = _("A device that is as new is not scrapped. Put it back into stock, or have it repaired.")


class NothingToChargeError(DispositionError):
    """Nothing is damaged or missing."""

    code = "nothing-to-charge"
    message = _("Nothing is damaged or missing, so there is nothing to charge. Say what is, or choose another.")


class Rule(NamedTuple):
    """A disposition is not open where the finding is such."""

    disposition: Disposition
    is_broken: Callable[[Finding], bool]
    error: type[DispositionError]


_D = Disposition

RULES: tuple[Rule, ...] = (
    Rule(_D.RESTOCK, lambda found: found.condition in FAULTY, FaultyStockError),
    Rule(_D.RESTOCK, lambda found: found.lacks_needed, IncompleteStockError),
    Rule(_D.RESTOCK, lambda found: found.still_holds_data, NotWipedError),
    Rule(_D.RESTOCK, lambda found: found.wiped is WipeMethod.DESTROYED, StorageDestroyedError),
    Rule(_D.REPAIR, lambda found: _is_as_new(found) and found.wiped is not WipeMethod.DESTROYED, NothingToRepairError),
    Rule(_D.SCRAP, lambda found: _is_as_new(found) and found.wiped is not WipeMethod.DESTROYED, TooGoodToScrapError),
    Rule(_D.SCRAP, lambda found: found.still_holds_data, NotWipedError),
    Rule(_D.CHARGE, lambda found: found.is_faultless, NothingToChargeError),
)
"""The first that is broken is the one that is told."""

ASKS: dict[Disposition, str] = {
    Disposition.RESTOCK: _("As new or used, with every needed part, and wiped where it holds data."),
    Disposition.REPAIR: _("Something is worn, damaged or missing."),
    Disposition.SCRAP: _("Not worth a repair, and wiped where it holds data."),
    Disposition.CHARGE: _("Something is damaged or missing that the customer has to pay."),
}
"""What each asks for, in words."""


def _is_as_new(found: Finding) -> bool:
    return found.condition is Condition.AS_NEW and not found.lacks


def refusal(target: Disposition, found: Finding) -> type[DispositionError] | None:
    """Return why *target* is not open to what was found; None where it is."""
    return next((rule.error for rule in RULES if rule.disposition is target and rule.is_broken(found)), None)


def decided(target: Disposition, found: Finding) -> Disposition:
    """Return *target*, if it is open to what was found; raises a `DispositionError`."""
    error = refusal(target, found)
    if error is not None:
        raise error
    return target


def open_to(found: Finding) -> list[Disposition]:
    """Return what may become of it, in the order in which it is offered."""
    return [target for target in Disposition if refusal(target, found) is None]


class UnknownPartError(BadInputError):
    """A part that is not on the checklist of the device's family."""

    code = "unknown-part"
    message = _("%(part)s is not on the checklist of this device. Choose from its list.")

    def __init__(self, part: str) -> None:
        super().__init__(field="missing", part=part)


def missing_parts(missing: Iterable[str], checklist: Mapping[str, bool]) -> tuple[list[str], bool]:
    """Return the missing parts in the order of the *checklist*, and whether a needed one is among them.

    The checklist says of each part whether it is needed. Raises `UnknownPartError`.
    """
    named = set(missing)
    if strangers := sorted(named - checklist.keys()):
        raise UnknownPartError(strangers[0])
    listed = [part for part in checklist if part in named]
    return listed, any(checklist[part] for part in listed)


class RevisionReasonError(BadInputError):
    """A verdict that was given before is changed with a reason."""

    code = "revision-reason-missing"
    message = _("%(serial)s was inspected before. Say in a few words why the verdict changes.")

    def __init__(self, serial: str) -> None:
        super().__init__(field="reason", serial=serial)


class NotReceivedError(RuleBrokenError):
    """Only what is here can be looked at."""

    code = "not-received"
    message = _("%(serial)s is not received. Scan it at the dock first, then inspect it.")

    def __init__(self, serial: str) -> None:
        super().__init__(serial=serial)


class OperatorError(BadInputError):
    """A certificate names who wiped."""

    code = "wipe-operator-missing"
    message = _("Say who wiped the device.")

    def __init__(self) -> None:
        super().__init__(field="operator")


class WipeTimeError(BadInputError):
    """A wipe lies in the past, and after the device came in."""

    code = "bad-wipe-time"
    message = _("A device is wiped between the moment it came in and now. Correct date and time.")

    def __init__(self) -> None:
        super().__init__(field="wiped_at")


class TooManyPhotosError(RuleBrokenError):
    """A few pictures show a device."""

    code = "too-many-photos"
    message = _("A device has at most %(most)s photos. This one has %(have)s already.")

    def __init__(self, have: int, most: int) -> None:
        super().__init__(field="photos", have=have, most=most)


_USED_LAST_DIGITS = 9


def certificate_number(place: int) -> str:
    """Return the number of the wipe certificate at *place*, counted from 0: W, digits, a check character.

    As with RMA numbers, those whose check would be `*` are passed over (`rmatrack.domain.rma`).
    """
    tens, nth = divmod(place, _USED_LAST_DIGITS)
    stems = (f"W{tens:05d}{digit}" for digit in "0123456789")
    numbers = [f"{stem}{check}" for stem in stems if (check := check_character(stem)) != "*"]
    return numbers[nth]


def is_certificate_number(text: str) -> bool:
    """Say whether *text*, exactly as it stands, is a number that `certificate_number` could have made."""
    return _CERTIFICATE.fullmatch(text) is not None and check_character(text[:-1]) == text[-1]


_CERTIFICATE = re.compile(r"W[0-9]{6,10}[0-9A-Z]")
