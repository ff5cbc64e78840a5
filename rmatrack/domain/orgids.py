"""Organisation ids: a UUID, or the base64 form that the vendor's API hands out (SPEC F-3)."""

import base64
import binascii
import re
import uuid

from rmatrack.domain.errors import BadInputError, _

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE)
_ADDRESS = re.compile(r"ciscospark://[^/]+/(?P<what>[A-Z_]+)/(?P<id>[0-9A-Za-z-]+)")
_BLANKS = re.compile(r"\s+")
_URL_SAFE = str.maketrans("-_", "+/")


class OrgIdError(BadInputError):
    """The text is no organisation id in any of its forms."""

    code = "bad-org-id"
    message = _(
        "%(text)s is not an organisation id. Give the UUID from the customer's account page, or the long id that"
        " begins with Y2lzY29."
    )

    def __init__(self, text: str) -> None:
        super().__init__(field="org_id", text=text)


class OtherThingsIdError(BadInputError):
    """A well-formed id, of a person, a room or something else."""

    code = "not-an-org-id"
    message = _("%(text)s is an id of the kind %(what)s, not of an organisation. Ask for the organisation id.")

    def __init__(self, text: str, what: str) -> None:
        super().__init__(field="org_id", text=text, what=what)


def org_id_from(text: str) -> str:
    """Return the organisation's UUID in lower case with dashes.

    Takes the UUID itself, `ciscospark://us/ORGANIZATION/<uuid>`, or that in base64, either alphabet, padded or not.
    Raises `OrgIdError` or `OtherThingsIdError`.
    """
    bare = _BLANKS.sub("", text)
    if _UUID.fullmatch(bare):
        return str(uuid.UUID(bare))
    address = _ADDRESS.fullmatch(bare) or _ADDRESS.fullmatch(_from_base64(bare))
    if address is None:
        raise OrgIdError(text.strip())
    if address["what"] != "ORGANIZATION":
        raise OtherThingsIdError(text.strip(), address["what"])
    if not _UUID.fullmatch(address["id"]):
        raise OrgIdError(text.strip())
    return str(uuid.UUID(address["id"]))


def _from_base64(text: str) -> str:
    """Return what *text* says in base64, or nothing where it is none."""
    bare = text.rstrip("=").translate(_URL_SAFE)
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
