"""Setting a customer up on its behalf: settings and users with their licences and numbers (SPEC T-10, T-13)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rmatrack.domain.errors import BadInputError, NotAllowedError, RuleBrokenError, _
from rmatrack.domain.starting import email_from
from rmatrack.domain.trial_services import LICENSED, Service

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_BLANKS = re.compile(r"[\s().-]+")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A user of the services on trial; a phone number is for Calling, in its international form."""

    name: str
    email: str
    licences: frozenset[Service]
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What of the customer's own settings is given; empty leaves it as it is."""

    language: str = ""
    zone: str = ""


AS_THEY_ARE = Settings()


class ProvisioningOnlyError(NotAllowedError):
    """A provisioning administrator has no access beyond provisioning (SPEC T-13)."""

    code = "provisioning-only"
    message = _(
        "The customer made your organisation provisioning administrator: users, licences and settings are its own to "
        "manage. Ask it for full administrator if you should."
    )


class UserNameError(BadInputError):
    """A user has a name."""

    code = "user-name"
    message = _("Give the name of every user, in at most 200 characters.")

    def __init__(self) -> None:
        super().__init__(field="users")


class UserTwiceError(BadInputError):
    """A user is set up once."""

    code = "user-twice"
    message = _("%(email)s is there twice. Keep one of the two.")

    def __init__(self, email: str) -> None:
        super().__init__(field="users", email=email)


class LicenceNotOnTrialError(BadInputError):
    """Licences are for services on trial."""

    code = "licence-not-on-trial"
    message = _("%(service)s is not on trial, so %(email)s cannot have a licence for it. Take it off.")

    def __init__(self, email: str, service: Service) -> None:
        super().__init__(field="users", email=email, service=service)


class TooFewLicencesError(RuleBrokenError):
    """A trial has so many licences of each service."""

    code = "too-few-licences"
    message = _("%(count)s users would have %(service)s, and the trial has %(most)s licences. Take some off.")

    def __init__(self, service: Service, count: int, most: int) -> None:
        super().__init__(field="users", service=service, count=count, most=most)


class PhoneNumberError(BadInputError):
    """A phone number in no international form, or without Calling."""

    code = "bad-phone-number"
    message = _("%(number)s is no phone number for Calling. Write it as +31201234567, for a user with Calling.")

    def __init__(self, number: str) -> None:
        super().__init__(field="users", number=number)


def checked_users(users: Sequence[NewUser], *, on_trial: Collection[Service], licences: int | None) -> list[NewUser]:
    """Return *users* as they are kept; raises the errors above."""
    kept = [_checked(user, on_trial) for user in users]
    seen: set[str] = set()
    for user in kept:
        if user.email in seen:
            raise UserTwiceError(user.email)
        seen.add(user.email)
    for service in LICENSED & frozenset(on_trial):
        count = sum(service in user.licences for user in kept)
        if licences is not None and count > licences:
            raise TooFewLicencesError(service, count, licences)
    return kept


def _checked(user: NewUser, on_trial: Collection[Service]) -> NewUser:
    name, email = " ".join(user.name.split()), email_from(user.email)
    if not 0 < len(name) <= _LONGEST_NAME:
        raise UserNameError
    for service in Service:
        if service in user.licences and service not in on_trial:
            raise LicenceNotOnTrialError(email, service)
    number = _BLANKS.sub("", user.number)
    if number and (Service.CALLING not in user.licences or not _NUMBER.fullmatch(number)):
        raise PhoneNumberError(user.number)
    return NewUser(name=name, email=email, licences=user.licences, number=number)
