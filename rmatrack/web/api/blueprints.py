"""The parts of the API, registered with the app."""

from apiflask import APIFlask
from flask_wtf import CSRFProtect

from rmatrack.web.api import (
    customers,
    description,
    discrepancies,
    health,
    history,
    imports,
    intake,
    labels,
    lookup,
    orders,
    partners,
    people,
    policy,
    scans,
    shipments,
    tokens,
    units,
)

BLUEPRINTS = (
    customers.bp,
    discrepancies.bp,
    health.bp,
    history.bp,
    imports.bp,
    labels.bp,
    lookup.bp,
    orders.bp,
    partners.bp,
    people.bp,
    policy.bp,
    scans.bp,
    shipments.bp,
    tokens.bp,
    units.bp,
)


def init_app(app: APIFlask, csrf: CSRFProtect) -> None:
    """Add the API. Its requests carry tokens, which no browser sends by itself, so that none can be forged."""
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    intake.init_app(app)
    description.init_app(app)
