"""Devices of trials by program: asked for, shipped, kept longer, and what the limits leave."""

from typing import Any

from rmatrack.domain.people import Role
from tests.api.conftest import MakeProgram, Program, ship
from tests.api.desk import ADDRESS, got, refused, sent, start

UNIT: dict[str, Any] = {"model": "CS-KIT-K9", "serial": "FOC2133N7QX", "eula_expires_on": "2026-12-20"}
SHIPPED: dict[str, Any] = {"number": "d4100300", "shipped_on": "2026-11-22", "units": [UNIT]}


def asked(sales: Program) -> dict[str, Any]:
    """Start a trial and ask for devices in it."""
    trial = start(sales, services=["devices"], registrations=5, no_devices_because="customer-has")
    return sent(sales, f"/api/v1/trials/{trial['id']}/devices", 201, **ADDRESS)


def test_what_was_asked_for_is_shipped_as_a_demo_order(program: MakeProgram) -> None:
    sales, dock = program(Role.SALES_ADMIN), program(Role.LOGISTICS)
    request = asked(sales)
    url = f"/api/v1/device-requests/{request['id']}/ship"

    (waiting,) = got(dock, "/api/v1/device-requests")["items"]
    other = refused(dock, url, **{**SHIPPED, "units": [{**UNIT, "model": "CP-8865-K9"}]})
    shipped = sent(dock, url, **SHIPPED)
    twice = refused(dock, url, **SHIPPED)

    assert (waiting["customer"], waiting["is_ready"]) == ("Hogeschool Utrecht", True)
    assert other == (422, "other-models", "units")
    assert (shipped["number"], shipped["standing"]) == ("D4100300", "new")
    assert twice[:2] == (409, "parcel-not-waiting")
    (unit,) = got(sales, f"/api/v1/trials/{request['trial_id']}")["units"]
    assert (unit["order"], unit["due_on"], unit["is_overdue"]) == ("D4100300", "2027-01-03", False)


def test_each_model_comes_once_and_what_is_left_says_so(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN)
    request = asked(sales)

    left = got(sales, f"/api/v1/devices-left?trial={request['trial_id']}")
    again = refused(sales, f"/api/v1/trials/{request['trial_id']}/devices", **ADDRESS)
    withdrawn = sent(sales, f"/api/v1/device-requests/{request['id']}/withdraw")

    models = {model["code"]: model["left"] for family in left["families"] for model in family["models"]}
    assert models["CS-KIT-K9"] == 0
    assert again == (409, "model-sent-before", "models")
    assert withdrawn["state"] == "withdrawn"


def test_the_effect_of_a_step_on_devices_that_are_out_is_told(program: MakeProgram) -> None:
    sales, dock = program(Role.SALES_ADMIN), program(Role.LOGISTICS)
    request = asked(sales)
    sent(dock, f"/api/v1/device-requests/{request['id']}/ship", **SHIPPED)

    effect = got(sales, f"/api/v1/trials/{request['trial_id']}/consequences?step=cancel")

    assert [unit["serial"] for unit in effect["units"]] == ["FOC2133N7QX"]
    assert effect["sentences"][1] == "CS-KIT-K9 FOC2133N7QX (D4100300) is due back on 3 Jan 2027, as before."


def test_devices_are_kept_longer_once_the_trials_team_says_so(program: MakeProgram) -> None:
    partner, team = program(Role.PARTNER_USER), program(Role.TRIALS_TEAM)
    ship(program(Role.LOGISTICS))
    wish = {"order": "d4100201", "to_on": "2026-12-20", "reason": "The pilot runs on."}

    preview = got(partner, "/api/v1/orders/D4100201/extension?to_on=2026-12-20")
    too_long = refused(partner, "/api/v1/extensions", **{**wish, "to_on": "2027-06-01"})
    asked_for = sent(partner, "/api/v1/extensions", 201, **wish)
    twice = refused(partner, "/api/v1/extensions", **wish)
    not_mine = refused(partner, f"/api/v1/extensions/{asked_for['id']}/approve")
    (queued,) = got(team, "/api/v1/extensions")["items"]
    approved = sent(team, f"/api/v1/extensions/{asked_for['id']}/approve")
    decided = refused(team, f"/api/v1/extensions/{asked_for['id']}/refuse", reason="Too late.")

    assert [unit["new_due_on"] for unit in preview["units"]] == ["2027-01-03", "2027-01-03"]
    assert (preview["latest_on"], len(preview["mails"])) == ("2026-12-30", 3)
    assert too_long == (409, "extension-too-long", "to_on")
    assert (asked_for["state"], asked_for["order"]) == ("requested", "D4100201")
    assert twice[:2] == (409, "extension-pending")
    assert not_mine[:2] == (403, "not-allowed")
    assert queued["id"] == asked_for["id"]
    assert (approved["state"], approved["decided_by"]) == ("approved", "Trials Team")
    assert decided[:2] == (409, "wrong-status")
    order = got(partner, "/api/v1/orders/D4100201")
    assert {unit["due_on"] for unit in order["units"]} == {"2027-01-03"}


def test_a_refusal_says_why_and_moves_nothing(program: MakeProgram) -> None:
    partner, team = program(Role.PARTNER_USER), program(Role.TRIALS_TEAM)
    ship(program(Role.LOGISTICS))
    wish = {"order": "D4100201", "to_on": "2026-12-20", "reason": "The pilot runs on."}
    asked_for = sent(partner, "/api/v1/extensions", 201, **wish)

    silent = refused(team, f"/api/v1/extensions/{asked_for['id']}/refuse", reason="  ")
    sent(team, f"/api/v1/extensions/{asked_for['id']}/refuse", reason="They are needed elsewhere.")

    shown = got(partner, f"/api/v1/extensions/{asked_for['id']}")
    assert silent == (422, "extension-reason", "reason")
    assert (shown["state"], shown["refused_because"]) == ("refused", "They are needed elsewhere.")
    assert got(partner, "/api/v1/extensions")["items"] == []
    assert {unit["due_on"] for unit in got(partner, "/api/v1/orders/D4100201")["units"]} == {"2026-11-15", "2026-12-14"}


def test_a_wish_can_be_taken_back(program: MakeProgram) -> None:
    partner, stranger = program(Role.PARTNER_USER), program(Role.PARTNER_USER, partner="Zuiderzee", email="z@z.example")
    ship(program(Role.LOGISTICS))
    wish = {"order": "D4100201", "to_on": "2026-12-20", "reason": "The pilot runs on."}
    asked_for = sent(partner, "/api/v1/extensions", 201, **wish)

    assert refused(stranger, f"/api/v1/extensions/{asked_for['id']}/withdraw")[:2] == (404, "not-found")
    assert refused(stranger, "/api/v1/extensions", **wish)[:2] == (404, "not-found")
    assert sent(partner, f"/api/v1/extensions/{asked_for['id']}/withdraw")["state"] == "withdrawn"
