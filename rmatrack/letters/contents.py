"""What each letter has to be told: the parameters it cannot do without, those it may have, and its links.

Names that end in `_on` are ISO dates, `services`, `lost` and `contacts` are lists, `full` and `again` yes or no, the
numbers are counts. `audience` is `customer` or `partner`, where one mail goes to both and reads differently.
"""

from collections.abc import Collection
from dataclasses import dataclass

from rmatrack.domain.mails import LinkPurpose, MailKind


@dataclass(frozen=True, slots=True)
class Contents:
    """The parameters of one kind of letter, the links it must have, and those it may have.

    `audience` is who reads it where that never differs; it decides the reason at the foot.
    """

    needs: frozenset[str]
    may: frozenset[str] = frozenset()
    links: frozenset[LinkPurpose] = frozenset()
    audience: str | None = None

    def lacks(self, params: Collection[str]) -> set[str]:
        """Return what is missing among *params*."""
        return set(self.needs.difference(params))


_PARTIES = frozenset({"customer", "partner", "services"})
_DEVICES = frozenset({"customer", "partner", "order", "units"})
_K = MailKind

CONTENTS: dict[MailKind, Contents] = {
    _K.WELCOME: Contents(_PARTIES | {"expires_on", "grace_ends_on"}, audience="customer"),
    _K.CONSENT_REQUEST: Contents(_PARTIES | {"last_on", "full"}, may=frozenset({"again"}), audience="asked"),
    _K.CONSENT_REQUEST_COPY: Contents(
        _PARTIES | {"last_on", "address"},
        may=frozenset({"again"}),
        links=frozenset({LinkPurpose.CONSENT}),
        audience="customer",
    ),
    _K.CONSENT_ACCEPTED: Contents(_PARTIES | {"by", "full"}, audience="partner"),
    _K.CONSENT_DECLINED: Contents(_PARTIES | {"by"}, audience="partner"),
    _K.CONSENT_EXPIRED: Contents(_PARTIES | {"last_on"}, audience="partner"),
    _K.TRIAL_STARTED: Contents(
        _PARTIES | {"expires_on", "grace_ends_on"}, links=frozenset({LinkPurpose.STATUS}), audience="customer"
    ),
    _K.EXPIRY_SOON: Contents(
        _PARTIES | {"audience", "expires_on", "grace_ends_on"}, may=frozenset({"contacts", "units_out"})
    ),
    _K.EXPIRY_DAY: Contents(
        _PARTIES | {"audience", "expires_on", "grace_ends_on"}, may=frozenset({"contacts", "units_out"})
    ),
    _K.ACCESS_ENDED: Contents(_PARTIES | {"grace_ends_on"}, audience="user"),
    _K.FINAL: Contents(_PARTIES | {"audience", "grace_ends_on"}, may=frozenset({"numbers_released_on", "units_out"})),
    _K.NUMBERS_RELEASED: Contents(_PARTIES | {"audience", "numbers_released_on"}),
    _K.EXTENSION_REQUESTED: Contents(_DEVICES | {"from_on", "to_on", "by", "reason"}, audience="trials-team"),
    _K.EXTENSION_APPROVED: Contents(_DEVICES | {"to_on", "due_on"}, audience="partner"),
    _K.EXTENSION_REFUSED: Contents(_DEVICES | {"to_on", "due_on", "because"}, audience="partner"),
    _K.SET_UP_SERVICE: Contents(_PARTIES | {"order_number"}, links=frozenset({LinkPurpose.SET_UP}), audience="contact"),
    _K.INTEREST: Contents(_PARTIES | {"by", "expires_on"}, audience="partner"),
    _K.CONVERSION_SUMMARY: Contents(
        _PARTIES | {"order_number", "expires_on"}, may=frozenset({"lost", "units_out"}), audience="partner"
    ),
}
