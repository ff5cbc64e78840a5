"""What is chosen for a trial: services, quantities, duration, Meetings site, devices or why none (SPEC T-7 – T-9)."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.policy import Terms
from rmatrack.domain.trial_services import LICENSED, Service

_SITE = re.compile(r"(?:https?://)?([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.webex\.com/?")


class NoDevices(StrEnum):
    """Why no devices are shipped with a trial of Webex Devices."""

    ONLY_REGISTRATIONS = "only-registrations"
    PARTNER_SUPPLIES = "partner-supplies"
    CUSTOMER_HAS = "customer-has"


WORDS: dict[NoDevices, str] = {
    NoDevices.ONLY_REGISTRATIONS: _("only registrations are wanted"),
    NoDevices.PARTNER_SUPPLIES: _("the partner supplies the devices"),
    NoDevices.CUSTOMER_HAS: _("the customer has devices"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """The choices for one trial; a site is given where Meetings is tried as Webex Enterprise Edition."""

    services: frozenset[Service]
    duration_days: int
    licences: int | None = None
    registrations: int | None = None
    site_url: str | None = None
    site_zone: str | None = None
    no_devices_because: NoDevices | None = None


class NoServiceError(BadInputError):
    """A trial of nothing."""

    code = "no-service"
    message = _("Choose at least one service.")

    def __init__(self) -> None:
        super().__init__(field="services")


class DurationError(BadInputError):
    """A trial lasts as long as the programme offers."""

    code = "trial-duration"
    message = _("A trial lasts %(offered)s days. Choose one of these.")

    def __init__(self, offered: tuple[int, ...]) -> None:
        super().__init__(field="duration_days", offered=", ".join(map(str, offered)))


class LicencesError(BadInputError):
    """Licences are counted for every service but devices."""

    code = "licence-quantity"
    message = _("Choose a number of licences from %(least)s to %(most)s.")

    def __init__(self, least: int, most: int) -> None:
        super().__init__(field="licences", least=least, most=most)


class RegistrationsError(BadInputError):
    """Devices are counted in registrations."""

    code = "registration-quantity"
    message = _("Choose a number of device registrations from %(least)s to %(most)s.")

    def __init__(self, least: int, most: int) -> None:
        super().__init__(field="registrations", least=least, most=most)


class SiteUrlError(BadInputError):
    """No site address of the Enterprise Edition."""

    code = "bad-site-url"
    message = _(
        "%(url)s is not a site address. Write it as name.webex.com, the name in letters, digits and dashes, 63 at most."
    )

    def __init__(self, url: str) -> None:
        super().__init__(field="site_url", url=url)


class SiteUrlTakenError(RuleBrokenError):
    """Each site address belongs to one trial."""

    code = "site-url-taken"
    message = _("%(url)s is in use. Choose another name.")

    def __init__(self, url: str) -> None:
        super().__init__(field="site_url", url=url)


class SiteZoneError(BadInputError):
    """A site needs its time zone."""

    code = "site-zone"
    message = _("Choose the time zone of the Meetings site, such as Europe/Amsterdam.")

    def __init__(self) -> None:
        super().__init__(field="site_zone")


class SiteWithoutMeetingsError(BadInputError):
    """A site is part of Meetings."""

    code = "site-without-meetings"
    message = _("A site address belongs to Meetings. Choose Meetings too, or leave the address out.")

    def __init__(self) -> None:
        super().__init__(field="site_url")


class NoDevicesReasonError(BadInputError):
    """Webex Devices without devices, and nobody said why."""

    code = "no-devices-reason"
    message = _("Choose devices to ship, or say why none are needed.")

    def __init__(self) -> None:
        super().__init__(field="no_devices_because")


def checked(details: Details, terms: Terms, *, ships_devices: bool) -> Details:
    """Return *details* as they are kept, without what does not apply; raises the errors above."""
    if details.services and details.duration_days not in terms.trial_durations_days:
        raise DurationError(terms.trial_durations_days)
    return with_quantities(details, terms, ships_devices=ships_devices)


def with_quantities(details: Details, terms: Terms, *, ships_devices: bool) -> Details:
    """Return *details* with what their services need and nothing else, whatever the trial's duration."""
    if not details.services:
        raise NoServiceError
    return replace(
        details,
        licences=_licences(details, terms),
        registrations=_registrations(details, terms),
        site_url=_site_url(details),
        site_zone=_site_zone(details),
        no_devices_because=_no_devices(details, ships_devices=ships_devices),
    )


def _licences(details: Details, terms: Terms) -> int | None:
    if not details.services & LICENSED:
        return None
    if details.licences is None or not terms.licences_least <= details.licences <= terms.licences_most:
        raise LicencesError(terms.licences_least, terms.licences_most)
    return details.licences


def _registrations(details: Details, terms: Terms) -> int | None:
    if Service.DEVICES not in details.services:
        return None
    least, most = terms.registrations_least, terms.registrations_most
    if details.registrations is None or not least <= details.registrations <= most:
        raise RegistrationsError(least, most)
    return details.registrations


def _site_url(details: Details) -> str | None:
    if not details.site_url:
        return None
    if Service.MEETINGS not in details.services:
        raise SiteWithoutMeetingsError
    found = _SITE.fullmatch(details.site_url.strip().lower())
    if found is None:
        raise SiteUrlError(details.site_url)
    return f"{found[1]}.webex.com"


def _site_zone(details: Details) -> str | None:
    if not details.site_url:
        return None
    try:
        return ZoneInfo(details.site_zone or "").key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SiteZoneError from None


def _no_devices(details: Details, *, ships_devices: bool) -> NoDevices | None:
    if Service.DEVICES not in details.services or ships_devices:
        return None
    if details.no_devices_because is None:
        raise NoDevicesReasonError
    return details.no_devices_because
