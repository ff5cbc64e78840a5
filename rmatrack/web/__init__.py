"""Floor 4: the web, pages for people and an API for programs."""

from rmatrack.web.app import create_app

__all__ = ["create_app"]
