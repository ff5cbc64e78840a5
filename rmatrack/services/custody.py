"""The chain of custody of a device or of a whole return: every entry of the log in words, with what proves it (R-10).

Whatever writes history appears here by itself; words it does not share with others it adds to `domain/history_words`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy.orm import Session

from rmatrack.db import custody as questions
from rmatrack.db.catalogue import names_of_models
from rmatrack.db.custody import Sealed
from rmatrack.db.inspections import WipeCertificate, wipes_of
from rmatrack.db.receiving import Scan
from rmatrack.domain import history_words
from rmatrack.domain.errors import _
from rmatrack.domain.inspection import WipeMethod
from rmatrack.domain.people import Actor
from rmatrack.domain.policy import Policy
from rmatrack.domain.receiving import Outcome
from rmatrack.letters.rendering import BRAND
from rmatrack.paper.custody import Custody, Fact, Picture, Step
from rmatrack.paper.photos import SMALL_SIDE
from rmatrack.services.custody_words import Wording, first_up
from rmatrack.services.history_reading import entries
from rmatrack.services.orders import OrderFile, order_file, unit_file
from rmatrack.services.timeline import Happening, as_told, grouped, scanned

KIND = _("Chain of custody")
_PAGE = _("Page %(page)s of %(pages)s")
_HEADINGS = (_("When"), _("What happened"), _("Evidence"))
_BY = _("By %(actor)s (%(role)s)")
_BY_ROLE = _("By %(role)s")
_AT = _("At station %(station)s")
_SCANNED = _("Scanned %(moment)s at %(station)s")
_SCAN = _("Scan %(id)s")
_UNDONE = _("Undone: %(reason)s")
_WIPED = _("%(method)s by %(operator)s, %(moment)s")
_CERTIFICATE = _("Certificate %(number)s")
_PHOTO = _("Photo, SHA-256 %(digest)s")
_REASON = _("Reason: %(reason)s")
_ENTRY = _("Entry %(id)s, SHA-256 %(digest)s")
_ENTRIES = _("Entries %(first)s–%(last)s (%(count)s), SHA-256 %(digest)s")
_SEALED = _("Seal %(position)s")
_NOT_SEALED = _("not sealed yet")
_SEAL_TITLE = _("How to make sure that nothing was changed")
_SEAL_COUNT = _(
    "This document tells %(count)s entries of the history. The SHA-256 over their digests, one after the other:"
)
_SEAL_LAST = _("The last of them that is sealed has seal %(position)s of the chain:")
_SEAL_CHECK = _(
    "`rmatrack verify-history` computes every digest and every seal again, and names the first one that does not hold."
)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What an event may be proved by."""

    log: Mapping[int, Sealed]
    scans: Sequence[Scan]
    wipes: Mapping[str, WipeCertificate]
    photos: Mapping[str, Picture]


def unit_custody(
    session: Session, unit_id: int, language: str, *, seen_by: Actor, now: datetime, policy: Policy
) -> Custody:
    """Return the chain of custody of one unit; raises `NotFoundError`."""
    unit = unit_file(session, unit_id, seen_by=seen_by, now=now, policy=policy).unit
    order = order_file(session, unit.order, seen_by=seen_by, now=now, policy=policy)
    wording = Wording(language)
    facts = [
        (_("Serial number"), unit.serial),
        (_("Model"), _model(unit.model, names_of_models(session))),
        *_order_facts(order, wording),
        (_("Return due"), wording.day(unit.due_on)),
        (_("Received"), wording.utc(unit.received_at) if unit.received_at else "–"),
    ]
    log = questions.log_of_unit(session, unit_id, order.order.id)
    return _document(session, unit.serial, facts, log, [unit_id], unit.zone, wording, seen_by)


def order_custody(
    session: Session, number: str, language: str, *, seen_by: Actor, now: datetime, policy: Policy
) -> Custody:
    """Return the chain of custody of all that left under an order; raises `NotFoundError`."""
    order = order_file(session, number, seen_by=seen_by, now=now, policy=policy)
    wording = Wording(language)
    names = names_of_models(session)
    devices = "; ".join(f"{each.unit.serial}: {_model(each.unit.model, names)}" for each in order.units)
    facts = [*_order_facts(order, wording), (_("Devices"), devices)]
    log = questions.log_of_order(session, order.order.id)
    ids = [each.unit.id for each in order.units]
    return _document(session, order.order.number, facts, log, ids, order.order.customer.zone, wording, seen_by)


def _model(number: str, names: Mapping[str, str]) -> str:
    """Return what people call a model, with the number it is ordered by."""
    name = names.get(number.upper(), number)
    return number if name == number else f"{name} ({number})"


def _order_facts(file: OrderFile, wording: Wording) -> list[tuple[str, str]]:
    order = file.order
    place = ", ".join(filter(None, [order.ship_to_name, order.city, wording.country(order.country)]))
    return [
        (_("Demo order"), order.number),
        (_("RMA"), f"{file.rma.number} ({wording.word(file.rma_status)})" if file.rma else "–"),
        (_("Customer"), order.customer.name),
        (_("Partner"), order.partner.name),
        (_("Ship-to"), place),
        (_("Shipped"), wording.day(order.shipped_on)),
    ]


def _document(
    session: Session,
    title: str,
    facts: Iterable[tuple[str, str]],
    log: Sequence[Sealed],
    unit_ids: Sequence[int],
    zone: str,
    wording: Wording,
    reader: Actor,
) -> Custody:
    scans = questions.scans_of(session, unit_ids)
    evidence = _Evidence(
        log={sealed.event.id: sealed for sealed in log},
        scans=scans,
        wipes={wipe.number: wipe for wipe in wipes_of(session, unit_ids)},
        photos={
            digest: Picture(row.content, *_small_size(row.width, row.height))
            for digest, row in questions.small_photos(session, unit_ids).items()
        },
    )
    told = grouped(entries(session, [sealed.event for sealed in reversed(log)]))
    silent = [scanned(scan) for scan in scans if scan.outcome != Outcome.MATCHED.value]
    happenings = sorted(chain(told, silent), key=lambda each: (each.at, each.entry_ids))
    return Custody(
        vendor=BRAND,
        kind=wording.say(KIND),
        title=title,
        facts=tuple(Fact(wording.say(name), value) for name, value in facts),
        headings=(wording.say(_HEADINGS[0]), wording.say(_HEADINGS[1]), wording.say(_HEADINGS[2])),
        steps=tuple(_step(each, evidence, zone, wording) for each in as_told(happenings, reader)),
        seal_title=wording.say(_SEAL_TITLE),
        seal=tuple(_seal(log, wording)),
        page=wording.say(_PAGE),
    )


def _small_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of a photo's small form."""
    scale = max(width, height, SMALL_SIDE) / SMALL_SIDE
    return max(1, round(width / scale)), max(1, round(height / scale))


def _step(each: Happening, evidence: _Evidence, zone: str, wording: Wording) -> Step:
    subject = wording.say(history_words.subject(each.subject))
    deed = wording.word(each.outcome) if each.outcome else wording.say(history_words.deed(each.deed))
    pictures = [evidence.photos[change.new] for change in each.changes if change.new and change.new in evidence.photos]
    return Step(
        moment=wording.utc(each.at),
        local=wording.local(each.at, zone),
        title=f"{first_up(subject)} {deed.lower() if each.outcome else deed}: {', '.join(each.keys)}",
        by=_by(each, wording),
        lines=tuple(_lines(each, evidence, wording)),
        proof=tuple(_proof(each, evidence, wording)),
        pictures=tuple(pictures),
    )


def _by(each: Happening, wording: Wording) -> str:
    if each.role is None:
        return wording.say(_AT, station=each.station) if each.station else ""
    role = wording.word(each.role)
    named = each.actor and each.actor != each.role.value
    return wording.say(_BY, actor=each.actor, role=role) if named else wording.say(_BY_ROLE, role=role)


def _lines(each: Happening, evidence: _Evidence, wording: Wording) -> Iterable[str]:
    for change in each.changes:
        if change.field not in {"photo", "method"}:
            yield wording.change(change)
    for key in each.keys:
        if each.subject == "wipe certificate" and (wipe := evidence.wipes.get(key)):
            method = first_up(wording.word(WipeMethod(wipe.method)))
            yield wording.say(_WIPED, method=method, operator=wipe.operator, moment=wording.utc(wipe.wiped_at))
    for scan in _scans(each, evidence):
        yield wording.say(_SCANNED, moment=wording.utc(scan.scanned_at), station=scan.station)
        if scan.undone_at:
            yield wording.say(_UNDONE, reason=scan.undo_reason)
    if each.reason and each.subject != "wipe certificate":
        yield wording.say(_REASON, reason=each.reason)


def _proof(each: Happening, evidence: _Evidence, wording: Wording) -> Iterable[str]:
    for scan in _scans(each, evidence):
        yield wording.say(_SCAN, id=scan.id)
    if each.subject == "wipe certificate":
        yield from (wording.say(_CERTIFICATE, number=key) for key in each.keys)
    for change in each.changes:
        if change.field == "photo" and change.new:
            yield wording.say(_PHOTO, digest=change.new)
    sealed = [evidence.log[entry_id] for entry_id in each.entry_ids]
    if sealed:
        yield _entry(sealed, wording)
        positions = [one.position for one in sealed if one.position is not None]
        yield wording.say(_SEALED, position=max(positions)) if positions else wording.say(_NOT_SEALED)


def _entry(sealed: Sequence[Sealed], wording: Wording) -> str:
    if len(sealed) == 1:
        return wording.say(_ENTRY, id=sealed[0].event.id, digest=sealed[0].event.digest)
    return wording.say(
        _ENTRIES,
        first=sealed[0].event.id,
        last=sealed[-1].event.id,
        count=len(sealed),
        digest=digest_over(sealed),
    )


def _scans(each: Happening, evidence: _Evidence) -> list[Scan]:
    """Return the scans that a receipt was written for, or the one that changed nothing else."""
    if each.outcome:
        return [scan for scan in evidence.scans if scan.scanned_at == each.at and scan.station == each.station]
    if each.subject != "unit" or each.deed != "received":
        return []
    units = {evidence.log[entry_id].event.unit_id for entry_id in each.entry_ids}
    return [scan for scan in evidence.scans if scan.recorded_at == each.at and scan.unit_id in units]


def _seal(log: Sequence[Sealed], wording: Wording) -> Iterable[str]:
    yield f"{wording.say(_SEAL_COUNT, count=len(log))} {digest_over(log)}"
    if sealed := [one for one in log if one.position is not None]:
        last = max(sealed, key=lambda one: one.position or 0)
        yield f"{wording.say(_SEAL_LAST, position=last.position)} {last.digest}"
    yield wording.say(_SEAL_CHECK)


def digest_over(log: Iterable[Sealed]) -> str:
    """Return the SHA-256 over the digests of entries, by their numbers."""
    ordered = sorted(log, key=lambda one: one.event.id)
    return hashlib.sha256("".join(one.event.digest for one in ordered).encode()).hexdigest()
