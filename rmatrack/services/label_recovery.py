"""A label once more from the carrier that made it: the same number and file, and no money spent twice (SPEC C-6, C-8).

UPS gives a label again, as PDF. DHL gives each one once, so that what came with it is kept here; what is drawn here can
be drawn again. Asking is done with no transaction open: `ask_again` asks and reads the label back, and only one whose
barcodes say what they should takes the place of the file that is kept (`keep_again`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from carriers.documents import Document
from carriers.errors import CarrierUnavailableError, CarrierUnclearError, CredentialsRefusedError, ShippingError
from carriers.kinds import KINDS
from carriers.shipment import Carrier
from carriers.sources import SourceKind
from rmatrack.db.blobs import keep_blob
from rmatrack.db.carrier_accounts import CarrierAccount, account_in_use, account_with_id
from rmatrack.db.label_lists import LabelSeen, label_numbered
from rmatrack.db.labels import Label, keep_documents
from rmatrack.domain.errors import ConflictError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.history import Change
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.sentences import Sentence
from rmatrack.paper.papers import Paper
from rmatrack.services.carrier_lines import Lines, Step, ask
from rmatrack.services.history import record
from rmatrack.services.label_release import is_printable, must_be_printable
from rmatrack.services.label_sheets import LabelToDraw, draw_labels, labels_to_draw
from rmatrack.services.looking_up import NobodyToAskError


class NotTheCarriersError(RuleBrokenError):
    """A label that we drew is drawn again; nobody else has it."""

    code = "label-drawn-here"
    message = _("%(number)s was drawn here, not by %(carrier)s. Print it again: it comes out the same.")


class GivenOnceError(RuleBrokenError):
    """This carrier gives a label when it makes it, and never again."""

    code = "label-given-once"
    message = _("%(carrier)s gives a label only once. The file it gave is kept here: print %(number)s again.")


class NotGivenAgainError(RuleBrokenError):
    """The carrier did not give the label, in its own words or without any."""

    code = "label-not-given-again"
    message = _("%(carrier)s does not give %(number)s again: %(why)s")


class MisreadAgainError(RuleBrokenError):
    """What the carrier gave does not read back, so that the file that is kept stays."""

    code = "label-misread"
    message = _("%(carrier)s gave %(number)s again, but it does not read back: %(why)s The file kept here stays.")


NOTHING_GIVEN = _("it sent no file.")
AWAY = _("it cannot be reached at the moment. Try again later.")


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A label to be asked for, free of any session; `account` is the one that it was made with, or the one in use."""

    label: LabelToDraw
    account: CarrierAccount


def can_be_given_again(label: LabelSeen) -> bool:
    """Say whether asking the carrier makes sense: it made the label, gives labels again, and this one may leave."""
    is_live = label.source == SourceKind.LIVE and is_printable(LabelState(label.state))
    return is_live and KINDS[Carrier(label.carrier)].gives_again


def to_ask_again(session: Session, number: str, *, by: Actor) -> ToAsk:
    """Return what asking needs to know of a label.

    Raises `NotFoundError`, `NotPrintableError`, `NotTheCarriersError`, `GivenOnceError` and `NobodyToAskError`.
    """
    by.must(Permission.PRINT_LABELS)
    seen = label_numbered(session, number, seen_by=by)
    if seen is None:
        raise NotFoundError
    kind = KINDS[Carrier(seen.carrier)]
    if seen.source != SourceKind.LIVE:
        raise NotTheCarriersError(number=number, carrier=kind.name)
    must_be_printable(LabelState(seen.state))
    if not kind.gives_again:
        raise GivenOnceError(number=number, carrier=kind.name)
    [label], account_id = labels_to_draw(session, [seen.id]), session.get_one(Label, seen.id).account_id
    account = account_in_use(session, seen.carrier) if account_id is None else account_with_id(session, account_id)
    if account is None or not account.credentials:
        raise NobodyToAskError(carrier=kind.name)
    session.expunge(account)
    return ToAsk(label, account)


def ask_again(step: Step, lines: Lines, wanted: ToAsk, *, now: Callable[[], datetime]) -> Document:
    """Ask the carrier for the label and read it back. No transaction may be open.

    Raises `NotGivenAgainError`, `MisreadAgainError`, and what `carrier_lines.ask` raises of our own.
    """
    label, carrier = wanted.label, KINDS[wanted.label.carrier].name
    try:
        given = ask(step, lines, wanted.account, lambda line: line.label_again(label.number), now=now)
    except ShippingError as error:
        raise NotGivenAgainError(carrier=carrier, number=label.number, why=_why(error)) from error
    if given is None:
        raise NotGivenAgainError(carrier=carrier, number=label.number, why=Sentence(NOTHING_GIVEN))
    drawing = LabelToDraw(label.id, label.carrier, label.number, label.piece, label.content, given.content)
    for held in draw_labels(lambda: [drawing], Paper.FOUR_BY_SIX).held:
        raise MisreadAgainError(carrier=carrier, number=label.number, why=held.why)
    return given


def keep_again(session: Session, wanted: ToAsk, given: Document, *, by: Actor, now: datetime) -> None:
    """Keep the file that the carrier gave; the same one twice changes nothing.

    Raises `ConflictError` where the label may not leave any more by now.
    """
    by.must(Permission.PRINT_LABELS)
    label = session.get_one(Label, wanted.label.id)
    if not is_printable(LabelState(label.state)):
        raise ConflictError
    digest = keep_blob(session, given.content, given.media_type, now=now)
    if label.image_digest == digest:
        return
    label.image_digest = digest
    keep_documents(session, label.id, [given], now=now)
    record(session, [Change("label", label.number, "given again", unit_id=label.unit_id)], by=by, now=now)


def _why(error: ShippingError) -> Sentence:
    """Return what went wrong; nobody asks again by itself, as the kit's own sentences about waiting promise."""
    is_away = isinstance(error, CarrierUnavailableError | CarrierUnclearError)
    if is_away and not isinstance(error, CredentialsRefusedError):
        return Sentence(AWAY)
    return Sentence(error.message, error.params)
