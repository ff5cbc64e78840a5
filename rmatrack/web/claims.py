"""From what was typed or sent to a claim that can be held against the orders (SPEC F-2, F-3)."""

import re

from rmatrack.domain.demo_numbers import Claim
from rmatrack.domain.orgids import org_id_from
from rmatrack.domain.serials import normalise

_BETWEEN = re.compile(r"[\n,;\t]+|(?<=\S) {2,}|(?<=[0-9A-Za-z]{6}) (?=[0-9A-Za-z]{6})")


def claim_of(org_id: str, email: str, serials: str) -> Claim:
    """Return the claim; serials stand in lines, or parted by commas or blanks.

    Raises `OrgIdError`, `OtherThingsIdError`, `NothingClaimedError` or `TooManySerialsError`.
    """
    keys = (normalise(typed) for typed in _BETWEEN.split(serials))
    return Claim(
        org_id=org_id_from(org_id) if org_id.strip() else "",
        emails=frozenset({email.strip().lower()} - {""}),
        serials=frozenset(key for key in keys if key),
    )
