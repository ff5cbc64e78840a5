"""Signed links for people without an account: each for one purpose, one thing, and until one day (SPEC T-12, T-18)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from rmatrack.domain.consent import LinkError, LinkExpiredError
from rmatrack.domain.mails import Link, LinkPurpose

_SALT = "rmatrack-link-"
_ZONES = timedelta(days=1)
"""A link's last day may still run somewhere west of Greenwich; the deed behind it knows the customer's calendar."""


class UnboundedLinkError(ValueError):
    """A link without a last day is never signed."""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads links with the installation's secret key."""

    secret_key: str

    def token(self, link: Link) -> str:
        """Return the part of an address that says all there is to a link, signed."""
        if link.last_on is None:
            raise UnboundedLinkError(link)
        said = [link.subject_id, link.administrator_id, link.last_on.toordinal()]
        if link.person_id is not None:
            said.append(link.person_id)
        return str(self._signer(link.purpose).dumps(said))

    def read(self, purpose: LinkPurpose, token: str, *, now: datetime) -> Link:
        """Return the link that was signed for *purpose*; raises `LinkError` or `LinkExpiredError`."""
        try:
            subject_id, administrator_id, last_day, *person = self._signer(purpose).loads(token)
        except (BadSignature, ValueError, TypeError):
            raise LinkError from None
        last_on = date.fromordinal(last_day)
        if (now - _ZONES).date() > last_on:
            raise LinkExpiredError
        return Link(purpose, subject_id, administrator_id, last_on, *person)

    def _signer(self, purpose: LinkPurpose) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret_key, salt=_SALT + purpose.value)
