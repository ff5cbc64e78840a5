"""Every route there is, asked for by every role and by a stranger: each is answered, or refused, as its access says.

New routes are walked by themselves. One with an argument that `ARGUMENTS` does not know fails the test until it does.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from rmatrack.domain.people import PARTNER_ROLES, PERMISSIONS, WITHOUT_ACCOUNT, Permission, Role
from rmatrack.domain.policy import Policy
from rmatrack.web.access import Access, access_of
from rmatrack.web.exports import XLSX
from tests.api.conftest import program_of
from tests.fixtures.pages import SignIn
from tests.people import add_person
from tests.web.ours import ABSENT, CUSTOMER, SERIAL, Ours, make

API = "/api/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SERVES_FILES = {"static"}
NARROWED = ("", "?text=FOC2", "?show=received", "?returns=all", "?state=received", "?customer=1", "?partner=1")
PEOPLE = [role for role in Role if role not in WITHOUT_ACCOUNT]
OF_LABELS = ("labels.", "api-labels.", "parcels.", "api-parcels.")
OF_MODELS = ("catalogue.", "api-catalogue.")
MODEL = "CP-8845-K9"
OF_PARTNERS = {
    "answer_id",
    "batch_id",
    "certificate",
    "charge_id",
    "customer_id",
    "discrepancy_id",
    "number",
    "photo_id",
    "pickup_id",
    "request_id",
    "trial_id",
    "unit_id",
}
"""Arguments of routes to what belongs to one partner."""

OF_THE_MOMENT = re.compile(r'<meta name="csrf-token"[^>]*>|<input[^>]*name="csrf_token"[^>]*>')


@pytest.fixture
def ours(engine: Engine, policy: Policy) -> Ours:
    return make(engine, policy)


def arguments(ours: Ours) -> dict[str, Any]:
    """What stands in the addresses of routes, by the names of their arguments."""
    return {
        "account_id": 1,
        "answer_id": ours.answer,
        "batch_id": ours.batch,
        "carrier": "ups",
        "certificate": ours.wipe,
        "charge_id": ours.charge,
        "country": "US",
        "customer_id": ours.customer,
        "day": 15,
        "discrepancy_id": ours.discrepancy,
        "draft_id": ABSENT,
        "event_id": ABSENT,
        "file_id": 1,
        "filter_id": ABSENT,
        "form": "no-such-form",
        "job_id": "no-such-job",
        "kind": "invoice",
        "mail_id": ABSENT,
        "month": 11,
        "notification_id": ABSENT,
        "number": ours.order,
        "parcel_id": ABSENT,
        "partner_id": 1,
        "person_id": 1,
        "photo_id": ours.photo,
        "pickup_id": ours.pickup,
        "purpose": "return-sent",
        "report_id": ABSENT,
        "request_id": ours.extension,
        "scan_id": "00000000-0000-4000-8000-000000000001",
        "station_id": "00000000-0000-4000-8000-000000000002",
        "step": "company",
        "token": "not-ours",
        "token_id": ABSENT,
        "trial_id": ours.trial,
        "unit_id": ours.unit,
        "year": 2026,
    }


def routes(app: APIFlask) -> Iterator[tuple[str, Rule, Access]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in SERVES_FILES:
            continue
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None, f"{rule.endpoint} does not say who may ask for it"
        for method in METHODS:
            if method in (rule.methods or ()):
                yield method, rule, access


def address(app: APIFlask, rule: Rule, ours: Ours) -> str:
    known = arguments(ours)
    if rule.endpoint.startswith(OF_LABELS):
        known["number"] = ours.label
    if rule.endpoint.startswith(OF_MODELS):
        known["number"] = MODEL
    missing = rule.arguments - known.keys()
    assert not missing, f"What is {', '.join(missing)} of {rule.rule}? Say so in `arguments`."
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, {name: known[name] for name in rule.arguments})


def ask(client: FlaskClient, method: str, url: str) -> TestResponse:
    """Ask with as little as possible; a write without its fields is refused for that, not for who asks."""
    body: dict[str, Any] = {"json": {}} if url.startswith(API) and method != "GET" else {}
    return client.open(url, method=method, buffered=True, **body)


def test_a_stranger_gets_in_nowhere(app: APIFlask, client: FlaskClient, ours: Ours) -> None:
    for method, rule, access in routes(app):
        url = address(app, rule, ours)
        answer = ask(client, method, url)

        if access.strangers:
            assert answer.status_code < 500, f"{method} {url}"
        elif url.startswith(API):
            assert answer.status_code == 401, f"{method} {url}: {answer.status}"
        else:
            assert answer.status_code == 302, f"{method} {url}: {answer.status}"
            assert answer.location.startswith("/sign-in"), f"{method} {url}: {answer.location}"


@pytest.mark.parametrize(
    ("database_kind", "role"),
    [
        *(("sqlite", role) for role in PEOPLE),
        pytest.param("postgresql", Role.ADMINISTRATOR, marks=pytest.mark.postgresql),  # Whom every question answers.
    ],
)
def test_each_role_gets_in_where_its_permissions_say(
    app: APIFlask, client: FlaskClient, signed_in: SignIn, engine: Engine, ours: Ours, role: Role
) -> None:
    add_person(engine, Role.SUPPORT, email="first@example.com")  # Whoever is changed by the walk, it is not the walker.
    person = signed_in(role)
    program = program_of(app, engine, person)

    for method, rule, access in routes(app):
        if rule.endpoint == "signin.sign_out":
            continue
        url = address(app, rule, ours)
        answer = ask(program if url.startswith(API) else client, method, url)

        assert answer.status_code < 500, f"{method} {url}: {answer.status}"
        assert answer.status_code != 401 or access.strangers, f"{method} {url}"
        if not may(role, access.permission):
            assert answer.status_code == 403, f"{method} {url}: {answer.status}"
        elif method == "GET" and role not in PARTNER_ROLES:
            assert answer.status_code != 403, f"{method} {url}"


def may(role: Role, permission: Permission | None) -> bool:
    return permission is None or permission in PERMISSIONS[role]


@pytest.mark.parametrize("role", sorted(PARTNER_ROLES))
def test_what_another_partner_has_is_answered_like_what_is_not_there(
    app: APIFlask, client: FlaskClient, signed_in: SignIn, engine: Engine, ours: Ours, role: Role
) -> None:
    program = program_of(app, engine, signed_in(role, partner="Zuiderzee Networks"))
    nothing = Ours()

    for method, rule, _ in routes(app):
        if not rule.arguments & OF_PARTNERS or rule.endpoint.startswith(OF_MODELS):
            continue
        theirs, absent = address(app, rule, ours), address(app, rule, nothing)
        asker = program if theirs.startswith(API) else client
        answers = ask(asker, method, theirs), ask(asker, method, absent)

        assert answers[0].status_code == answers[1].status_code, f"{method} {theirs}"
        assert answers[0].status_code >= 400, f"{method} {theirs}: {answers[0].status}"
        assert told(answers[0], theirs) == told(answers[1], absent), f"{method} {theirs}"


def words_of(answer: TestResponse) -> str:
    """Return everything an answer says, the sheets of a workbook too."""
    if answer.mimetype != XLSX:
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as workbook:
        return "".join(workbook.read(name).decode() for name in workbook.namelist())


def told(answer: TestResponse, url: str) -> str:
    """Return what an answer says, without the address that it was asked at."""
    return OF_THE_MOMENT.sub("", answer.text).replace(url, "")


@pytest.mark.parametrize("role", sorted(PARTNER_ROLES))
def test_no_list_export_or_search_names_what_another_partner_has(
    app: APIFlask, client: FlaskClient, signed_in: SignIn, engine: Engine, ours: Ours, role: Role
) -> None:
    program = program_of(app, engine, signed_in(role, partner="Zuiderzee Networks"))
    secrets = (ours.order, ours.label, SERIAL, CUSTOMER)

    for method, rule, access in routes(app):
        if method != "GET" or rule.arguments or not may(role, access.permission):
            continue
        for query in (
            "",
            "?text=FOC2",
            "?show=received",
            "?returns=all",
            "?state=received",
            "?customer=1",
            "?partner=1",
        ):
            url = address(app, rule, ours) + query
            answer = ask(program if url.startswith(API) else client, method, url)
            assert not [secret for secret in secrets if secret in words_of(answer)], url

    for text in secrets:
        answer = program.post("/api/v1/find", json={"text": text})
        assert answer.json is not None
        assert answer.json["matches"] == [], text


def test_what_a_partner_has_it_sees(
    app: APIFlask, client: FlaskClient, signed_in: SignIn, engine: Engine, ours: Ours
) -> None:
    program = program_of(app, engine, signed_in(Role.PARTNER_USER, partner="Noordzee Networks"))

    order = program.get(f"/api/v1/orders/{ours.order}")
    unit_file = program.get(f"/api/v1/units/{ours.unit}")
    label = program.get(f"/api/v1/labels/{ours.label}")
    found = program.post("/api/v1/find", json={"text": SERIAL})

    assert [answer.status_code for answer in (order, unit_file, label, found)] == [200] * 4
    assert found.json is not None
    assert found.json["matches"][0]["order"]["number"] == ours.order
