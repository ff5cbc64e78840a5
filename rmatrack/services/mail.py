"""Queueing mails in the transaction of the deed they tell of: rolled back, they were never written (SPEC X-3)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from rmatrack.db.mail import OutboxMail
from rmatrack.domain.mails import Link, Mail


def send(session: Session, mails: Iterable[Mail], *, now: datetime) -> None:
    """Queue *mails*, in one statement; one whose key was queued before is passed over."""
    rows = [_row(mail, now) for mail in mails]
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(OutboxMail).values(rows).on_conflict_do_nothing(index_elements=["key"]))


def _row(mail: Mail, now: datetime) -> dict[str, Any]:
    return {
        "key": mail.key,
        "kind": mail.kind.value,
        "to_email": mail.to.email,
        "to_name": mail.to.name,
        "language": mail.to.language,
        "params": dict(mail.params),
        "links": [_link(link) for link in mail.links],
        "trial_id": mail.trial_id,
        "order_id": mail.order_id,
        "state": "waiting",
        "attempts": 0,
        "created_at": now,
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "purpose": link.purpose.value,
        "subject_id": link.subject_id,
        "administrator_id": link.administrator_id,
        "last_on": link.last_on.isoformat() if link.last_on else None,
    }
