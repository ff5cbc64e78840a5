"""Whether UPS knows an address in the United States or Puerto Rico, and which it would write instead."""

from dataclasses import dataclass, replace
from enum import StrEnum

from carriers.fitting import cut, street
from carriers.http import Question
from carriers.reading import Json, below, many, optional
from carriers.shipment import Address
from carriers.ups_api.shipping import body_of

VALIDATE = "/api/addressvalidation/v2/1"
COVERED = frozenset({"US", "PR"})
_MOST = "10"


class AddressVerdict(StrEnum):
    KNOWN = "known"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AddressChecked:
    """What UPS thinks of an address. A known one may still come back written better, as the only suggestion."""

    verdict: AddressVerdict
    suggestions: tuple[Address, ...] = ()


def check(address: Address) -> Question:
    written: dict[str, Json] = {
        "ConsigneeName": cut(address.name, 40),
        "AddressLine": street(address.lines, width=100, count=3),
        "PoliticalDivision2": cut(address.city, 30),
        "PoliticalDivision1": address.state or address.country,
        "CountryCode": address.country,
    }
    low, _, extended = address.postal_code.strip().partition("-")
    if low:
        written["PostcodePrimaryLow"] = cut(low, 10)
    if extended:
        written["PostcodeExtendedLow"] = cut(extended, 10)
    body = {"XAVRequest": {"AddressKeyFormat": written}}
    return Question("POST", VALIDATE, {"maximumcandidatelistsize": _MOST}, body=body)


def read_checked(body: Json, asked: Address) -> AddressChecked:
    """Read the answer to `check`; suggestions keep the person and telephone of the address *asked* about."""
    answer = body_of(body, "XAVResponse")
    found = [_suggestion(candidate, asked) for candidate in many(answer, "Candidate")]
    suggestions = tuple(address for address in found if address != asked)
    if below(answer, "ValidAddressIndicator") is not None:
        return AddressChecked(AddressVerdict.KNOWN, suggestions[:1])
    verdict = AddressVerdict.AMBIGUOUS if suggestions else AddressVerdict.UNKNOWN
    return AddressChecked(verdict, suggestions)


def _suggestion(candidate: Json, asked: Address) -> Address:
    written = below(candidate, "AddressKeyFormat")
    postal = (optional(written, "PostcodePrimaryLow"), optional(written, "PostcodeExtendedLow"))
    return replace(
        asked,
        lines=tuple(str(line) for line in many(written, "AddressLine")),
        city=optional(written, "PoliticalDivision2") or asked.city,
        state=optional(written, "PoliticalDivision1") or asked.state,
        postal_code="-".join(filter(None, postal)) or asked.postal_code,
        country=optional(written, "CountryCode") or asked.country,
    )
