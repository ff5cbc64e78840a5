"""Starting trials by program: what is on offer, the three doors, consent by link, and what is refused."""

import pytest
from apiflask import APIFlask
from sqlalchemy import Engine

from rmatrack.domain.people import Permission, Role
from tests.api.conftest import MakeProgram
from tests.api.desk import (
    ADDRESS,
    DETAILS,
    NEW_CUSTOMER,
    add_customer,
    consent_token,
    got,
    make_partner,
    refused,
    sent,
    start,
)

NEW = "/api/v1/trials/new-customer"
EXISTING = "/api/v1/trials/existing-customer"
PAYING = "/api/v1/trials/paying-customer"


def test_what_is_on_offer_is_told_before_anything_is_typed(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN)

    terms = got(sales, "/api/v1/trial-terms")
    left = got(sales, "/api/v1/devices-left")
    region = got(sales, "/api/v1/regions/us?state=TX")
    together = got(sales, "/api/v1/ship-to-countries?models=CS-KIT-K9,CP-8865-K9")

    assert terms["trial_durations_days"] == [30, 60, 90]
    assert "education" in {vertical["code"] for vertical in terms["verticals"]}
    assert (left["is_open"], left["trials"], left["units"]) == (True, 20, 5)
    assert {model["code"] for family in left["families"] for model in family["models"]} >= {"CS-KIT-K9", "CP-8865-K9"}
    assert (region["country"], region["zone"]) == ("US", "America/Chicago")
    assert together == {"countries": ["CA", "PR", "US"]}


def test_a_new_customers_trial_runs_at_once(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN)

    trial = start(sales, devices=ADDRESS, services=["messaging", "devices"], registrations=5)

    shown = got(sales, f"/api/v1/trials/{trial['id']}")
    customer = got(sales, f"/api/v1/customers/{trial['customer_id']}")
    (listed,) = got(sales, "/api/v1/trials?text=utrecht&mine=true")["items"]
    (asked,) = shown["devices"]
    assert (trial["phase"], trial["starts_on"], trial["expires_on"]) == ("running", "2026-11-22", "2027-02-20")
    assert (trial["days_left"], trial["services"]) == (90, ["messaging", "devices"])
    assert (shown["role"], shown["licences"]) == ("full", 100)
    assert {"extend", "convert", "cancel", "set-up"} <= set(shown["deeds"])
    assert (asked["state"], asked["models"]) == ("requested", [{"model": "CS-KIT-K9", "quantity": 1}])
    assert (customer["role"], [one["id"] for one in customer["trials"]]) == ("full", [trial["id"]])
    assert (listed["id"], listed["contacts"][0]["email"], listed["may_manage"]) == (
        trial["id"],
        "beheer@hu.example",
        True,
    )


def test_a_trial_is_started_once_under_one_key(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN)
    key = {"Idempotency-Key": "one"}

    first = sales.post(NEW, json=NEW_CUSTOMER, headers=key)
    twin = sales.post(NEW, json=NEW_CUSTOMER, headers=key)
    other = sales.post(NEW, json={**NEW_CUSTOMER, "licences": 5}, headers=key)

    assert (first.status_code, twin.status_code) == (201, 201)
    assert (twin.json, twin.headers["Idempotency-Replayed"]) == (first.json, "true")
    assert (other.status_code, other.json and other.json["code"]) == (422, "idempotency-mismatch")
    assert got(sales, "/api/v1/trials")["counts"]["running"] == 1


def test_an_existing_customer_is_asked_and_answers_by_its_link(
    app: APIFlask, program: MakeProgram, engine: Engine
) -> None:
    sales, stranger = program(Role.SALES_FULL_ADMIN), app.test_client()
    add_customer(engine, ours=False)
    asked = {**DETAILS, "services": ["calling"], "email": "admin1@customer.example"}

    found = got(sales, "/api/v1/organisations?email=admin1@customer.example")
    unconfirmed = refused(sales, EXISTING, **asked)
    trial = sent(sales, EXISTING, 201, **asked, organisation_confirmed=True)
    again = sent(sales, f"/api/v1/trials/{trial['id']}/consent/resend")
    helpdesk = consent_token(engine, app.config["SECRET_KEY"], "helpdesk1@customer.example")
    token = consent_token(engine, app.config["SECRET_KEY"], "admin1@customer.example")
    seen = stranger.get(f"/api/v1/consent-links/{token}").json
    not_full = stranger.post(f"/api/v1/consent-links/{helpdesk}", json={"answer": "accepted"})
    accepted = stranger.post(f"/api/v1/consent-links/{token}", json={"answer": "accepted"})
    twice = stranger.post(f"/api/v1/consent-links/{token}", json={"answer": "declined"})
    provisioned = sent(sales, f"/api/v1/trials/{trial['id']}/provision", **DETAILS | {"services": ["calling"]})

    assert found == {"name": "Universiteit Twente", "country": "NL", "customer_id": None}
    assert unconfirmed == (409, "organisation-not-confirmed", "organisation_confirmed")
    assert (trial["phase"], trial["consent_ends_on"]) == ("pending-consent", "2026-12-22")
    assert again["consent_ends_on"] == "2026-12-22"
    assert seen is not None
    assert (seen["may_answer"], seen["services"]) == (True, ["calling"])
    assert (not_full.status_code, not_full.json and not_full.json["code"]) == (403, "not-full-administrator")
    assert (accepted.status_code, accepted.json and accepted.json["answer"]) == (200, "accepted")
    assert (twice.status_code, twice.json and twice.json["code"]) == (409, "consent-answered")
    assert (provisioned["phase"], provisioned["days_left"]) == ("running", 90)
    assert got(sales, f"/api/v1/trials/{trial['id']}")["role"] == "provisioning"
    assert refused(sales, f"/api/v1/trials/{trial['id']}/set-up")[:2] == (403, "provisioning-only")


def test_a_request_that_is_withdrawn_leaves_the_list(program: MakeProgram, engine: Engine) -> None:
    sales = program(Role.SALES_FULL_ADMIN)
    add_customer(engine, ours=False)
    trial = sent(sales, EXISTING, 201, **DETAILS, email="admin1@customer.example", organisation_confirmed=True)

    withdrawn = sent(sales, f"/api/v1/trials/{trial['id']}/consent/withdraw")

    assert withdrawn["phase"] == "never-began"
    assert got(sales, "/api/v1/trials")["items"] == []


def test_a_paying_customer_tries_what_it_has_not_bought(program: MakeProgram, engine: Engine) -> None:
    sales = program(Role.SALES_FULL_ADMIN)
    customer_id = add_customer(engine, ours=True, bought=("Webex Calling",))

    bought = refused(sales, PAYING, **DETAILS | {"services": ["calling"]}, customer_id=customer_id)
    trial = sent(sales, PAYING, 201, **DETAILS, customer_id=customer_id)
    twice = refused(sales, PAYING, **DETAILS, customer_id=customer_id)

    assert bought == (409, "service-bought", "services")
    assert (trial["phase"], trial["door"]) == ("running", "paying")
    assert twice == (409, "service-on-trial", "services")
    assert got(sales, f"/api/v1/customers/{customer_id}")["bought"] == [{"service": "calling", "partner": None}]


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"company": "Noordzee  networks"}, (409, "own-organisation", "company")),
        ({"email": "nobody"}, (422, "bad-email", "email")),
        ({"vertical": "piracy"}, (422, "unknown-vertical", "vertical")),
        ({"country": "ZZ"}, (422, "unknown-country", "country")),
        ({"location_confirmed": False}, (409, "location-not-confirmed", "location_confirmed")),
        ({"zone": "Atlantis/Port"}, (422, "unknown-zone", "zone")),
        ({"services": []}, (422, "no-service", "services")),
        ({"services": ["fax"]}, (422, "bad-input", "services.0")),
        ({"duration_days": 45}, (422, "trial-duration", "duration_days")),
        ({"licences": 1001}, (422, "licence-quantity", "licences")),
        ({"site_url": "hu.webex.com"}, (422, "site-without-meetings", "site_url")),
        ({"devices": {**ADDRESS, "country": "BR"}}, (409, "not-shipped-there", "devices.country")),
        ({"devices": {**ADDRESS, "phone": ""}}, (422, "address-missing", "devices.phone")),
        ({"devices": {**ADDRESS, "models": {"CS-KIT-K9": 4}}}, (409, "too-many-of-model", "devices.models")),
    ],
)
def test_what_is_wrong_is_named_by_code_and_field(
    program: MakeProgram, other: dict[str, object], refusal: tuple[int, str, str]
) -> None:
    sales = program(Role.SALES_ADMIN)

    assert refused(sales, NEW, **{**NEW_CUSTOMER, **other}) == refusal
    assert got(sales, "/api/v1/customers")["items"] == []


def test_only_certified_partners_start_trials(program: MakeProgram, engine: Engine) -> None:
    sales = program(Role.SALES_ADMIN)
    make_partner(engine, certified=False)

    assert refused(sales, NEW, **NEW_CUSTOMER)[:2] == (409, "partner-not-certified")


@pytest.mark.parametrize("role", [Role.PARTNER_USER, Role.SUPPORT, Role.TRIALS_TEAM])
def test_only_sales_administrators_start_trials(program: MakeProgram, role: Role) -> None:
    assert refused(program(role), NEW, **NEW_CUSTOMER)[:2] == (403, "not-allowed")


def test_a_token_that_may_only_start_is_told_what_it_started(program: MakeProgram) -> None:
    sales = program(Role.SALES_ADMIN, scopes=frozenset({Permission.MANAGE_TRIALS}))

    assert start(sales)["phase"] == "running"
    assert sales.get("/api/v1/trials").status_code == 403


def test_a_link_that_nobody_signed_leads_nowhere(app: APIFlask) -> None:
    stranger = app.test_client()

    for purpose in ("consent", "status", "set-up"):
        answer = stranger.get(f"/api/v1/{purpose}-links/made-up")
        assert (answer.status_code, answer.json and answer.json["code"]) == (404, "bad-link"), purpose
