"""Queueing mails in the transaction of the deed they tell of: rolled back, they were never written (SPEC X-3)."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rmatrack.db import jobs
from rmatrack.db.mail import add_mails, put_in_bundles
from rmatrack.db.mail import withdraw as withdraw_mails
from rmatrack.db.mail_attachments import attach
from rmatrack.domain.mails import Link, Mail, MailKind, Recipient
from rmatrack.domain.outbox import BUNDLE, MailState
from rmatrack.letters.contents import CONTENTS


def send(session: Session, mails: Iterable[Mail], *, now: datetime) -> None:
    """Queue *mails*, each by itself, in one statement; one whose key was queued before is passed over."""
    _deliver(session, _queue(session, list(mails), now))


def send_bundled(session: Session, mails: Iterable[Mail], *, now: datetime) -> None:
    """Queue *mails* so that each person gets one, whatever number of notices is in it (SPEC T-25).

    A notice whose key was queued before is passed over. One alone stays a mail of its own.
    """
    offered = list({mail.key: mail for mail in mails}.values())
    written = _queue(session, offered, now)
    to_one: dict[str, list[Mail]] = {}
    for mail in offered:
        if mail.key in written:
            to_one.setdefault(mail.to.email, []).append(mail)
    bundles = {_bundle_key(notices): notices for notices in to_one.values() if len(notices) > 1}
    carriers = add_mails(session, [_bundle_row(key, notices[0].to, now) for key, notices in bundles.items()])
    bundle_of = {written[mail.key]: carriers[key] for key, notices in bundles.items() for mail in notices}
    if bundle_of:
        put_in_bundles(session, bundle_of)
    _deliver(session, written)


def withdraw(session: Session, trial_id: int, kinds: Collection[MailKind]) -> int:
    """Take back mails about a trial that have not left and are true no longer; return how many."""
    return withdraw_all(session, [trial_id], kinds)


def withdraw_all(session: Session, trial_ids: Collection[int], kinds: Collection[MailKind]) -> int:
    """Do so for several trials."""
    return withdraw_mails(session, trial_ids, kinds)


def _queue(session: Session, mails: Sequence[Mail], now: datetime) -> dict[str, int]:
    """Write the mails whose keys are new, and return their ids by key."""
    written = add_mails(session, [_row(mail, now) for mail in mails])
    enclosed = {mail.key: [(file.name, file.digest) for file in mail.enclosures] for mail in mails if mail.enclosures}
    attach(session, {written[key]: files for key, files in enclosed.items() if key in written})
    return written


def _deliver(session: Session, written: dict[str, int]) -> None:
    if written:
        jobs.enqueue(session, jobs.DELIVER_MAIL, min(written.values()))


def _row(mail: Mail, now: datetime) -> dict[str, Any]:
    missing = CONTENTS[mail.kind].missing(mail.params, [link.purpose for link in mail.links])
    if missing:
        raise ValueError(f"A mail of kind {mail.kind} lacks {', '.join(missing)}.")
    return _waiting(mail.key, mail.kind.value, mail.to, now) | {
        "params": dict(mail.params),
        "links": [_link(link) for link in mail.links],
        "trial_id": mail.trial_id,
        "order_id": mail.order_id,
        "thread": list(mail.thread),
    }


def _bundle_row(key: str, to: Recipient, now: datetime) -> dict[str, Any]:
    return _waiting(key, BUNDLE, to, now) | {
        "params": {},
        "links": [],
        "trial_id": None,
        "order_id": None,
        "thread": [],
    }


def _waiting(key: str, kind: str, to: Recipient, now: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "to_email": to.email,
        "to_name": to.name,
        "language": to.language,
        "state": MailState.WAITING,
        "attempts": 0,
        "next_try_at": now,
        "created_at": now,
    }


def _bundle_key(notices: Sequence[Mail]) -> str:
    keys = "\n".join(notice.key for notice in notices)
    return f"{BUNDLE}:{hashlib.sha256(keys.encode()).hexdigest()[:40]}"


def _link(link: Link) -> dict[str, Any]:
    return {
        "purpose": link.purpose.value,
        "subject_id": link.subject_id,
        "administrator_id": link.administrator_id,
        "last_on": link.last_on.isoformat() if link.last_on else None,
    } | ({"person_id": link.person_id} if link.person_id is not None else {})
