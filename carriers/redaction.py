"""Questions and answers as they may be kept: no credentials, nobody's telephone or address for mail, no files."""

from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from carriers.reading import Json

HIDDEN = "•••"
LONGEST = 400
"""Longer words are files: what is kept of them is how long they were and their digest."""

_SECRET = frozenset({
    "accesstoken", "refreshtoken", "authorization", "proxyauthorization", "clientid", "clientsecret", "password",
    "secret", "apikey", "dhlapikey", "cookie", "setcookie", "xmerchantid", "cardnumber", "securitycode",
    "expirationdate",
})  # fmt: skip
_ACCOUNT = frozenset({
    "accountnumber", "shippernumber", "shipperaccountnumber", "shippernum", "originalshipperaccountnumber",
})  # fmt: skip
_PERSONAL = frozenset({
    "phone", "phonenumber", "mobilephone", "email", "emailaddress", "confirmationemailaddress", "fullname",
    "attentionname", "contactname", "receivedby", "signedby",
})  # fmt: skip


def redact(body: Json, name: str = "") -> Json:
    """Return *body* as it may be kept. *name* is the key that it stands under."""
    key = _plain(name)
    if key in _SECRET or key in _PERSONAL:
        return HIDDEN if body else body
    if key in _ACCOUNT:
        return _last_digits(body)
    if isinstance(body, Mapping):
        inside = "account" if key == "accounts" else ""
        return {part: redact(value, _renamed(part, inside)) for part, value in body.items()}
    if isinstance(body, list | tuple):
        return [redact(part, name) for part in body]
    if isinstance(body, str) and len(body) > LONGEST:
        return f"{len(body)} characters, sha256 {sha256(body.encode()).hexdigest()}"
    return body


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return *headers* as they may be kept."""
    return {name: redact(value, name) for name, value in headers.items()}


def redact_address(url: str) -> str:
    """Return *url* as it may be kept: accounts in its query shortened."""
    parts = urlsplit(url)
    query = [(name, redact(value, name)) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _renamed(part: str, inside: str) -> str:
    """DHL writes an account as `accounts[].number`, UPS a telephone as `Phone.Number`."""
    return "accountnumber" if inside and _plain(part) == "number" else part


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _last_digits(body: Json) -> Json:
    return f"{HIDDEN}{str(body)[-3:]}" if isinstance(body, str | int) else redact(body)
