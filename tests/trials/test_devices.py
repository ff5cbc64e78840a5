"""Devices in a trial: limits, places, shipping, extensions, and what steps do to them (SPEC D-2, D-3, D-6, D-7)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from rmatrack.db.people import Partner
from rmatrack.domain.consequences import Step
from rmatrack.domain.extensions import ExtensionState
from rmatrack.domain.mails import MailKind
from rmatrack.domain.parcels import Parcel
from rmatrack.domain.people import Actor, Role
from rmatrack.services import consent, consequences, extensions, parcels
from rmatrack.services.parcels import Packed
from rmatrack.services.trial_standing import Standing
from tests.trials import shipping, trying
from tests.trials.trying import DEVICES, Desk, code_of

LOGISTICS = trying.inside(Role.LOGISTICS)
EULA = date(2026, 4, 15)
LATEST = date(2026, 3, 2) + timedelta(days=120)


@pytest.fixture
def running(desk: Desk) -> Standing:
    return desk.start_new(services=DEVICES)


@pytest.fixture
def team(session: Session) -> Actor:
    return trying.trials_team(session)


def asked(desk: Desk, standing: Standing, parcel: Parcel) -> str:
    return code_of(lambda: parcels.ask_devices(desk.session, standing.trial.id, parcel, **desk.when))


def test_what_is_left_is_known_before_the_form_is_filled_in(desk: Desk, running: Standing) -> None:
    left = parcels.devices_left(desk.session, trial_id=running.trial.id, **desk.when)

    assert (left.units, left.trials, left.few_trials) == (5, 20, False)
    assert (left.families["room-system"], left.families["phone"], left.models["CS-BRDP55-K9"]) == (3, 4, 1)


def test_of_a_model_that_was_sent_nothing_is_left(desk: Desk, running: Standing) -> None:
    shipping.ship(desk.session, running, eula_expires_on=EULA)

    left = parcels.devices_left(desk.session, trial_id=running.trial.id, **desk.when)

    assert left.models["CS-KIT-K9"] == 0
    assert asked(desk, running, trying.parcel(CS_KIT_K9=1)) == "model-sent-before"


@pytest.mark.parametrize(
    ("models", "country", "code"),
    [
        ({"CS_KIT_K9": 0}, "NL", "nothing-to-ship"),
        ({"CS_KIT_K9": 4}, "NL", "too-many-of-model"),
        ({"CS_KIT_K9": 2, "CS_KITMINI_K9": 2}, "NL", "too-many-of-family"),
        ({"CS_KIT_K9": 3, "CS_DESKPRO_K9": 3}, "NL", "too-many-units"),
        ({"CS_BRDP55_K9": 2}, "US", "too-many-of-model"),
        ({"SX80": 1}, "NL", "unknown-model"),
        ({"CP_8865_K9": 1}, "NL", "not-shipped-there"),
        ({"CS_KIT_K9": 1, "CP_8865_K9": 1}, "NL", "not-shipped-there"),
        ({"CS_DESKPRO_K9": 1}, "BR", "not-shipped-there"),
    ],
)
def test_limits_and_places_are_kept(
    desk: Desk, running: Standing, models: dict[str, int], country: str, code: str
) -> None:
    assert asked(desk, running, replace(trying.parcel(**models), country=country)) == code


def test_a_mixed_order_ships_where_all_its_models_do(desk: Desk, running: Standing) -> None:
    parcel = replace(trying.parcel(CS_KIT_K9=1, CP_8865_K9=2), country="US", state="MA", postal_code="02139")

    assert parcels.ask_devices(desk.session, running.trial.id, parcel, **desk.when).id
    assert parcels.ships_to(desk.policy, ["CS-KIT-K9", "CP-8865-K9"], now=desk.now) == {"US", "CA", "PR"}


def test_an_address_is_complete(desk: Desk, running: Standing) -> None:
    assert asked(desk, running, replace(trying.parcel(), phone=" ")) == "address-missing"


def test_twenty_trials_with_devices_are_the_most(desk: Desk) -> None:
    for number in range(20):
        standing = desk.start_new(f"admin{number}@hu.example", DEVICES)
        left = parcels.devices_left(desk.session, trial_id=standing.trial.id, **desk.when)
        assert (left.trials, left.few_trials) == (20 - number, number >= 17)
        parcels.ask_devices(desk.session, standing.trial.id, trying.parcel(), **desk.when)

    one_more = desk.start_new("admin20@hu.example", DEVICES)

    parcels.ask_devices(desk.session, standing.trial.id, trying.parcel(CS_DESKPRO_K9=1), **desk.when)
    assert asked(desk, one_more, trying.parcel()) == "too-many-device-trials"


def test_a_limit_that_cannot_be_read_is_a_no(desk: Desk, running: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_asked: object) -> set[int]:
        raise OperationalError("SELECT", {}, Exception("the database is away"))

    monkeypatch.setattr(parcels, "device_trials", unreadable)

    assert not parcels.devices_left(desk.session, **desk.when).is_open
    assert asked(desk, running, trying.parcel()) == "limit-unknown"


def packed(*models: str) -> list[Packed]:
    return [Packed(model=model, serial=f"FOC2121000{n}", eula_expires_on=EULA) for n, model in enumerate(models)]


def shipped(desk: Desk, parcel_id: int, *models: str) -> Any:
    return parcels.ship_devices(
        desk.session,
        parcel_id,
        "D4100299",
        packed(*models),
        shipped_on=desk.now.date(),
        policy=desk.policy,
        by=LOGISTICS,
        now=desk.now,
    )


def test_what_was_asked_for_leaves_as_a_demo_order_of_the_trial(desk: Desk, running: Standing) -> None:
    request = parcels.ask_devices(desk.session, running.trial.id, trying.parcel(CS_KIT_K9=2), **desk.when)

    shipped(desk, request.id, "CS-KIT-K9", "cs-kit-k9")

    out = consequences.consequences_of(
        desk.session, running.trial.id, Step.CANCEL, seen_by=desk.by, policy=desk.policy, now=desk.now
    )
    assert [unit.serial for unit in out.units] == ["FOC21210000", "FOC21210001"]
    assert parcels.waiting_devices(desk.session, seen_by=LOGISTICS, policy=desk.policy, now=desk.now) == []
    assert code_of(lambda: shipped(desk, request.id, "CS-KIT-K9", "CS-KIT-K9")) == "parcel-not-waiting"


def test_other_devices_than_asked_for_do_not_leave(desk: Desk, running: Standing) -> None:
    request = parcels.ask_devices(desk.session, running.trial.id, trying.parcel(CS_KIT_K9=2), **desk.when)

    assert code_of(lambda: shipped(desk, request.id, "CS-KIT-K9")) == "other-models"


def test_nothing_ships_before_the_trial_is_active(session: Session, desk: Desk) -> None:
    standing = desk.ask(trying.customer(session), DEVICES)
    request = parcels.ask_devices(session, standing.trial.id, trying.parcel(), **desk.when)

    assert code_of(lambda: shipped(desk, request.id, "CS-KIT-K9")) == "deed-does-not-fit"


def test_devices_of_a_request_that_is_withdrawn_are_not_waited_for(session: Session, desk: Desk) -> None:
    standing = desk.ask(trying.customer(session), DEVICES)
    parcels.ask_devices(session, standing.trial.id, trying.parcel(), **desk.when)

    consent.withdraw(session, standing.trial.id, **desk.when)

    assert parcels.waiting_devices(session, seen_by=LOGISTICS, policy=desk.policy, now=desk.now) == []
    assert parcels.devices_left(session, **desk.when).trials == 20


def test_an_extension_moves_the_eula_to_the_day_asked_for(desk: Desk, running: Standing, team: Actor) -> None:
    order = shipping.ship(desk.session, running, eula_expires_on=EULA, models=("CS-KIT-K9", "CP-8865-K9"))
    shipping.receive(desk.session, shipping.units(desk.session, order)[0])
    overdue = desk.on(70)
    preview = extensions.preview_extension(desk.session, order.number, LATEST, **overdue.when)

    request = extensions.request_extension(desk.session, order.number, LATEST, reason="A pilot", **overdue.when)
    extensions.approve_extension(desk.session, request.id, policy=desk.policy, by=team, now=overdue.now)

    back, still_out = shipping.units(desk.session, order)
    assert (back.eula_expires_on, still_out.eula_expires_on) == (EULA, LATEST)
    assert [(unit.due_on, unit.new_due_on) for unit in preview.units] == [
        (EULA + timedelta(days=14), LATEST + timedelta(days=14))
    ]
    assert trying.mails(desk.session, MailKind.EXTENSION_REQUESTED) == ["tess@vendor.example"]
    assert trying.devices_told_of(desk.session, MailKind.EXTENSION_REQUESTED) == [1]
    assert trying.mails(desk.session, MailKind.EXTENSION_APPROVED) == [f"ada.{desk.by.partner_id}@sales.example"]


def test_an_extension_brings_no_device_back_sooner(desk: Desk, running: Standing, team: Actor) -> None:
    order = shipping.ship(desk.session, running, eula_expires_on=EULA, models=("CS-KIT-K9", "CP-8865-K9"))
    shipping.units(desk.session, order)[0].eula_expires_on = LATEST
    to_on = LATEST - timedelta(days=5)

    request = extensions.request_extension(desk.session, order.number, to_on, reason="A pilot", **desk.when)
    extensions.approve_extension(desk.session, request.id, policy=desk.policy, by=team, now=desk.now)

    assert shipping.eula_dates(desk.session, order) == {to_on, LATEST}


@pytest.mark.parametrize(
    ("to_on", "code"),
    [
        (LATEST + timedelta(days=1), "extension-too-long"),
        (EULA, "extension-not-later"),
        (EULA - timedelta(days=1), "extension-not-later"),
    ],
)
def test_an_extension_is_later_and_not_too_late(desk: Desk, running: Standing, to_on: date, code: str) -> None:
    order = shipping.ship(desk.session, running, eula_expires_on=EULA)

    def ask() -> object:
        return extensions.request_extension(desk.session, order.number, to_on, reason="A pilot", **desk.when)

    assert code_of(ask) == code


def test_what_is_back_is_not_extended(desk: Desk, running: Standing, team: Actor) -> None:
    order = shipping.ship(desk.session, running, eula_expires_on=EULA)
    request = extensions.request_extension(desk.session, order.number, LATEST, reason="A pilot", **desk.when)
    shipping.receive(desk.session, shipping.units(desk.session, order)[0])

    def approve() -> object:
        return extensions.approve_extension(desk.session, request.id, policy=desk.policy, by=team, now=desk.now)

    assert code_of(approve) == "nothing-out"
    assert shipping.eula_dates(desk.session, order) == {EULA}


def test_an_extension_is_asked_for_with_a_reason_and_one_at_a_time(desk: Desk, running: Standing) -> None:
    order = shipping.ship(desk.session, running, eula_expires_on=EULA)

    def ask(reason: str) -> Any:
        return extensions.request_extension(desk.session, order.number, LATEST, reason=reason, **desk.when)

    assert code_of(lambda: ask("  ")) == "extension-reason"
    request = ask("A pilot")
    assert code_of(lambda: ask("Again")) == "extension-pending"
    extensions.withdraw_extension(desk.session, request.id, by=desk.by, now=desk.now)
    assert ask("Again").id


def test_an_extension_is_decided_once_by_the_trials_team(desk: Desk, running: Standing, team: Actor) -> None:
    order = shipping.ship(desk.session, running, eula_expires_on=EULA)
    request = extensions.request_extension(desk.session, order.number, LATEST, reason="A pilot", **desk.when)

    def refuse(by: Actor) -> Any:
        return extensions.refuse_extension(
            desk.session, request.id, reason="Too long", policy=desk.policy, by=by, now=desk.now
        )

    (row,) = extensions.extension_requests(desk.session, seen_by=team, policy=desk.policy)
    assert (row.order.number, row.units[0].new_due_on) == (order.number, LATEST + timedelta(days=14))
    assert code_of(lambda: refuse(desk.by)) == "not-allowed"
    assert refuse(team).state == ExtensionState.REFUSED
    assert code_of(lambda: refuse(team)) == "wrong-status"
    assert shipping.eula_dates(desk.session, order) == {EULA}
    assert len(trying.mails(desk.session, MailKind.EXTENSION_REFUSED)) == 1


def test_another_partners_order_is_not_there(session: Session, desk: Desk, running: Standing) -> None:
    order = shipping.ship(session, running, eula_expires_on=EULA)
    other = Desk(session, desk.policy, trying.seller(session, trying.partner(session, "Zuiderzee"), "Zoë"))

    assert code_of(lambda: extensions.preview_extension(session, order.number, LATEST, **other.when)) == "not-found"


@pytest.mark.parametrize("step", Step)
def test_every_step_shows_the_devices_that_stay_due(desk: Desk, running: Standing, step: Step) -> None:
    reader: Any = {"seen_by": desk.by, "policy": desk.policy, "now": desk.on(60).now}
    none_out = consequences.consequences_of(desk.session, running.trial.id, step, **reader)
    shipping.ship(desk.session, running, eula_expires_on=EULA)

    said = consequences.consequences_of(desk.session, running.trial.id, step, **reader)

    assert [str(sentence) for sentence in none_out.sentences] == ["No device of this trial is out."]
    assert len(said.sentences) == 2
    assert str(said.sentences[1]) == "CS-KIT-K9 FOC00201000 (D4100201) was due back on 2026-04-29, and still is."


def test_a_partner_user_may_ask_for_an_extension(session: Session, desk: Desk, running: Standing) -> None:
    order = shipping.ship(session, running, eula_expires_on=EULA)
    partner = session.get_one(Partner, desk.by.partner_id)
    pat = Desk(session, desk.policy, trying.seller(session, partner, "Pat", Role.PARTNER_USER))

    assert extensions.request_extension(session, order.number, LATEST, reason="A pilot", **pat.when).id
