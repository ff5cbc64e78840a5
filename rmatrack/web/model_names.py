"""What people call a model, beside the number it is ordered by: `CS-KITMINI-K9` is a Webex Room Kit Mini."""

from flask import g

from rmatrack.db.catalogue import names_of_models
from rmatrack.web.sessions import read_session


def model_name(number: str | None) -> str:
    """Return the catalogue's name of a model, or nothing where the catalogue does not know it.

    The whole catalogue is read once a request, however many devices a page names.
    """
    if "model_names" not in g:
        g.model_names = names_of_models(read_session())
    name: str = g.model_names.get((number or "").upper(), "")
    return "" if name == number else name
