"""Managing trials by program: extend, services, set-up, convert, cancel, and who may."""

from datetime import date
from typing import Any

from apiflask import APIFlask
from sqlalchemy import Engine

from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.people import Role
from rmatrack.services.links import Links
from tests.api.conftest import MakeProgram
from tests.api.desk import got, make_partner, refused, sent, start
from tests.fixtures.app import Clock

LAST = date(2026, 12, 31)
"""The last day of links."""


def test_an_extension_that_shortens_is_shown_and_confirmed(program: MakeProgram, clock: Clock) -> None:
    sales = program(Role.SALES_ADMIN)
    trial = start(sales)
    url = f"/api/v1/trials/{trial['id']}"
    clock.advance(days=25)

    preview = got(sales, f"{url}/extension")
    unconfirmed = refused(sales, f"{url}/extend")
    extended = sent(sales, f"{url}/extend", confirm_shorter=True)

    assert (preview["from_on"], preview["to_on"], preview["shortens"]) == ("2027-02-20", "2027-01-16", True)
    assert preview["sentences"] == ["No device of this trial is out."]
    assert unconfirmed == (409, "extension-shortens", "confirm_shorter")
    assert (trial["days_left"], extended["days_left"], extended["expires_on"]) == (90, 30, "2027-01-16")


def test_services_are_added_and_removed_while_the_trial_runs(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN)
    url = f"/api/v1/trials/{start(sales)['id']}"

    changed = sales.put(f"{url}/services", json={"services": ["calling", "meetings"]})
    none = refused(sales, f"{url}/services", "PUT", services=[])

    assert changed.json is not None
    assert changed.json["services"] == ["meetings", "calling"]
    assert got(sales, url)["licences"] == 100
    assert none == (422, "no-service", "services")


def test_the_customer_is_set_up_with_its_users(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN)
    url = f"/api/v1/trials/{start(sales, services=['calling'])['id']}"
    piet = {"name": "Piet", "email": "Piet@hu.example", "licences": ["calling"], "number": "+31 20 123 4567"}

    twice = refused(sales, f"{url}/set-up", users=[piet, piet])
    done = sent(sales, f"{url}/set-up", users=[piet], language="nl")

    (user,) = got(sales, f"{url}/users")["items"]
    assert twice == (422, "user-twice", "users")
    assert done["set_up_at"]
    assert (user["email"], user["licences"], user["moved_at"]) == ("piet@hu.example", ["calling"], None)


def test_what_a_paid_order_would_lose_is_told_and_confirmed(
    app: APIFlask, program: MakeProgram, engine: Engine
) -> None:
    sales, stranger = program(Role.SALES_ADMIN), app.test_client()
    make_partner(engine, tier=1)
    url = f"/api/v1/trials/{start(sales, services=['calling', 'meetings'])['id']}"
    order: dict[str, Any] = {"order_number": "W10045678", "services": ["calling"]}

    preview = got(sales, f"{url}/conversion-preview?services=calling,messaging")
    before = sales.get(f"{url}/conversion")
    unconfirmed = refused(sales, f"{url}/convert", **order)
    wrong = refused(sales, f"{url}/convert", **order, confirmed=True, contact_email="nobody")
    converted = sent(sales, f"{url}/convert", 201, **order, confirmed=True)
    twice = refused(sales, f"{url}/convert", **order, confirmed=True)

    assert (preview["kept"], preview["lost"], preview["added"]) == (["calling"], ["meetings"], ["messaging"])
    assert before.status_code == 404
    assert unconfirmed == (409, "losses-not-confirmed", "confirmed")
    assert wrong == (422, "bad-email", "contact_email")
    assert (converted["lost"], converted["contact"], converted["set_up_at"]) == (["meetings"], "partner", None)
    assert twice[:2] == (409, "deed-does-not-fit")

    token = Links(app.config["SECRET_KEY"]).token(Link(LinkPurpose.SET_UP, 1, None, LAST))
    address = f"/api/v1/set-up-links/{token}"
    answer = {"as_contact": "partner", "administrator_email": "beheer@hu.example", "data_checked": True}
    other = stranger.post(address, json={**answer, "administrator_email": "x@hu.example"})
    set_up = stranger.post(address, json=answer)

    assert (other.status_code, other.json and other.json["code"]) == (422, "wrong-customer-administrator")
    assert (set_up.status_code, set_up.json and set_up.json["is_done"]) == (200, True)
    assert got(sales, f"{url}/conversion")["set_up_at"]


def test_a_tier_2_partner_goes_through_its_distributor(program: MakeProgram, engine: Engine) -> None:
    sales = program(Role.SALES_ADMIN)
    make_partner(engine, tier=2)
    url = f"/api/v1/trials/{start(sales)['id']}/convert"
    order: dict[str, Any] = {"order_number": "W1", "services": ["messaging"]}

    assert refused(sales, url, **order) == (409, "through-distributor", "distributor")
    assert sent(sales, url, 201, **order, distributor="Lage Landen Distribution")["lost"] == []


def test_cancelling_comes_after_a_question(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN)
    url = f"/api/v1/trials/{start(sales)['id']}"

    effect = got(sales, f"{url}/consequences?step=cancel")
    unconfirmed = refused(sales, f"{url}/cancel")
    cancelled = sent(sales, f"{url}/cancel", confirmed=True)
    too_late = refused(sales, f"{url}/extend")

    assert (effect["step"], effect["units"]) == ("cancel", [])
    assert unconfirmed == (409, "cancel-not-confirmed", "confirmed")
    assert (cancelled["phase"], cancelled["days_left"]) == ("cancelled", None)
    assert too_late[:2] == (409, "deed-does-not-fit")


def test_after_grace_everything_is_final(program: MakeProgram, clock: Clock) -> None:
    sales = program(Role.SALES_ADMIN)
    url = f"/api/v1/trials/{start(sales)['id']}"
    clock.advance(days=121)

    assert refused(sales, f"{url}/convert", order_number="W1", services=["messaging"])[:2] == (409, "final")
    assert got(sales, url)["phase"] == "over"


def test_interest_is_said_by_link_and_shown_on_the_trial(app: APIFlask, program: MakeProgram) -> None:
    sales, stranger = program(Role.SALES_ADMIN), app.test_client()
    trial = start(sales)
    links = Links(app.config["SECRET_KEY"])
    status, interest = (
        links.token(Link(purpose, trial["id"], 1, LAST)) for purpose in (LinkPurpose.STATUS, LinkPurpose.INTEREST)
    )

    page = stranger.get(f"/api/v1/status-links/{status}").json
    noted = stranger.post(f"/api/v1/interest-links/{interest}")
    mixed_up = stranger.post(f"/api/v1/interest-links/{status}")

    assert page is not None
    assert (page["phase"], page["days_left"], page["warning"]) == ("running", 90, None)
    assert (noted.status_code, noted.json) == (200, {"partner": "Noordzee Networks"})
    assert mixed_up.status_code == 404
    assert [one["id"] for one in got(sales, "/api/v1/trials?show=interested")["items"]] == [trial["id"]]


def test_a_colleagues_trial_is_a_full_administrators_to_manage(program: MakeProgram) -> None:
    url = f"/api/v1/trials/{start(program(Role.SALES_ADMIN))['id']}"
    colleague = program(Role.SALES_ADMIN, email="colleague@example.com")

    assert refused(colleague, f"{url}/cancel", confirmed=True)[:2] == (403, "colleagues-trial")
    assert got(colleague, url)["deeds"] == []
    assert sent(program(Role.SALES_FULL_ADMIN), f"{url}/cancel", confirmed=True)["phase"] == "cancelled"


def test_another_partner_finds_nothing(program: MakeProgram) -> None:
    trial = start(program(Role.SALES_ADMIN))
    other = program(Role.SALES_FULL_ADMIN, partner="Zuiderzee Networks")

    assert got(other, "/api/v1/trials?show=running")["items"] == []
    for path in ("", "/extension", "/users", "/consequences?step=cancel", "/conversion-preview?services="):
        assert other.get(f"/api/v1/trials/{trial['id']}{path}").status_code == 404, path
    assert refused(other, f"/api/v1/trials/{trial['id']}/extend")[:2] == (404, "not-found")


def test_a_page_of_trials_beyond_the_end_is_empty(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN)
    start(sales)

    assert got(sales, "/api/v1/trials?after=2")["items"] == []
    assert got(sales, "/api/v1/trials")["next"] is None


def test_mail_about_a_trial_is_listed_for_whoever_looks_after_it(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN)
    trial = start(sales)
    sent(sales, f"/api/v1/trials/{trial['id']}/set-up")
    office = program(Role.ADMINISTRATOR)

    (mail,) = got(office, f"/api/v1/mail?trial={trial['id']}")["items"]

    assert (mail["kind"], mail["to_email"], mail["state"]) == ("welcome", "beheer@hu.example", "waiting")
    assert got(office, f"/api/v1/mail/{mail['id']}")["trial_ids"] == [trial["id"]]
    assert refused(office, f"/api/v1/mail/{mail['id']}/again")[:2] == (409, "mail-is-settled")
    assert sales.get("/api/v1/mail").status_code == 403
