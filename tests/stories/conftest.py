"""The browser of the page tests, for stories."""

from tests.web.conftest import client, signed_in

__all__ = ["client", "signed_in"]
