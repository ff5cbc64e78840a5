"""The parts of the API, registered with the app."""

from apiflask import APIFlask
from flask_wtf import CSRFProtect

from rmatrack.web.api import (
    answers,
    calendar,
    catalogue,
    charges,
    consent,
    conversions,
    customers,
    description,
    devices,
    discrepancies,
    documents,
    extensions,
    health,
    history,
    imports,
    inbound,
    intake,
    jobs,
    labels,
    lookup,
    mail,
    managing,
    notifications,
    offers,
    orders,
    parcels,
    partners,
    people,
    policy,
    saved_filters,
    scans,
    shipments,
    signed_links,
    starting,
    stations,
    tokens,
    trials,
    units,
)

BLUEPRINTS = (
    calendar.bp,
    catalogue.bp,
    consent.bp,
    answers.bp,
    conversions.bp,
    customers.bp,
    charges.bp,
    devices.bp,
    discrepancies.bp,
    documents.bp,
    extensions.bp,
    health.bp,
    history.bp,
    imports.bp,
    inbound.bp,
    jobs.bp,
    labels.bp,
    lookup.bp,
    mail.bp,
    managing.bp,
    notifications.bp,
    offers.bp,
    orders.bp,
    parcels.bp,
    partners.bp,
    people.bp,
    policy.bp,
    saved_filters.bp,
    scans.bp,
    shipments.bp,
    signed_links.bp,
    starting.bp,
    stations.bp,
    tokens.bp,
    trials.bp,
    units.bp,
)


def init_app(app: APIFlask, csrf: CSRFProtect) -> None:
    """Add the API. Its requests carry tokens, which no browser sends by itself, so that none can be forged."""
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    intake.init_app(app)
    description.init_app(app)
