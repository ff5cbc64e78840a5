"""What the reminders of the calendar say, written for many trials at once (SPEC T-14, T-21 – T-24)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from rmatrack.db.recipients import customer_administrators
from rmatrack.db.sweeping import TrialToTell, Unsent, trials_to_tell
from rmatrack.db.trial_deeds import services_of
from rmatrack.db.trial_units import counts_out
from rmatrack.domain.due import today_in
from rmatrack.domain.mails import Link, LinkPurpose, Mail, MailKind, Recipient
from rmatrack.domain.policy import Terms
from rmatrack.domain.reminding import Audience, reminders
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Calendar
from rmatrack.services.trial_mails import Params, links_about

_SHIPPED_ONLY = (Service.DEVICES.value,)
"""What a trial tries that is known from its shipment only."""

_LINKS: dict[MailKind, tuple[LinkPurpose, ...]] = {
    MailKind.EXPIRY_SOON: (LinkPurpose.STATUS, LinkPurpose.INTEREST),
    MailKind.EXPIRY_DAY: (LinkPurpose.STATUS, LinkPurpose.INTEREST),
    MailKind.FINAL: (LinkPurpose.STATUS,),
}
"""What a customer's administrator is given to follow; after grace there is nothing left to buy."""


def reminder_mails(session: Session, told: Sequence[Unsent], *, terms: Terms, now: datetime) -> Iterator[Mail]:
    """Yield a mail for each reminder, the gravest first: it gives its bundle the subject."""
    rules = {rule.name: rule for rule in reminders(terms)}
    rank = {name: place for place, name in enumerate(rules)}
    known = _look_up(session, {one.trial_id for one in told})
    for one in sorted(told, key=lambda one: (-rank[one.reminder], one.about_on, one.trial_id)):
        yield _Writer(known, rules[one.reminder].kind, one, terms, today_in(one.zone, now)).mail()


@dataclass(frozen=True, slots=True)
class _Known:
    """What mails say of some trials, looked up together."""

    trials: Mapping[int, TrialToTell]
    services: Mapping[int, Sequence[str]]
    units_out: Mapping[int, int]
    contacts: Mapping[int, Sequence[str]]


def _look_up(session: Session, trial_ids: Collection[int]) -> _Known:
    trials = trials_to_tell(session, trial_ids)
    people = customer_administrators(session, {trial.customer_id for trial in trials.values()})
    return _Known(
        trials,
        services_of(session, trial_ids),
        counts_out(session, trial_ids),
        {id_: [_contact(recipient) for _administrator, recipient in known] for id_, known in people.items()},
    )


def _contact(recipient: Recipient) -> str:
    return f"{recipient.name} ({recipient.email})" if recipient.name else recipient.email


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one reminder's mail."""

    known: _Known
    kind: MailKind
    one: Unsent
    terms: Terms
    today: date

    def mail(self) -> Mail:
        one = self.one
        return Mail(
            kind=self.kind,
            to=Recipient(email=one.email, name=one.name or "", language=one.language or "en"),
            key=f"{one.reminder}:{one.trial_id}:{one.about_on}:{one.email}",
            params=self._parties() | self._days() | self._devices(),
            links=self._links(),
            trial_id=one.trial_id,
        )

    @property
    def _trial(self) -> TrialToTell:
        return self.known.trials[self.one.trial_id]

    @property
    def _calendar(self) -> Calendar:
        return Calendar(self.one.about_on, self.terms.grace_days, self.terms.numbers_kept_days)

    def _parties(self) -> Params:
        services = self.known.services[self.one.trial_id] or _SHIPPED_ONLY
        said: Params = {
            "audience": self.one.audience,
            "customer": self._trial.customer,
            "partner": self._trial.partner,
            "services": list(services),
        }
        if self.one.audience == Audience.PARTNER:
            said["contacts"] = list(self.known.contacts[self._trial.customer_id])
        return said

    def _days(self) -> Params:
        if self.kind is MailKind.CONSENT_EXPIRED:
            return {"last_on": self.one.about_on.isoformat()}
        said: Params = {
            "expires_on": self._calendar.expires_on.isoformat(),
            "grace_ends_on": self._calendar.grace_ends_on.isoformat(),
        }
        if self.kind is MailKind.EXPIRY_DAY:
            said["expired"] = self.today > self._calendar.expires_on
        if self.kind is MailKind.FINAL and self._trial.keeps_numbers:
            said["numbers_released_on"] = self._calendar.numbers_released_on.isoformat()
        if self.kind is MailKind.NUMBERS_RELEASED and self._trial.numbers_released_at:
            said["numbers_released_on"] = today_in(self._trial.zone, self._trial.numbers_released_at).isoformat()
        return said

    def _devices(self) -> Params:
        return {"units_out": self.known.units_out.get(self.one.trial_id, 0)}

    def _links(self) -> tuple[Link, ...]:
        if self.one.administrator_id is None:
            return ()
        links = links_about(self.one.trial_id, self._calendar, self.one.administrator_id)
        return tuple(link for link in links if link.purpose in _LINKS.get(self.kind, ()))
