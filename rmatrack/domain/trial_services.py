"""The services that can be tried, and when one is free to be (SPEC T-7, T-11, T-15)."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RuleBrokenError, _
from rmatrack.domain.names import name_key


class Service(StrEnum):
    """What a trial can hold."""

    MESSAGING = "messaging"
    MEETINGS = "meetings"
    CALLING = "calling"
    DEVICES = "devices"


WORDS: dict[Service, str] = {
    Service.MESSAGING: _("Messaging"),
    Service.MEETINGS: _("Meetings"),
    Service.CALLING: _("Calling"),
    Service.DEVICES: _("Webex Devices"),
}

LICENSED = frozenset(Service) - {Service.DEVICES}
"""These are given in licences; devices are given in registrations."""

_PRODUCTS: dict[Service, tuple[str, ...]] = {
    Service.MESSAGING: ("Webex Messaging", "Webex Teams", "Webex App", "Spark Message", "Spark Messaging"),
    Service.MEETINGS: (
        "Webex Meetings",
        "Webex Meeting Center",
        "Webex Enterprise Edition",
        "Spark Meeting",
        "Spark Meetings",
    ),
    Service.CALLING: ("Webex Calling", "Webex Call", "Spark Call", "Spark Calling"),
    Service.DEVICES: ("Webex Devices", "Webex Room", "Spark Room", "Spark Room Systems"),
}
"""Product names on orders, today's first and older ones after it; they count as one (SPEC T-15)."""

_MAKER = "cisco "
_BY_NAME = {name_key(name): service for service, names in _PRODUCTS.items() for name in (*names, service.value)}


class UnknownProductError(BadInputError):
    """No service is known under that name."""

    code = "unknown-product"
    message = _("%(product)s is not a product that we know. Use a name such as Webex Calling.")

    def __init__(self, product: str) -> None:
        super().__init__(field="product", product=product)


def service_of(product: str) -> Service:
    """Return the service that a product gives, under its old name or its new one; raises `UnknownProductError`."""
    service = _BY_NAME.get(name_key(product).removeprefix(_MAKER))
    if service is None:
        raise UnknownProductError(product)
    return service


def product_of(service: Service) -> str:
    """Return today's product name of a service."""
    return _PRODUCTS[service][0]


def services_in(text: str) -> frozenset[Service]:
    """Return the services that a column holds, names separated by blanks."""
    return frozenset(Service(name) for name in text.split())


def as_text(services: Collection[Service]) -> str:
    """Return *services* as a column holds them, always in the same order."""
    return " ".join(service.value for service in in_order(services))


def in_order(services: Collection[Service]) -> list[Service]:
    """Return *services* in the order in which people read them."""
    return [service for service in Service if service in services]


class ServiceTakenError(RuleBrokenError):
    """Not free; a partner without the customer learns no more than that (SPEC X-1)."""

    code = "service-taken"
    message = _(
        "%(service)s is bought or on trial at this organisation already. Leave it out, and ask for the other services."
    )

    def __init__(self, service: Service) -> None:
        super().__init__(field="services", service=service)


class ServiceBoughtError(RuleBrokenError):
    """The customer has bought it."""

    code = "service-bought"
    message = _("This customer has bought %(service)s. Leave it out; what is bought cannot be tried.")

    def __init__(self, service: Service) -> None:
        super().__init__(field="services", service=service)


class ServiceOnTrialError(RuleBrokenError):
    """Somebody is trialling it with this customer."""

    code = "service-on-trial"
    message = _(
        "%(service)s is on trial with this customer already, with %(partner)s. Leave it out until that is over."
    )

    def __init__(self, service: Service, partner: str) -> None:
        super().__init__(field="services", service=service, partner=partner)


def must_be_free(
    wanted: Collection[Service],
    *,
    bought: Collection[Service],
    on_trial: Mapping[Service, str],
    knows_the_customer: bool,
) -> None:
    """Raise where one of *wanted* cannot be tried; *on_trial* has each running service with its partner's name."""
    for service in in_order(wanted):
        if not knows_the_customer and (service in bought or service in on_trial):
            raise ServiceTakenError(service)
        if service in bought:
            raise ServiceBoughtError(service)
        if service in on_trial:
            raise ServiceOnTrialError(service, on_trial[service])
