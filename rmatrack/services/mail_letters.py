"""From a mail of the outbox to the letter it becomes: its links signed, its notices put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rmatrack.db.mail import OutboxMail
from rmatrack.domain.mails import Link, LinkPurpose, MailKind
from rmatrack.domain.outbox import BUNDLE
from rmatrack.letters import Letter, Notice, render_bundle
from rmatrack.letters.letter import BLOT


@dataclass(frozen=True, slots=True)
class Desk:
    """Where letters are written: the address that our pages have, and who signs links."""

    base_url: str
    sign: Callable[[Link], str]

    def letter(self, mail: OutboxMail, carried: Sequence[OutboxMail] = ()) -> Letter:
        """Return *mail* as a letter; a bundle is made of what it carried."""
        return render_bundle([self._notice(part) for part in parts_of(mail, carried)], mail.language)

    def letter_for_the_record(self, mail: OutboxMail, carried: Sequence[OutboxMail] = ()) -> Letter:
        """Return the letter as others than its reader may see it: no personal link in it leads anywhere."""
        return Desk(self.base_url, lambda _link: BLOT).letter(mail, carried)

    def _notice(self, mail: OutboxMail) -> Notice:
        return Notice(MailKind(mail.kind), mail.params, self._pages(mail) | self._personal(mail.links))

    def _personal(self, links: Sequence[dict[str, Any]]) -> dict[str, str]:
        signed = {LinkPurpose(link["purpose"]): self.sign(_link(link)) for link in links}
        return {purpose.value: f"{self.base_url}/{purpose.value}/{token}" for purpose, token in signed.items()}

    def _pages(self, mail: OutboxMail) -> dict[str, str]:
        trials = f"{self.base_url}/trials"
        orders = f"{self.base_url}/orders"
        return {
            "trials": trials,
            "trial": f"{trials}/{mail.trial_id}" if mail.trial_id else trials,
            "order": f"{orders}/{mail.params['order']}" if "order" in mail.params else orders,
            "extensions": f"{self.base_url}/extensions",
            "charge": f"{self.base_url}/charges/{mail.params.get('charge', '')}",
        }


def parts_of(mail: OutboxMail, carried: Sequence[OutboxMail]) -> Sequence[OutboxMail]:
    """Return the notices of *mail*: itself, or what it carries."""
    return carried if mail.kind == BUNDLE else [mail]


def _link(kept: dict[str, Any]) -> Link:
    last_on = kept["last_on"]
    return Link(
        LinkPurpose(kept["purpose"]),
        kept["subject_id"],
        kept["administrator_id"],
        date.fromisoformat(last_on) if last_on else None,
        kept.get("person_id"),
    )
