"""The web app, put together: pages for people, and an API for programs, over the same services."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from apiflask import APIFlask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy import Engine

import rmatrack
from rmatrack import clock
from rmatrack.domain.policy import Policy
from rmatrack.services.carrier_lines import Lines
from rmatrack.settings import Settings, credentials_keys
from rmatrack.vault import Vault
from rmatrack.web import access, assets, errors, filters, identity, languages, security, sessions
from rmatrack.web.api import blueprints
from rmatrack.web.given import KEY, Given
from rmatrack.web.pages import (
    account,
    addresses,
    answer_mails,
    answering,
    answers,
    asking_devices,
    calendar,
    carrier_accounts,
    catalogue,
    charges,
    closing,
    consent,
    correcting,
    custody,
    customers,
    dashboard,
    demo_numbers,
    developers,
    discrepancies,
    documents,
    doors,
    extensions,
    find,
    found_parcels,
    history,
    imports,
    inbound,
    inspection,
    jobs,
    labels,
    mailbox,
    managing,
    notifications,
    orders,
    parcels,
    partners,
    people,
    pickups,
    policy,
    preferences,
    returning,
    saved_filters,
    scan,
    set_up_service,
    setting_up,
    settling,
    shipments,
    signin,
    starting,
    stations,
    status,
    to_ship,
    today,
    tokens,
    trials,
    units,
    webhooks,
    wipes,
)

PAGES = (
    account.bp,
    addresses.bp,
    answer_mails.bp,
    answering.bp,
    answers.bp,
    asking_devices.bp,
    calendar.bp,
    charges.bp,
    catalogue.bp,
    closing.bp,
    carrier_accounts.bp,
    consent.bp,
    correcting.bp,
    custody.bp,
    customers.bp,
    dashboard.bp,
    demo_numbers.bp,
    developers.bp,
    discrepancies.bp,
    documents.bp,
    doors.bp,
    extensions.bp,
    find.bp,
    history.bp,
    imports.bp,
    inbound.bp,
    inspection.bp,
    jobs.bp,
    labels.bp,
    mailbox.bp,
    managing.bp,
    notifications.bp,
    orders.bp,
    parcels.bp,
    partners.bp,
    people.bp,
    pickups.bp,
    found_parcels.bp,
    policy.bp,
    preferences.bp,
    returning.bp,
    saved_filters.bp,
    scan.bp,
    set_up_service.bp,
    setting_up.bp,
    settling.bp,
    shipments.bp,
    signin.bp,
    starting.bp,
    stations.bp,
    status.bp,
    to_ship.bp,
    today.bp,
    tokens.bp,
    trials.bp,
    units.bp,
    webhooks.bp,
    wipes.bp,
)

PACKAGE = Path(rmatrack.__file__).parent
PATIENCE_SECONDS = 8.0
"""So long a page waits for a carrier; labels are bought in the background."""

MAX_UPLOAD_BYTES = 32 * 1024 * 1024


def create_app(
    settings: Settings, *, engine: Engine, policy: Policy, now: Callable[[], datetime] = clock.now
) -> APIFlask:
    """Return the app. *policy* and *engine* stay the caller's; the clock is read through *now* alone."""
    app = APIFlask(
        "rmatrack",
        title="rmatrack",
        version="v1",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
        static_folder=str(assets.STATIC),
        static_url_path=f"/static/{assets.static_digest()}",
        template_folder=str(template_folder()),
        root_path=str(PACKAGE),
    )
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_UPLOAD_BYTES,
        OPENAPI_VERSION="3.1.0",
        SEND_FILE_MAX_AGE_DEFAULT=assets.KEPT_SECONDS,
    )
    app.jinja_options = {**app.jinja_options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    lines = Lines(lambda: Vault(credentials_keys(settings)), now, seconds=PATIENCE_SECONDS)
    app.extensions[KEY] = Given(settings=settings, engine=engine, policy=policy, now=now, lines=lines)
    for part in (sessions, identity, languages, filters, errors):
        part.init_app(app)
    security.init_app(app, settings)
    csrf = CSRFProtect(app)
    csrf.exempt(webhooks.bp)
    for page in PAGES:
        app.register_blueprint(page)
    csrf.exempt(answering.give)
    access.init_app(app)
    blueprints.init_app(app, csrf)
    return app


def template_folder() -> Path:
    """Return where the templates are: in the package when installed, else beside it."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent / "templates"
