"""What the ladder's reminders say: one mail for the units of an order that stand on one rung (SPEC R-8, T-25)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from sqlalchemy.orm import Session

from rmatrack.db.charges import Charge, charges_with_ids
from rmatrack.db.ladder import UnitToTell, Untold, units_to_tell
from rmatrack.domain.answers import PURPOSES
from rmatrack.domain.charges import ChargeCause
from rmatrack.domain.due import days_left, due_on, today_in
from rmatrack.domain.mails import Link, Mail, MailKind, Recipient
from rmatrack.domain.policy import Policy

_LANGUAGE = "en"
_ONE_MAIL = attrgetter("email", "order_id", "eula_expires_on", "step")


def ladder_mails(session: Session, told: Sequence[Untold], *, policy: Policy, now: datetime) -> Iterator[Mail]:
    """Yield the mails, proposals to charge first, then the longest overdue."""
    units = units_to_tell(session, {one.unit_id for one in told})
    charges = charges_with_ids(session, {one.charge_id for one in told if one.charge_id is not None})
    for one in told:
        if one.charge_id is not None:
            yield _proposal(one, units[one.unit_id], charges[one.charge_id])
    rest = sorted((one for one in told if one.charge_id is None), key=_ONE_MAIL)
    together = [list(notices) for _key, notices in groupby(rest, key=_ONE_MAIL)]
    for notices in sorted(together, key=lambda notices: (notices[0].eula_expires_on, notices[0].order_id)):
        yield _Reminder(notices, units, policy, today_in(notices[0].zone, now)).mail()


@dataclass(frozen=True, slots=True)
class _Reminder:
    """One person's reminder of units of one order with one due day."""

    notices: Sequence[Untold]
    units: Mapping[int, UnitToTell]
    policy: Policy
    today: date

    def mail(self) -> Mail:
        first, due = self.notices[0], self._due_on
        order = self.units[first.unit_id]
        overdue = days_left(due, self.today) < 0
        return Mail(
            kind=MailKind.RETURN_OVERDUE if overdue else MailKind.RETURN_DUE,
            to=_recipient(first),
            key=self._key,
            params={
                "audience": first.audience,
                "customer": order.customer,
                "partner": order.partner,
                "order": order.order,
                "place": f"{order.recipient}, {order.city}",
                "units": len(self.notices),
                "devices": [_device(self.units[one.unit_id]) for one in self.notices],
                "due_on": due.isoformat(),
                **({"days": -days_left(due, self.today), "is_last": self._is_last} if overdue else self._when(due)),
            },
            links=self._links(),
            order_id=order.order_id,
        )

    @property
    def _due_on(self) -> date:
        return due_on(self.notices[0].eula_expires_on, window_days=self.policy.return_window_days)

    @property
    def _key(self) -> str:
        first = self.notices[0]
        lowest = min(one.unit_id for one in self.notices)
        return f"{first.step}:{first.order_id}.{lowest}:{first.eula_expires_on}:{first.email}"

    @property
    def _is_last(self) -> bool:
        return self.notices[0].step == max(self.policy.ladder, key=lambda step: step.days).code

    def _when(self, due: date) -> dict[str, int]:
        return {"left": days_left(due, self.today)}

    def _links(self) -> tuple[Link, ...]:
        one = self.notices[0]
        last_on = self.today + timedelta(days=self.policy.terms.return_links_days)
        return tuple(Link(purpose, one.order_id, one.administrator_id, last_on, one.person_id) for purpose in PURPOSES)


def _proposal(one: Untold, unit: UnitToTell, charge: Charge) -> Mail:
    return Mail(
        kind=MailKind.CHARGE_PROPOSED,
        to=_recipient(one),
        key=f"charge-proposed:{charge.id}:{one.email}",
        params={
            "customer": unit.customer,
            "partner": unit.partner,
            "order": unit.order,
            "device": _device(unit),
            "due_on": charge.due_on.isoformat(),
            "value": f"{charge.value:.2f} {charge.currency}" if charge.value is not None else None,
            "damaged": charge.cause == ChargeCause.CONDITION,
            "charge": charge.id,
        },
        order_id=unit.order_id,
    )


def _recipient(one: Untold) -> Recipient:
    return Recipient(email=one.email, name=one.name or "", language=one.language or _LANGUAGE)


def _device(unit: UnitToTell) -> str:
    return f"{unit.model} · {unit.serial}"
