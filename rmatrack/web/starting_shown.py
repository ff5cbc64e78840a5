"""What the pages of starting a trial show beside their fields: where data is kept, what is left, what happens next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from rmatrack.db.customer_lists import customer_with_id, customers_by_name
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.parcels import Left
from rmatrack.domain.policy import Family, Model, Policy, Region, zone_for
from rmatrack.domain.starting import region_of
from rmatrack.domain.trial_details import NoDevices
from rmatrack.domain.trial_services import Service, in_order
from rmatrack.domain.trials import Door
from rmatrack.services.organisations import Organisation, find_organisation
from rmatrack.services.parcels import devices_left, ships_to
from rmatrack.services.trials import CustomerView, customer_view
from rmatrack.web.dates import day, today
from rmatrack.web.given import given
from rmatrack.web.languages import _, language, ngettext, word
from rmatrack.web.places import country
from rmatrack.web.starting_deed import company_of, details_of, parcel_of, whole
from rmatrack.web.starting_steps import Answers, Step, services_chosen, ships_devices

CUSTOMERS_OFFERED = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a customer's data is kept, and in which zone its days are counted; `refusal` where nobody decided."""

    region: Region | None
    zone: str | None
    refusal: RmatrackError | None


@dataclass(frozen=True, slots=True)
class FamilyOffered:
    """A family of models, what is left of each, and where it ships."""

    family: Family
    models: Sequence[tuple[Model, int]]
    most: int
    countries: Sequence[str]


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the check page: what was asked, and what was answered at which step."""

    step: Step
    asked: str
    answer: str


def kept_where(code: str, state: str = "") -> Kept | None:
    """Return where data of customers in a country is kept (SPEC T-5); None while no country is chosen."""
    if not code:
        return None
    policy = given().policy
    try:
        return Kept(region_of(code, policy, g.now.date()), zone_for(policy, code, state), None)
    except RmatrackError as error:
        return Kept(None, None, error)


def organisation(session: Session, answers: Answers) -> Organisation | None:
    """Return the organisation that was found, to be confirmed."""
    asked = answers.get(Step.ORGANISATION, {})
    try:
        return find_organisation(session, asked.get("email") or "", asked.get("org_id") or "", by=g.actor)
    except RmatrackError:
        return None


def own_customers(session: Session) -> Sequence[tuple[str, str]]:
    """Return the customers that the partner has, as (id, name)."""
    found = customers_by_name(session, part="", after=None, limit=CUSTOMERS_OFFERED, seen_by=g.actor)
    return [(str(one.id), f"{one.name} · {country(one.country)}") for one in found]


def customer_chosen(session: Session, answers: Answers) -> CustomerView | None:
    """Return the customer that the trial is added to, with what it bought and tries (SPEC T-15)."""
    customer_id = whole(answers.get(Step.CUSTOMER, {}).get("customer_id"))
    if customer_id is None or customer_with_id(session, customer_id, seen_by=g.actor) is None:
        return None
    return customer_view(session, customer_id, seen_by=g.actor, policy=given().policy, now=g.now)


def not_free(view: CustomerView | None) -> Mapping[str, str]:
    """Return why a service cannot be tried, by service."""
    if view is None:
        return {}
    running = {
        service: row.standing.partner.name
        for row in view.trials
        if row.standing.days_left is not None or not row.standing.calendar
        for service in row.services
    }
    taken = {service.value: _("On trial, with %(partner)s", partner=partner) for service, partner in running.items()}
    for one in view.elsewhere:
        taken[one.service.value] = _("On trial, with %(partner)s", partner=one.partner)
    for one in view.bought:
        manager = one.partner or _("the vendor")
        taken[one.service.value] = _("Bought, managed by %(partner)s", partner=manager)
    return taken


def left(session: Session) -> Left:
    """Return how many devices the partner may still have (SPEC D-2)."""
    return devices_left(session, policy=given().policy, by=g.actor, now=g.now)


def families(policy: Policy, left_: Left) -> Sequence[FamilyOffered]:
    """Return the models by family."""
    return list(_families(policy, left_))


def _families(policy: Policy, left_: Left) -> Iterator[FamilyOffered]:
    for family in policy.families.values():
        models = [(model, left_.models[code]) for code, model in policy.models.items() if model.family == family.code]
        if models:
            places = ships_to(policy, [models[0][0].code], now=g.now)
            yield FamilyOffered(family, models, left_.families[family.code], sorted(map(country, places)))


def ship_to_offered(answers: Answers) -> frozenset[str]:
    """Return the countries that all chosen models ship to (SPEC D-3)."""
    return countries_of(answers.get(Step.MODELS, {}).get("models") or {})


def countries_of(counts: Mapping[str, str]) -> frozenset[str]:
    """Return the countries to which these models ship together."""
    policy = given().policy
    return ships_to(
        policy, [code for code, count in counts.items() if code in policy.models and whole(count)], now=g.now
    )


def summary(session: Session, door: Door, answers: Answers) -> list[Said]:
    """Return everything that was answered, step by step."""
    return [*_who(session, door, answers), *_what(answers), *_devices(answers)]


def _who(session: Session, door: Door, answers: Answers) -> Iterator[Said]:
    match door:
        case Door.NEW:
            company = company_of(answers)
            yield Said(Step.COMPANY, _("Company name"), company.name)
            if company.administrator:
                yield Said(Step.COMPANY, _("Administrator's name"), company.administrator)
            yield Said(Step.COMPANY, _("Administrator's e-mail"), company.email)
            names = {one.code: one.names[language()] for one in given().policy.verticals}
            yield Said(Step.COMPANY, _("Line of business"), names.get(company.vertical, ""))
            yield Said(Step.PLACE, _("Country"), country(company.country))
            kept = kept_where(company.country)
            if kept and kept.region:
                yield Said(Step.PLACE, _("Data is kept in"), kept.region.names[language()])
            yield Said(Step.PLACE, _("Supported location"), _("confirmed") if company.location_confirmed else "–")
        case Door.EXISTING:
            found = organisation(session, answers)
            yield Said(Step.CONFIRM, _("Organisation"), found.name if found else "–")
            yield Said(Step.ORGANISATION, _("Consent is asked of"), answers.get(Step.ORGANISATION, {}).get("email", ""))
        case _:
            view = customer_chosen(session, answers)
            yield Said(Step.CUSTOMER, _("Customer"), view.customer.name if view else "–")


def _what(answers: Answers) -> Iterator[Said]:
    details, services = details_of(answers), services_chosen(answers)
    yield Said(Step.SERVICES, _("Services"), ", ".join(word(service) for service in in_order(services)))
    length = ngettext("%(num)s day", "%(num)s days", details.duration_days)
    yield Said(Step.AMOUNTS, _("Duration"), length)
    amounts = answers.get(Step.AMOUNTS, {})
    if services - {Service.DEVICES}:
        yield Said(Step.AMOUNTS, _("Licences"), amounts.get("licences") or "–")
    if Service.DEVICES in services:
        yield Said(Step.AMOUNTS, _("Device registrations"), amounts.get("registrations") or "–")
    if details.site_url:
        yield Said(Step.SITE, _("Meetings site"), f"{details.site_url} · {details.site_zone or '–'}")
    elif Service.MEETINGS in services:
        yield Said(Step.SITE, _("Meetings site"), _("none of its own"))


def _devices(answers: Answers) -> Iterator[Said]:
    if Service.DEVICES not in services_chosen(answers):
        return
    if not ships_devices(answers):
        because = answers.get(Step.DEVICES, {}).get("no_devices_because")
        reason = word(NoDevices(because)) if because in set(NoDevices) else "–"
        yield Said(Step.DEVICES, _("Devices"), _("None: %(reason)s", reason=reason))
        return
    parcel, models = parcel_of(answers), given().policy.models
    if parcel is None:
        return
    counted = [(models[code].name if code in models else code, count) for code, count in parcel.models.items()]
    yield Said(Step.MODELS, _("Devices"), ", ".join(f"{count} × {name}" for name, count in counted) or "–")
    place = [parcel.recipient, parcel.ship_to_name, parcel.address_1, f"{parcel.postal_code} {parcel.city}".strip()]
    address = ", ".join(part for part in (*place, country(parcel.country) if parcel.country else "") if part)
    yield Said(Step.SHIP_TO, _("Ship-to address"), address)


def what_happens(door: Door, answers: Answers) -> list[str]:
    """Return what pressing the button does, and when the rest follows."""
    return list(_happens(door, answers, given().policy))


def _happens(door: Door, answers: Answers, policy: Policy) -> Iterator[str]:
    terms, details = policy.terms, details_of(answers)
    if door is Door.EXISTING:
        email = answers.get(Step.ORGANISATION, {}).get("email", "")
        answer_by = day(today() + timedelta(days=terms.consent_window_days))
        yield _("A mail asks %(email)s for consent. Full administrators of the organisation can answer.", email=email)
        yield _("One of them has to accept by %(day)s; otherwise the request ends by itself.", day=answer_by)
        yield _("No day of the trial counts, and nothing ships, before they accept and you give the last details.")
        return
    ends = day(today() + timedelta(days=details.duration_days))
    yield _("The trial starts at once and runs through %(day)s.", day=ends)
    if door is Door.PAYING:
        yield _("All administrators of the customer are told by mail that the trial started.")
    yield _("Seven days before it expires, and on the day, the customer's administrators and yours get a mail.")
    if ships_devices(answers):
        yield _("Logistics ships the devices. Each has to come back 14 days after its EULA expires, at the latest.")


def more(session: Session, door: Door, step: Step, answers: Answers) -> dict[str, Any]:
    """Return what the page of a step needs besides its form."""
    policy = given().policy
    match step:
        case Step.PLACE:
            where = answers.get(Step.PLACE, {})
            return {"kept": kept_where(where.get("country") or "", where.get("state") or "")}
        case Step.CONFIRM:
            return {"organisation": organisation(session, answers)}
        case Step.SERVICES:
            view = customer_chosen(session, answers) if door is Door.PAYING else None
            return {"not_free": not_free(view), "customer": view.customer.name if view else None}
        case Step.AMOUNTS:
            return {"terms": policy.terms, "services": services_chosen(answers)}
        case Step.DEVICES:
            return {"left": left(session)}
        case Step.MODELS:
            left_ = left(session)
            return {
                "left": left_,
                "families": families(policy, left_),
                "together": sorted(map(country, ship_to_offered(answers))),
            }
        case Step.SHIP_TO:
            return {"offered": sorted(map(country, ship_to_offered(answers)))}
        case Step.CHECK:
            return {"said": summary(session, door, answers), "happens": what_happens(door, answers)}
    return {}
