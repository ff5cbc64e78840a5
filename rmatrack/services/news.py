"""What happens that people are told of inside the product: one function for each happening, with its sentence."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.domain.charges import ChargeState
from rmatrack.domain.errors import _
from rmatrack.domain.people import Actor, Permission
from rmatrack.domain.sentences import Sentence
from rmatrack.services.notifications import Tone, tell_everybody, tell_partner, tell_partners, tell_person


def extension_requested(session: Session, request_id: int, number: str, *, by: Actor, now: datetime) -> None:
    """Tell the trials team that a partner asks to keep devices longer."""
    tell_everybody(
        session,
        Permission.APPROVE_EXTENSIONS,
        Sentence(_("%(name)s asks to keep the devices of %(order)s longer."), {"name": by.name, "order": number}),
        about=f"extension:{request_id}:requested",
        href=f"/extensions/{request_id}",
        tone=Tone.WARN,
        by=by,
        now=now,
    )


def extension_decided(
    session: Session, request_id: int, partner_id: int, number: str, *, approved: bool, by: Actor, now: datetime
) -> None:
    """Tell the partner what was decided."""
    message = (
        _("The extension of %(order)s is approved; the new due day holds.")
        if approved
        else _("The extension of %(order)s is refused; the due day stays.")
    )
    tell_partner(
        session,
        partner_id,
        Permission.ASK_EXTENSION,
        Sentence(message, {"order": number}),
        about=f"extension:{request_id}:decided",
        href=f"/extensions/{request_id}",
        tone=Tone.GOOD if approved else Tone.WARN,
        by=by,
        now=now,
    )


def consent_answered(
    session: Session, trial_id: int, partner_id: int, customer: str, *, accepted: bool, now: datetime
) -> None:
    """Tell the partner's sales administrators what the customer answered."""
    message = _("%(customer)s accepts the trial.") if accepted else _("%(customer)s declines the trial.")
    tell_partner(
        session,
        partner_id,
        Permission.MANAGE_TRIALS,
        Sentence(message, {"customer": customer}),
        about=f"consent:{trial_id}:answered",
        href=f"/trials/{trial_id}" if accepted else "/trials",
        tone=Tone.GOOD if accepted else Tone.WARN,
        now=now,
    )


def labels_requested(session: Session, form: str, number: str, count: int, *, by: Actor, now: datetime) -> None:
    """Tell logistics that somebody got new labels (SPEC C-4)."""
    tell_everybody(
        session,
        Permission.SETTLE,
        Sentence(
            _("%(name)s got new labels for %(order)s: %(count)s."), {"name": by.name, "order": number, "count": count}
        ),
        about=f"labels:{form}",
        href=f"/labels/requests?text={number}",
        by=by,
        now=now,
    )


def buying_wished(session: Session, answer_id: int, partner_id: int, customer: str, *, now: datetime) -> None:
    """Tell the partner's sales administrators that a customer would like to buy what it has on loan (SPEC R-8)."""
    tell_partner(
        session,
        partner_id,
        Permission.MANAGE_TRIALS,
        Sentence(_("%(customer)s would like to buy."), {"customer": customer}),
        about=f"answer:{answer_id}",
        href=f"/answers/{answer_id}",
        tone=Tone.GOOD,
        now=now,
    )


def charges_proposed(session: Session, first_id: int, partner_ids: Collection[int], *, now: datetime) -> None:
    """Tell partners that a sweep proposed charges, the first of them *first_id*: once, however many (SPEC R-9)."""
    tell_partners(
        session,
        partner_ids,
        Permission.DISPUTE_CHARGES,
        Sentence(_("Charges are proposed for devices on loan. See what each rests on, and say what is not right.")),
        about=f"charges:{first_id}",
        href=f"/charges?state={ChargeState.NOTIFIED}",
        tone=Tone.WARN,
        now=now,
    )


def charge_disputed(session: Session, charge_id: int, serial: str, *, by: Actor, now: datetime) -> None:
    """Tell logistics that a partner objects."""
    tell_everybody(
        session,
        Permission.SETTLE,
        Sentence(_("%(name)s disputes the charge for %(serial)s."), {"name": by.name, "serial": serial}),
        about=f"charge:{charge_id}:disputed",
        href=f"/charges/{charge_id}",
        tone=Tone.WARN,
        by=by,
        now=now,
    )


_DECIDED = {
    ChargeState.ACCEPTED: _("%(serial)s will be charged to you."),
    ChargeState.WAIVED: _("The charge for %(serial)s is waived."),
    ChargeState.CREDITED: _("The charge for %(serial)s is credited."),
}


def charge_decided(
    session: Session, charge_id: int, partner_id: int, serial: str, state: ChargeState, *, by: Actor, now: datetime
) -> None:
    """Tell the partner what was decided."""
    tell_partner(
        session,
        partner_id,
        Permission.DISPUTE_CHARGES,
        Sentence(_DECIDED[state], {"serial": serial}),
        about=f"charge:{charge_id}:{state}",
        href=f"/charges/{charge_id}",
        tone=Tone.WARN if state is ChargeState.ACCEPTED else Tone.GOOD,
        by=by,
        now=now,
    )


def batch_ended(session: Session, batch_id: int, person_id: int, done: int, held: int, *, now: datetime) -> None:
    """Tell who asked for a batch that its labels are ready; how many were held back is what needs a person."""
    message = (
        _("Batch %(batch)s is ready: %(done)s labels, and %(held)s held back.")
        if held
        else _("Batch %(batch)s is ready: %(done)s labels.")
    )
    tell_person(
        session,
        person_id,
        Sentence(message, {"batch": f"#{batch_id}", "done": done, "held": held}),
        about=f"batch:{batch_id}",
        href=f"/labels/batches/{batch_id}",
        tone=Tone.WARN if held else Tone.GOOD,
        now=now,
    )


def batch_failed(session: Session, batch_id: int, person_id: int, *, now: datetime) -> None:
    """Tell who asked for a batch that it cannot be drawn."""
    tell_person(
        session,
        person_id,
        Sentence(_("Batch %(batch)s could not be drawn. Look why, and take it up again."), {"batch": f"#{batch_id}"}),
        about=f"batch:{batch_id}:failed:{now:%Y%m%d%H%M%S}",
        href=f"/labels/batches/{batch_id}",
        tone=Tone.BAD,
        now=now,
    )


def numbers_run_out(session: Session, account_id: int, account: str, left: int, *, block: str, now: datetime) -> None:
    """Tell administrators that *block*, which the carrier allotted, is nearly or wholly used up: once of each."""
    message = (
        _("Only %(left)s numbers of %(account)s are left. Ask the carrier for a new block and enter it.")
        if left
        else _("The numbers of %(account)s are used up. Labels wait until you enter a new block.")
    )
    tell_everybody(
        session,
        Permission.MANAGE_PEOPLE,
        Sentence(message, {"account": account, "left": left}),
        about=f"account:{account_id}:block:{block}:{'low' if left else 'empty'}",
        href=f"/carriers/{account_id}",
        tone=Tone.WARN if left else Tone.BAD,
        now=now,
    )


def carrier_away(session: Session, account_id: int, account: str, *, since: datetime, now: datetime) -> None:
    """Tell administrators that an account has had nothing from its carrier since a moment, once for each."""
    tell_everybody(
        session,
        Permission.MANAGE_PEOPLE,
        Sentence(
            _("%(account)s gets no answer for an hour now. Its page says why, and how many labels wait."),
            {"account": account},
        ),
        about=f"account:{account_id}:away:{since:%Y%m%d%H%M%S}",
        href=f"/carriers/{account_id}",
        tone=Tone.BAD,
        now=now,
    )
