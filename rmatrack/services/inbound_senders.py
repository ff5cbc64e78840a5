"""Whether a sender is who the mail says: what our own receiving server found, and nobody else's word (SPEC F-4).

Only the topmost Authentication-Results header counts, and only where it carries the configured name of our server: a
sender can write any number of others, beneath it.
"""

import re
from collections.abc import Iterator, Sequence

_COMMENT = re.compile(r"\([^()]*\)")
_DEEPEST = 10
_RESULT = re.compile(
    r"(?P<method>[a-z0-9-]+)(?:/\d+)?\s*=\s*(?P<result>[a-z]+)(?P<properties>.*)", re.IGNORECASE | re.DOTALL
)
_PROPERTY = re.compile(r"(?P<name>[a-z0-9-]+\.[a-z0-9_-]+)\s*=\s*\"?(?P<value>[^\s\";]+)\"?", re.IGNORECASE)


def is_authentic(headers: Sequence[str], *, authserv_id: str | None, sender: str) -> bool:
    """Say whether our server vouches for the domain of *sender*.

    It does by `dmarc=pass`, or by SPF and DKIM that both passed for that domain. Without a configured *authserv_id*
    nobody is vouched for.
    """
    domain = sender.rpartition("@")[2].lower()
    if not (authserv_id and headers and domain):
        return False
    name, *results = _uncommented(headers[0]).split(";")
    if (name.split() or [""])[0].lower() != authserv_id.lower():
        return False
    passed = list(_passed(results))
    if any(method == "dmarc" and said.get("header.from", domain) == domain for method, said in passed):
        return True
    spf = any(method == "spf" and _aligned(_domain(said.get("smtp.mailfrom", "")), domain) for method, said in passed)
    dkim = any(
        method == "dkim" and _aligned(said.get("header.d") or _domain(said.get("header.i", "")), domain)
        for method, said in passed
    )
    return spf and dkim


def _passed(results: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for each in results:
        match = _RESULT.fullmatch(each.strip())
        if match and match["result"].lower() == "pass":
            properties = _PROPERTY.finditer(match["properties"])
            yield match["method"].lower(), {found["name"].lower(): found["value"].lower() for found in properties}


def _uncommented(header: str) -> str:
    text = header
    for _ in range(_DEEPEST):
        text, found = _COMMENT.subn(" ", text)
        if not found:
            break
    return text


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _aligned(domain: str, with_domain: str) -> bool:
    """Say whether the two are one domain, or one is a part of the other."""
    if "." not in domain:
        return False
    return domain == with_domain or domain.endswith(f".{with_domain}") or with_domain.endswith(f".{domain}")
