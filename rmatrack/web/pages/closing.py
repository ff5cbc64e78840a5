"""Settling several discrepancies at once: taking them on, and closing them with one reason after a look."""

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.domain.discrepancies import ClosingReason, DiscrepancyType
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.people import Actor, Permission
from rmatrack.services.discrepancies import (
    LONGEST_NOTE,
    MOST_TOGETHER,
    ClosingPreview,
    assign_discrepancies,
    close_discrepancies,
    preview_closing,
)
from rmatrack.services.discrepancy_owners import UnfitOwnerError
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l, first_up, ngettext, word
from rmatrack.web.pages.discrepancies import owner_chosen, tell_complete, the_list
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("closing", __name__, url_prefix="/discrepancies")


class TogetherForm(Form):
    """One reason for several."""

    reason = RadioField(_l("Why are they settled?"), [InputRequired(_l("Choose why they are settled."))])
    note = StringField(
        _l("Note"), [Length(max=LONGEST_NOTE, message=_l("A note has at most %(max)d characters. Shorten it."))]
    )


@bp.post("/chosen")
@allowed(Permission.SETTLE)
def chosen() -> ResponseReturnValue:
    """Take several on, leave them to others, or show what closing them would do."""
    ids = _chosen_ids()
    if not ids:
        flash(_("Choose the discrepancies first."), "warn")
        return redirect(the_list())
    deed = request.form.get("deed")
    if deed not in {"take", "give", "leave"}:
        return _closing_page(preview_closing(read_session(), ids, by=g.actor), TogetherForm())
    if deed == "give" and not request.form.get("owner"):
        flash(_("Choose whom to give them to."), "warn")
        return redirect(the_list())
    try:
        with write_session() as session:
            owner = g.actor if deed == "take" else owner_chosen(session) if deed == "give" else None
            changed = len(assign_discrepancies(session, ids, owner=owner, by=g.actor, now=g.now))
    except UnfitOwnerError as error:
        flash(say(error), "warn")
        return redirect(the_list())
    flash(_left(changed) if owner is None else _taken_on(changed) if deed == "take" else _given(changed, owner))
    return redirect(the_list())


def _taken_on(changed: int) -> str:
    if not changed:
        return _("Nothing changed: they were yours already.")
    return ngettext("%(num)s discrepancy is yours.", "%(num)s discrepancies are yours.", changed)


def _given(changed: int, owner: Actor) -> str:
    if not changed:
        return _("Nothing changed: they were %(person)s's already.", person=owner.name)
    return ngettext(
        "%(num)s discrepancy is %(person)s's now; they are told.",
        "%(num)s discrepancies are %(person)s's now; they are told.",
        changed,
        person=owner.name,
    )


def _left(changed: int) -> str:
    if not changed:
        return _("Nothing changed: they were nobody's already.")
    return ngettext("%(num)s discrepancy is nobody's again.", "%(num)s discrepancies are nobody's again.", changed)


@bp.post("/close")
@allowed(Permission.SETTLE)
def close_chosen() -> ResponseReturnValue:
    """Close several with one reason."""
    ids = _chosen_ids()
    form, preview = TogetherForm(), preview_closing(read_session(), ids, by=g.actor)
    _offer(form, preview)
    if not form.validate():
        return _closing_page(preview, form), 422
    reason = ClosingReason(form.reason.data)
    try:
        with write_session() as session:
            done = close_discrepancies(session, ids, reason, note=form.note.data or "", by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _closing_page(preview_closing(read_session(), ids, by=g.actor), form), status_of(error)
    flash(ngettext("%(num)s discrepancy is closed.", "%(num)s discrepancies are closed.", len(done.closed)))
    if done.before:
        before = len(done.before)
        flash(ngettext("%(num)s was closed before.", "%(num)s were closed before.", before), "warn")
    tell_complete(done.completed)
    return redirect(the_list())


def _chosen_ids() -> list[int]:
    return list(dict.fromkeys(request.form.getlist("discrepancy", type=int)))[:MOST_TOGETHER]


def _offer(form: TogetherForm, preview: ClosingPreview) -> None:
    form.reason.choices = [SelectChoice(reason.value, first_up(word(reason))) for reason in preview.reasons]


def _closing_page(preview: ClosingPreview, form: TogetherForm) -> str:
    _offer(form, preview)
    return render_template(
        "discrepancies/together.html",
        preview=preview,
        form=form,
        longest=LONGEST_NOTE,
        types={row.id: DiscrepancyType(row.type) for row in (*preview.open, *preview.before)},
    )
