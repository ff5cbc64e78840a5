"""Where to go after a deed: only ever to a page of ours."""

import re

from flask import url_for

_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")


def way_back(target: str | None) -> str:
    """Return *target* where it is a path of ours, else the dashboard."""
    return target if target and _LOCAL.fullmatch(target) else url_for("dashboard.show")
