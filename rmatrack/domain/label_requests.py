"""Asking for a new return label: why the old one is of no use, and how many may be asked for (SPEC C-4)."""

from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _


class Trouble(StrEnum):
    """What became of the label that went out with the box."""

    LOST = "lost"
    DAMAGED = "damaged"
    PACKAGING_LOST = "packaging-lost"
    """The label is still there: how to pack is told, and no label is given (SPEC C-4)."""


WORDS: dict[Trouble, str] = {
    Trouble.LOST: _("the label is lost"),
    Trouble.DAMAGED: _("the label is damaged"),
    Trouble.PACKAGING_LOST: _("the packaging is lost, the label is there"),
}


class NoUnitsChosenError(BadInputError):
    """A request that names no device."""

    code = "no-units-chosen"
    message = _("Choose at least one device that needs a new label.")


class TooManyLabelsError(RuleBrokenError):
    """So many labels in a day need a person to look at them first."""

    code = "too-many-labels"
    message = _(
        "%(order)s got %(made)s new labels in the last 24 hours, and at most %(most)s are given without a question."
        " Call support: they can make more."
    )


class TooManyForDeviceError(RuleBrokenError):
    """A device that loses one label after the other."""

    code = "too-many-labels-device"
    message = _("%(serial)s got %(most)s new labels in the last 24 hours. Call support: they can make more.")


class TooManyForPartnerError(RuleBrokenError):
    """A partner that asks for labels all day long."""

    code = "too-many-labels-partner"
    message = _(
        "Your organisation got %(made)s new labels in the last 24 hours, and at most %(most)s are given without a"
        " question. Call support: they can make more."
    )


def must_be_within_limit(order: str, *, made: int, asked: int, most: int) -> None:
    """Raise `TooManyLabelsError` where *asked* more labels would be over the *most* that a day allows."""
    if made + asked > most:
        raise TooManyLabelsError(order=order, made=made, most=most)
