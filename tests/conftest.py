"""What every test shares: the plugins of `tests.fixtures`, and how hypothesis goes about its work."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures.left_out",
    "tests.fixtures.shared_folder",
    "tests.fixtures.postgresql_server",
    "tests.fixtures.databases",
    "tests.fixtures.app",
    "tests.fixtures.pages",
    "tests.fixtures.browsers_loop",
]

# Workers share the processor, so that the time one example takes says nothing about the code.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
