"""The parts of the API, registered with the app."""

from apiflask import APIFlask
from flask_wtf import CSRFProtect

from rmatrack.web.api import description, health, history, intake, partners, people, policy, scans, tokens

BLUEPRINTS = (
    people.bp,
    tokens.bp,
    partners.bp,
    policy.bp,
    history.bp,
    health.bp,
    scans.bp,
)


def init_app(app: APIFlask, csrf: CSRFProtect) -> None:
    """Add the API. Its requests carry tokens, which no browser sends by itself, so that none can be forged."""
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    intake.init_app(app)
    description.init_app(app)
