"""From the answers of a draft to the deed that starts its trial, rehearsed after every step.

A rehearsal does the deed itself and takes it back, so that what a step refuses is what the deed would refuse. Steps
that nobody has answered yet are played with answers that are always right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.domain.errors import RmatrackError, RuleBrokenError, _
from rmatrack.domain.parcels import Parcel
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.domain.starting import Company
from rmatrack.domain.trial_details import Details, NoDevices
from rmatrack.domain.trial_services import Service
from rmatrack.domain.trials import Door
from rmatrack.services import starting
from rmatrack.services.parcels import ships_to
from rmatrack.services.trial_standing import Standing
from rmatrack.web.starting_steps import ENTERPRISE, FIELDS, Answers, Step, services_chosen, ships_devices, steps


class NowhereTogetherError(RuleBrokenError):
    """Each model ships somewhere, and no country is on all their lists (SPEC D-3)."""

    code = "ships-nowhere-together"
    message = _("There is no country to which these models ship together. Choose models of one kind.")

    def __init__(self) -> None:
        super().__init__(field="models")


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting:
    """A trial as it was described at a door, about to be started by somebody."""

    door: Door
    answers: Answers
    policy: Policy
    by: Actor
    now: datetime

    def start(self, session: Session) -> Standing:
        """Do the deed."""
        given: dict[str, Any] = {"policy": self.policy, "by": self.by, "now": self.now}
        details, parcel = details_of(self.answers), parcel_of(self.answers)
        match self.door:
            case Door.EXISTING:
                asked, confirmed = self._said(Step.ORGANISATION), self._said(Step.CONFIRM)
                return starting.request_for_existing_customer(
                    session,
                    asked.get("email") or "",
                    details,
                    org_id=asked.get("org_id") or "",
                    organisation_confirmed=bool(confirmed.get("organisation_confirmed")),
                    parcel=parcel,
                    **given,
                )
            case Door.PAYING:
                customer_id = whole(self._said(Step.CUSTOMER).get("customer_id")) or 0
                return starting.start_for_paying_customer(session, customer_id, details, parcel=parcel, **given)
        return starting.start_for_new_customer(session, company_of(self.answers), details, parcel=parcel, **given)

    def refusal(self, session: Session, step: Step) -> RmatrackError | None:
        """Return what stands in the way of going on from *step*; the session's work is taken back."""
        if step is Step.MODELS and self._models() and not ships_to(self.policy, list(self._models()), now=self.now):
            return NowhereTogetherError()
        try:
            self._up_to(step).start(session)
        except RmatrackError as error:
            return error if self._belongs(error, step) else None
        finally:
            session.rollback()
        return None

    def _said(self, step: Step) -> Mapping[str, Any]:
        return self.answers.get(step, {})

    def _up_to(self, step: Step) -> "Starting":
        """Return the same with right answers to the steps after *step*."""
        order = list(Step)
        models = self._models() if order.index(step) >= order.index(Step.MODELS) else {}
        played = {
            later.value: said
            for later, said in self._played(models or {min(self.policy.models): "1"}).items()
            if order.index(later) > order.index(step)
        }
        answers = {**self.answers, **played}
        return Starting(door=self.door, answers=answers, policy=self.policy, by=self.by, now=self.now)

    def _models(self) -> Mapping[str, str]:
        chosen: Mapping[str, str] = self._said(Step.MODELS).get("models") or {}
        return {code: count for code, count in chosen.items() if code in self.policy.models and whole(count)}

    def _played(self, models: Mapping[str, str]) -> dict[Step, dict[str, Any]]:
        terms, region = self.policy.terms, self.policy.regions[0]
        devices = self._said(Step.DEVICES) or {"no_devices_because": NoDevices.CUSTOMER_HAS.value}
        somewhere = sorted(ships_to(self.policy, list(models), now=self.now))
        return {
            Step.PLACE: {"country": min(region.countries), "location_confirmed": True},
            Step.CONFIRM: {"organisation_confirmed": True},
            Step.SERVICES: {"services": list(Service)},
            Step.AMOUNTS: {
                "duration_days": str(terms.trial_durations_days[0]),
                "licences": str(terms.licences_proposed),
                "registrations": str(terms.registrations_proposed),
            },
            Step.SITE: {},
            Step.DEVICES: dict(devices),
            Step.MODELS: {"models": models},
            Step.SHIP_TO: dict.fromkeys(("recipient", "phone", "address_1", "city"), "–")
            | {"country": somewhere[0] if somewhere else ""},
        }

    def _belongs(self, error: RmatrackError, step: Step) -> bool:
        """Say whether an error is about a step up to *step*; one that names no field is about all of them."""
        if error.field is None:
            return True
        order = [each for each in Step if each in steps(self.door, self.answers)]
        asked = order[: order.index(step) + 1]
        return any(error.field in FIELDS[each] for each in asked)


def company_of(answers: Answers) -> Company:
    """Return the new customer."""
    who, where = answers.get(Step.COMPANY, {}), answers.get(Step.PLACE, {})
    return Company(
        name=who.get("company") or "",
        email=who.get("email") or "",
        administrator=who.get("administrator") or "",
        vertical=who.get("vertical") or "",
        country=where.get("country") or "",
        state=(where.get("state") or "").strip().upper(),
        location_confirmed=bool(where.get("location_confirmed")),
    )


def details_of(answers: Answers) -> Details:
    """Return what was chosen; what is no number is none, and the rule says what it must be."""
    amounts, site = answers.get(Step.AMOUNTS, {}), answers.get(Step.SITE, {})
    because = answers.get(Step.DEVICES, {}).get("no_devices_because")
    is_enterprise = site.get("edition") == ENTERPRISE
    services = services_chosen(answers)
    return Details(
        services=services,
        duration_days=whole(amounts.get("duration_days")) or 0,
        licences=whole(amounts.get("licences")),
        registrations=whole(amounts.get("registrations")),
        site_url=(site.get("site_url") or " ") if is_enterprise and Service.MEETINGS in services else None,
        site_zone=site.get("site_zone") if is_enterprise else None,
        no_devices_because=NoDevices(because) if because in set(NoDevices) else None,
    )


def parcel_of(answers: Answers) -> Parcel | None:
    """Return the devices to ship, if any are."""
    if not ships_devices(answers):
        return None
    counts = answers.get(Step.MODELS, {}).get("models") or {}
    where = answers.get(Step.SHIP_TO, {})
    said = {field: where.get(field) or "" for field in FIELDS[Step.SHIP_TO]}
    return Parcel(models={code: whole(count) or 0 for code, count in counts.items()}, **said)


def whole(text: object) -> int | None:
    """Return the whole number that was typed."""
    typed = str(text or "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
