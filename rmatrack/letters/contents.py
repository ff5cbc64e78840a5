"""What each letter has to be told: the parameters it cannot do without, those it may have, and its links.

Names that end in `_on` are ISO dates; `services` and `lost` are codes of services, `contacts` are texts, `full` and
`again` yes or no, `expired` says that the last day is told late, `units` and `units_out` are counts. `audience` is
`customer` or `partner`, where one mail goes to both and reads differently; `full` says that the reader may answer for
the customer. Of a return `left` are the days until the due day, `days` those since; `device` and `devices` are texts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rmatrack.domain.mails import LinkPurpose, MailKind


@dataclass(frozen=True, slots=True)
class Contents:
    """The parameters of one kind of letter, and its signed links: always, and for who has to answer.

    `audience` is who reads it where that never differs; it decides the reason at the foot. Who has to answer is the
    customer among two audiences, or the full administrator.
    """

    needs: frozenset[str]
    may: frozenset[str] = frozenset()
    links: frozenset[LinkPurpose] = frozenset()
    links_to_answer: frozenset[LinkPurpose] = frozenset()
    audience: str | None = None

    def missing(self, params: Mapping[str, object], links: Collection[LinkPurpose]) -> list[str]:
        """Return the parameters and links that a letter with *params* and *links* lacks."""
        answers = params.get("audience") == "customer" or params.get("full") is True
        wanted = self.links | (self.links_to_answer if answers else frozenset())
        absent = sorted(name for name in self.needs if params.get(name) is None)
        return [*absent, *sorted(wanted.difference(links))]


_PARTIES = frozenset({"customer", "partner", "services"})
_DAYS = frozenset({"expires_on", "grace_ends_on"})
_DEVICES = frozenset({"customer", "partner", "order", "units"})
_ASKED = _PARTIES | {"last_on", "full"}
_VISIT = frozenset({"carrier", "customer", "order", "pickup_on", "ready", "closes", "boxes", "street", "city"})
_TO_BOTH = _PARTIES | {"audience"}
_K = MailKind
_INTEREST, _CONSENT = frozenset({LinkPurpose.INTEREST}), frozenset({LinkPurpose.CONSENT})

_REMINDED = _DEVICES | {"audience", "devices", "due_on", "place"}
_CHARGED = frozenset({"customer", "partner", "order", "device", "charge"})
_ANSWERS = frozenset(
    {LinkPurpose.RETURN_SENT, LinkPurpose.RETURN_LABEL, LinkPurpose.RETURN_LOST, LinkPurpose.RETURN_BUY}
)

_ANSWERED = frozenset({"customer", "order", "of_partner"})

CONTENTS: dict[MailKind, Contents] = {
    _K.ANSWER_NUMBER: Contents(_ANSWERED | {"orders"}, audience="asker"),
    _K.ANSWER_DUE: Contents(
        _ANSWERED | {"units", "devices", "due_on", "eula_expires_on", "window_days"},
        may=frozenset({"pickup_on", "trial_expires_on"}),
        audience="asker",
    ),
    _K.ANSWER_WAY_BACK: Contents(
        _ANSWERED | {"rma", "carrier", "devices", "with_label", "needs_papers"},
        may=frozenset({"phone", "web", "booking", "due_on"}),
        audience="asker",
    ),
    _K.ANSWER_STATUS: Contents(
        _ANSWERED | {"back", "travelling", "waiting", "is_complete"},
        may=frozenset({"rma", "due_on"}),
        audience="asker",
    ),
    _K.WELCOME: Contents(_PARTIES | _DAYS, audience="customer"),
    _K.CONSENT_REQUEST: Contents(_ASKED, may=frozenset({"again"}), links_to_answer=_CONSENT, audience="asked"),
    _K.CONSENT_REQUEST_COPY: Contents(
        _PARTIES | {"last_on", "address"}, may=frozenset({"again"}), links=_CONSENT, audience="customer"
    ),
    _K.CONSENT_ACCEPTED: Contents(_PARTIES | {"by", "full"}, audience="partner"),
    _K.CONSENT_DECLINED: Contents(_PARTIES | {"by"}, audience="partner"),
    _K.CONSENT_EXPIRED: Contents(frozenset({"customer", "services", "last_on"}), audience="partner"),
    _K.TRIAL_STARTED: Contents(_PARTIES | _DAYS, links=frozenset({LinkPurpose.STATUS}), audience="customer"),
    _K.EXPIRY_SOON: Contents(_TO_BOTH | _DAYS, may=frozenset({"contacts", "units_out"}), links_to_answer=_INTEREST),
    _K.EXPIRY_DAY: Contents(
        _TO_BOTH | _DAYS, may=frozenset({"contacts", "expired", "units_out"}), links_to_answer=_INTEREST
    ),
    _K.ACCESS_ENDED: Contents(frozenset({"customer", "services", "grace_ends_on"}), audience="user"),
    _K.FINAL: Contents(_TO_BOTH | {"grace_ends_on"}, may=frozenset({"numbers_released_on", "units_out"})),
    _K.NUMBERS_RELEASED: Contents(_TO_BOTH | {"numbers_released_on"}),
    _K.EXTENSION_REQUESTED: Contents(_DEVICES | {"from_on", "to_on", "by", "reason"}, audience="trials-team"),
    _K.EXTENSION_APPROVED: Contents(_DEVICES | {"to_on", "due_on"}, audience="partner"),
    _K.EXTENSION_REFUSED: Contents(_DEVICES | {"to_on", "due_on", "because"}, audience="partner"),
    _K.SET_UP_SERVICE: Contents(
        frozenset({"customer", "partner", "services", "order_number"}),
        links=frozenset({LinkPurpose.SET_UP}),
        audience="contact",
    ),
    _K.INTEREST: Contents(_PARTIES | {"by", "expires_on"}, audience="partner"),
    _K.RETURN_LABELS: Contents(
        frozenset({"customer", "partner", "order", "rma", "devices", "carrier"}),
        may=frozenset({"due_on", "phone", "booking"}),
        audience="customer",
    ),
    _K.RETURN_DUE: Contents(_REMINDED | {"left"}, links=_ANSWERS),
    _K.RETURN_OVERDUE: Contents(_REMINDED | {"days", "is_last"}, links=_ANSWERS),
    _K.RETURN_WISH: Contents(_DEVICES | {"devices", "by"}, may=frozenset({"note"}), audience="partner"),
    _K.CHARGE_PROPOSED: Contents(
        _CHARGED | {"due_on", "damaged"}, may=frozenset({"value"}), audience="partner-administrator"
    ),
    _K.CHARGE_WITHDRAWN: Contents(_CHARGED | {"because", "credit"}, audience="partner-administrator"),
    _K.CHARGE_DECIDED: Contents(
        _CHARGED | {"decision", "because"}, may=frozenset({"credit"}), audience="partner-administrator"
    ),
    _K.PICKUP_BOOKED: Contents(_VISIT | {"moved"}, may=frozenset({"number"}), audience="customer"),
    _K.PICKUP_CALLED_OFF: Contents(_VISIT, may=frozenset({"number"}), audience="customer"),
    _K.CONVERSION_SUMMARY: Contents(
        _PARTIES | {"order_number", "expires_on"}, may=frozenset({"lost", "units_out"}), audience="partner"
    ),
    _K.BOOKING_REQUEST: Contents(frozenset({"about", "lines"}), audience="forwarder"),
}
