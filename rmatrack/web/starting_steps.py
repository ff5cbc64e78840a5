"""The steps of starting a trial: which there are at each door, which apply, and what each asks (SPEC T-4 – T-12).

Answers are what was typed, by step and by the names of the form's fields.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from rmatrack.domain.trial_services import LICENSED, Service
from rmatrack.domain.trials import Door
from rmatrack.web.languages import _l

Answers = Mapping[str, Mapping[str, Any]]


class Step(StrEnum):
    """A page that asks one thing; the value stands in its address."""

    COMPANY = "company"
    PLACE = "place"
    ORGANISATION = "organisation"
    CONFIRM = "confirm"
    CUSTOMER = "customer"
    SERVICES = "services"
    AMOUNTS = "amounts"
    SITE = "site"
    DEVICES = "devices"
    MODELS = "models"
    SHIP_TO = "ship-to"
    CHECK = "check"


NAMES: dict[Step, str] = {
    Step.COMPANY: _l("Customer"),
    Step.PLACE: _l("Country"),
    Step.ORGANISATION: _l("Organisation"),
    Step.CONFIRM: _l("The right one"),
    Step.CUSTOMER: _l("Customer"),
    Step.SERVICES: _l("Services"),
    Step.AMOUNTS: _l("Quantity and duration"),
    Step.SITE: _l("Meetings site"),
    Step.DEVICES: _l("Devices"),
    Step.MODELS: _l("Models"),
    Step.SHIP_TO: _l("Ship-to address"),
    Step.CHECK: _l("Check your answers"),
}

_WHO: dict[Door, tuple[Step, ...]] = {
    Door.NEW: (Step.COMPANY, Step.PLACE),
    Door.EXISTING: (Step.ORGANISATION, Step.CONFIRM),
    Door.PAYING: (Step.CUSTOMER,),
}
DOORS = tuple(_WHO)
_WHAT = (Step.SERVICES, Step.AMOUNTS, Step.SITE, Step.DEVICES, Step.MODELS, Step.SHIP_TO, Step.CHECK)

FIELDS: dict[Step, frozenset[str]] = {
    Step.COMPANY: frozenset({"company", "email", "administrator", "vertical"}),
    Step.PLACE: frozenset({"country", "state", "location_confirmed"}),
    Step.ORGANISATION: frozenset({"email", "org_id"}),
    Step.CONFIRM: frozenset({"organisation_confirmed"}),
    Step.CUSTOMER: frozenset({"customer_id"}),
    Step.SERVICES: frozenset({"services"}),
    Step.AMOUNTS: frozenset({"duration_days", "licences", "registrations"}),
    Step.SITE: frozenset({"edition", "site_url", "site_zone"}),
    Step.DEVICES: frozenset({"no_devices_because"}),
    Step.MODELS: frozenset({"models"}),
    Step.SHIP_TO: frozenset(
        {
            "recipient",
            "phone",
            "ship_to_name",
            "address_1",
            "address_2",
            "address_3",
            "city",
            "state",
            "postal_code",
            "country",
        }
    ),
    Step.CHECK: frozenset(),
}
"""The fields of each step, as errors name them."""

SHIP = "ship"
"""The answer that devices are to be shipped, where a reason not to would stand."""
ENTERPRISE = "enterprise"


def steps(door: Door, answers: Answers) -> Sequence[Step]:
    """Return the steps that apply, in their order; those that hang on an answer come once it is given."""
    return [step for step in (*_WHO[door], *_WHAT) if _applies(step, answers)]


def services_chosen(answers: Answers) -> frozenset[Service]:
    """Return the services that were chosen, as far as they are some."""
    chosen = answers.get(Step.SERVICES, {}).get("services") or ()
    return frozenset(Service(name) for name in chosen if name in set(Service))


def has_licences(answers: Answers) -> bool:
    """Say whether a number of licences is asked for."""
    return bool(services_chosen(answers) & LICENSED)


def ships_devices(answers: Answers) -> bool:
    """Say whether devices are to be shipped."""
    chosen = Service.DEVICES in services_chosen(answers)
    return chosen and answers.get(Step.DEVICES, {}).get("no_devices_because") == SHIP


def first_open(door: Door, answers: Answers) -> Step:
    """Return the first step that nobody has answered."""
    return next(step for step in steps(door, answers) if step not in answers)


def _applies(step: Step, answers: Answers) -> bool:
    match step:
        case Step.SITE:
            return Service.MEETINGS in services_chosen(answers)
        case Step.DEVICES:
            return Service.DEVICES in services_chosen(answers)
        case Step.MODELS | Step.SHIP_TO:
            return ships_devices(answers)
    return True
