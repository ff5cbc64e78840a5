"""The life of a trial: what is stored, what the calendar adds, and which deed fits which phase (SPEC section 1).

Stored is only what somebody decided. That a trial is in its grace, or that its grace is over, follows from its expiry
and the customer's calendar date; no flag has to be set on time for it to be true.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rmatrack.domain.errors import RuleBrokenError, WrongStatusError, _


class TrialStatus(StrEnum):
    """What was last decided about a trial."""

    PENDING_CONSENT = "pending-consent"
    PENDING_PROVISIONING = "pending-provisioning"
    ACTIVE = "active"
    CONVERTED = "converted"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    CONSENT_EXPIRED = "consent-expired"


WORDS: dict[TrialStatus, str] = {
    TrialStatus.PENDING_CONSENT: _("pending customer consent"),
    TrialStatus.PENDING_PROVISIONING: _("pending provisioning details"),
    TrialStatus.ACTIVE: _("active"),
    TrialStatus.CONVERTED: _("converted to a paid order"),
    TrialStatus.CANCELLED: _("cancelled"),
    TrialStatus.LAPSED: _("lapsed"),
    TrialStatus.WITHDRAWN: _("withdrawn"),
    TrialStatus.DECLINED: _("declined by the customer"),
    TrialStatus.CONSENT_EXPIRED: _("consent not given in time"),
}


class Door(StrEnum):
    """How a trial came to us."""

    NEW = "new"
    EXISTING = "existing"
    PAYING = "paying"
    RECORDED = "recorded"
    """With a shipment that was reported: nobody started it here."""


DOOR_WORDS: dict[Door, str] = {
    Door.NEW: _("new customer"),
    Door.EXISTING: _("existing customer, with consent"),
    Door.PAYING: _("paying customer"),
    Door.RECORDED: _("recorded with a shipment"),
}


class PartnerRole(StrEnum):
    """What a partner is in a customer's organisation (SPEC T-13)."""

    FULL = "full"
    PROVISIONING = "provisioning"


ROLE_WORDS: dict[PartnerRole, str] = {
    PartnerRole.FULL: _("full administrator"),
    PartnerRole.PROVISIONING: _("provisioning administrator"),
}

_S = TrialStatus

FIRST: dict[Door, TrialStatus] = {
    Door.NEW: _S.ACTIVE,
    Door.EXISTING: _S.PENDING_CONSENT,
    Door.PAYING: _S.ACTIVE,
    Door.RECORDED: _S.ACTIVE,
}
"""Where a trial begins its life."""

NEXT: dict[TrialStatus, frozenset[TrialStatus]] = {
    _S.PENDING_CONSENT: frozenset({_S.PENDING_PROVISIONING, _S.WITHDRAWN, _S.DECLINED, _S.CONSENT_EXPIRED}),
    _S.PENDING_PROVISIONING: frozenset({_S.ACTIVE, _S.CANCELLED}),
    _S.ACTIVE: frozenset({_S.CONVERTED, _S.CANCELLED, _S.LAPSED}),
    _S.CONVERTED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.LAPSED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.DECLINED: frozenset(),
    _S.CONSENT_EXPIRED: frozenset(),
}

NEVER_BEGAN = frozenset({_S.WITHDRAWN, _S.DECLINED, _S.CONSENT_EXPIRED})
"""A request that came to nothing: the customer leaves the partner's list (SPEC T-14)."""


def move(current: TrialStatus, target: TrialStatus) -> TrialStatus:
    """Return *target*, if a trial may go there from *current*."""
    if target not in NEXT[current]:
        raise WrongStatusError(current, target)
    return target


class Phase(StrEnum):
    """Where a trial stands today: its status, and what the calendar makes of an active one."""

    PENDING_CONSENT = "pending-consent"
    CONSENT_OVERDUE = "consent-overdue"
    PENDING_PROVISIONING = "pending-provisioning"
    RUNNING = "running"
    GRACE = "grace"
    OVER = "over"
    CONVERTED = "converted"
    CANCELLED = "cancelled"
    NEVER_BEGAN = "never-began"


PHASE_WORDS: dict[Phase, str] = {
    Phase.PENDING_CONSENT: _("pending customer consent"),
    Phase.CONSENT_OVERDUE: _("consent not given in time"),
    Phase.PENDING_PROVISIONING: _("pending provisioning details"),
    Phase.RUNNING: _("active"),
    Phase.GRACE: _("expired, in grace"),
    Phase.OVER: _("lapsed"),
    Phase.CONVERTED: _("converted to a paid order"),
    Phase.CANCELLED: _("cancelled"),
    Phase.NEVER_BEGAN: _("did not begin"),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of one trial, all included: it runs through `expires_on`, grace through `grace_ends_on` (SPEC T-22)."""

    expires_on: date
    grace_days: int
    numbers_kept_days: int

    @property
    def grace_ends_on(self) -> date:
        """The last day on which services run and converting is possible."""
        return self.expires_on + timedelta(days=self.grace_days)

    @property
    def lapses_on(self) -> date:
        """The first day without access."""
        return self.grace_ends_on + timedelta(days=1)

    @property
    def numbers_released_on(self) -> date:
        """The first day on which the phone numbers are gone (SPEC T-24)."""
        return self.grace_ends_on + timedelta(days=self.numbers_kept_days + 1)

    def days_left(self, today: date) -> int:
        """Return expiry minus *today*: 0 is "expires today" (SPEC T-20)."""
        return (self.expires_on - today).days


def phase(
    status: TrialStatus, today: date, *, calendar: Calendar | None = None, consent_ends_on: date | None = None
) -> Phase:
    """Return where a trial stands on *today*, the customer's calendar date.

    `calendar` is known once the trial is active, `consent_ends_on` (the last day to accept) while consent is asked for.
    """
    match status:
        case TrialStatus.PENDING_CONSENT:
            overdue = consent_ends_on is not None and today > consent_ends_on
            return Phase.CONSENT_OVERDUE if overdue else Phase.PENDING_CONSENT
        case TrialStatus.PENDING_PROVISIONING:
            return Phase.PENDING_PROVISIONING
        case TrialStatus.ACTIVE if calendar is None or today <= calendar.expires_on:
            return Phase.RUNNING
        case TrialStatus.ACTIVE if calendar is not None and today <= calendar.grace_ends_on:
            return Phase.GRACE
        case TrialStatus.ACTIVE | TrialStatus.LAPSED:
            return Phase.OVER
        case TrialStatus.CONVERTED:
            return Phase.CONVERTED
        case TrialStatus.CANCELLED:
            return Phase.CANCELLED
        case TrialStatus.WITHDRAWN | TrialStatus.DECLINED | TrialStatus.CONSENT_EXPIRED:
            return Phase.NEVER_BEGAN


class Deed(StrEnum):
    """What can be done with a trial that was asked for."""

    RESEND_CONSENT = "resend-consent"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    DECLINE = "decline"
    PROVISION = "provision"
    SET_UP = "set-up"
    EXTEND = "extend"
    CHANGE_SERVICES = "change-services"
    CONVERT = "convert"
    CANCEL = "cancel"
    ASK_DEVICES = "ask-devices"
    SHIP = "ship"
    SHOW_INTEREST = "show-interest"


DEED_WORDS: dict[Deed, str] = {
    Deed.RESEND_CONSENT: _("resend the consent mail"),
    Deed.WITHDRAW: _("withdraw the request"),
    Deed.ACCEPT: _("accept"),
    Deed.DECLINE: _("decline"),
    Deed.PROVISION: _("give the provisioning details"),
    Deed.SET_UP: _("set up the customer"),
    Deed.EXTEND: _("extend"),
    Deed.CHANGE_SERVICES: _("add or remove services"),
    Deed.CONVERT: _("convert to a paid order"),
    Deed.CANCEL: _("cancel"),
    Deed.ASK_DEVICES: _("ask for devices"),
    Deed.SHIP: _("ship devices"),
    Deed.SHOW_INTEREST: _("say that we are interested in buying"),
}

_D = Deed

FITTING: dict[Phase, frozenset[Deed]] = {
    Phase.PENDING_CONSENT: frozenset({_D.RESEND_CONSENT, _D.WITHDRAW, _D.ACCEPT, _D.DECLINE, _D.ASK_DEVICES}),
    Phase.CONSENT_OVERDUE: frozenset(),
    Phase.PENDING_PROVISIONING: frozenset({_D.PROVISION, _D.CANCEL, _D.ASK_DEVICES}),
    Phase.RUNNING: frozenset(
        {_D.SET_UP, _D.EXTEND, _D.CHANGE_SERVICES, _D.CONVERT, _D.CANCEL, _D.ASK_DEVICES, _D.SHIP, _D.SHOW_INTEREST}
    ),
    Phase.GRACE: frozenset({_D.SET_UP, _D.EXTEND, _D.CONVERT, _D.CANCEL, _D.SHOW_INTEREST}),
    Phase.OVER: frozenset(),
    Phase.CONVERTED: frozenset(),
    Phase.CANCELLED: frozenset(),
    Phase.NEVER_BEGAN: frozenset(),
}
"""After grace everything is final (SPEC T-23): nothing fits."""


class DeedDoesNotFitError(RuleBrokenError):
    """The trial is in a phase in which this cannot be done."""

    code = "deed-does-not-fit"
    message = _("This trial is %(phase)s; you cannot %(deed)s any more, or not yet.")

    def __init__(self, deed: Deed, current: Phase) -> None:
        super().__init__(deed=deed, phase=current)


class FinalError(RuleBrokenError):
    """Grace is over: what is gone cannot be brought back (SPEC T-23)."""

    code = "final"
    message = _(
        "This trial's grace is over. Its licences, site address, roles and Calling configuration are gone and its "
        "users have moved; none of that can be restored. Start a new trial or order instead."
    )


def must_fit(deed: Deed, current: Phase) -> None:
    """Raise `FinalError` or `DeedDoesNotFitError` where *deed* cannot be done in the *current* phase."""
    if current is Phase.OVER:
        raise FinalError
    if deed not in FITTING[current]:
        raise DeedDoesNotFitError(deed, current)


@dataclass(frozen=True, slots=True)
class Extension:
    """What extending would do: the new expiry is so many days from today, whatever was left (SPEC T-16)."""

    from_on: date
    to_on: date

    @property
    def shortens(self) -> bool:
        """Whether the "extension" takes days away: it then needs a second confirmation."""
        return self.to_on < self.from_on


class ShorteningError(RuleBrokenError):
    """An extension that shortens was not confirmed as such."""

    code = "extension-shortens"
    message = _(
        "Extending sets the expiry to %(days)s days from today, %(to)s. That is earlier than the present expiry, "
        "%(current)s. Confirm that the trial may become shorter, or leave it as it is."
    )

    def __init__(self, extension: Extension, days: int) -> None:
        super().__init__(field="confirm_shorter", days=days, to=extension.to_on, current=extension.from_on)


def extend(expires_on: date, today: date, *, days: int, confirmed: bool) -> Extension:
    """Return the extension of a trial that expires on *expires_on*; raises `ShorteningError` where unconfirmed."""
    extension = Extension(expires_on, today + timedelta(days=days))
    if extension.shortens and not confirmed:
        raise ShorteningError(extension, days)
    return extension
