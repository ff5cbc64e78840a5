"""Starting a trial: choose a door, answer one question a page, check the answers, start (SPEC T-1 – T-15)."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from rmatrack.db.trial_drafts import TrialDraft
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.people import Permission
from rmatrack.domain.trials import Door
from rmatrack.services import trial_drafts
from rmatrack.services.organisations import find_organisation
from rmatrack.services.starting import starting_partner
from rmatrack.web import starting_shown
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.starting_deed import Starting
from rmatrack.web.starting_form import CustomerForm, ShipToForm, answers_of, countries, form_of, needed_in
from rmatrack.web.starting_steps import DOORS, NAMES, Step, first_open, steps

bp = Blueprint("starting", __name__, url_prefix="/trials/start")

INSTEAD = {
    "administrator-email-taken": Door.EXISTING,
    "no-relationship": Door.EXISTING,
    "relationship-exists": Door.PAYING,
    "unknown-organisation": Door.NEW,
}
"""Which other door a refusal points to, by its code."""


@bp.get("")
@allowed(Permission.SEE_ORDERS)
def index() -> str:
    """Ask by which door, or say why this person starts none (SPEC T-1, T-2)."""
    session = read_session()
    refusal: RmatrackError | None = None
    try:
        starting_partner(session, g.actor)
    except RmatrackError as error:
        refusal = error
    drafts = [] if refusal else trial_drafts.unfinished_drafts(session, by=g.actor)
    return render_template("starting/index.html", refusal=refusal, drafts=[_in_short(each) for each in drafts])


@bp.post("")
@allowed(Permission.MANAGE_TRIALS)
def begin() -> ResponseReturnValue:
    """Open a door; what is known already is not asked again."""
    door = _door(request.form.get("door", ""))
    email, customer_id = request.form.get("email", ""), request.form.get("customer_id", "")
    known: dict[str, dict[str, str]] = {}
    if door is Door.PAYING and customer_id:
        known = {Step.CUSTOMER: {"customer_id": customer_id}}
    with write_session() as session:
        draft = trial_drafts.begin_draft(session, door, known, by=g.actor, now=g.now)
        draft_id = draft.id
    step = first_open(door, known)
    return redirect(url_for(".show", draft_id=draft_id, step=step, email=email or None))


@bp.get("/region")
@allowed(Permission.MANAGE_TRIALS)
def region() -> str:
    """Say where data of customers in a country is kept, while it is chosen (SPEC T-5)."""
    kept = starting_shown.kept_where(request.args.get("country", ""), request.args.get("state", ""))
    return render_template("starting/region.html", kept=kept)


@bp.get("/ships-to")
@allowed(Permission.MANAGE_TRIALS)
def ships_to() -> str:
    """Say to which countries the chosen models ship together (SPEC D-3)."""
    counts = {name.removeprefix("models-"): value for name, value in request.args.items()}
    names = sorted(choice.label for choice in countries(starting_shown.countries_of(counts)))
    return render_template("starting/ships_to.html", together=names, chosen=any(counts.values()))


@bp.get("/<int:draft_id>/<step>")
@allowed(Permission.MANAGE_TRIALS)
def show(draft_id: int, step: str) -> ResponseReturnValue:
    """Ask what this step asks, with what was typed before."""
    draft = _draft(draft_id)
    if draft.trial_id:
        return redirect(url_for("trials.started", trial_id=draft.trial_id))
    here, door = _step(step, draft), Door(draft.door)
    ahead = first_open(door, draft.answers)
    if here not in draft.answers and here is not ahead:
        return redirect(url_for(".show", draft_id=draft_id, step=ahead))
    form = _form(draft, here)
    if here not in draft.answers and "email" in form and request.args.get("email"):
        form.email.data = request.args["email"]
    return _page(draft, here, form)


@bp.post("/<int:draft_id>/<step>")
@allowed(Permission.MANAGE_TRIALS)
def answer(draft_id: int, step: str) -> ResponseReturnValue:
    """Keep what was typed, and go on where it can be; the last step starts the trial."""
    draft = _draft(draft_id)
    if draft.trial_id:
        return redirect(url_for("trials.started", trial_id=draft.trial_id))
    here = _step(step, draft)
    form = _form(draft, here)
    if not form.validate():
        return _page(draft, here, form), 422
    if here is Step.CHECK:
        return _start(draft, form)
    with write_session() as session:
        draft = trial_drafts.keep_answers(session, draft_id, here, answers_of(form), by=g.actor, now=g.now)
    with write_session() as session:
        refusal = _starting(draft).refusal(session, here)
    if refusal:
        form.refuse(refusal)
        form.refuse_empty(*needed_in(form))
        return _page(draft, here, form, refusal), status_of(refusal)
    return redirect(url_for(".show", draft_id=draft_id, step=first_open(Door(draft.door), draft.answers)))


@bp.post("/<int:draft_id>/drop")
@allowed(Permission.MANAGE_TRIALS)
def drop(draft_id: int) -> ResponseReturnValue:
    """Forget what was typed."""
    with write_session() as session:
        trial_drafts.drop_draft(session, draft_id, by=g.actor)
    flash(_("What you had typed is thrown away. Nothing was started."))
    return redirect(url_for(".index"))


def _start(draft: TrialDraft, form: Form) -> ResponseReturnValue:
    try:
        with write_session() as session:
            standing = _starting(draft).start(session)
            trial_drafts.finish_draft(session, draft.id, standing.trial.id, by=g.actor, now=g.now)
            trial_id = standing.trial.id
    except RmatrackError as error:
        form.refuse(error)
        return _page(draft, Step.CHECK, form, error), status_of(error)
    return redirect(url_for("trials.started", trial_id=trial_id))


def _page(draft: TrialDraft, here: Step, form: Form, refusal: RmatrackError | None = None) -> str:
    door = Door(draft.door)
    all_steps = steps(door, draft.answers)
    place = all_steps.index(here)
    return render_template(
        f"starting/{here.value.replace('-', '_')}.html",
        draft=draft,
        door=door,
        step=here,
        steps=all_steps,
        names=NAMES,
        previous=all_steps[place - 1] if place else None,
        form=form,
        instead=_instead(draft, refusal),
        **starting_shown.more(read_session(), door, here, draft.answers),
    )


def _instead(draft: TrialDraft, refusal: RmatrackError | None) -> dict[str, object] | None:
    """Return the door that a refusal points to, with what is known already (SPEC T-4, T-11)."""
    door = INSTEAD.get(refusal.code) if refusal else None
    if door is None:
        return None
    asked = draft.answers.get(Step.ORGANISATION) or draft.answers.get(Step.COMPANY) or {}
    customer_id = None
    if door is Door.PAYING:
        found = find_organisation(read_session(), asked["email"], asked.get("org_id") or "", by=g.actor)
        customer_id = found.customer_id
    return {"door": door, "email": asked.get("email", ""), "customer_id": customer_id}


def _form(draft: TrialDraft, here: Step) -> Form:
    form = form_of(here, draft.answers.get(here, {}), given().policy)
    match form:
        case CustomerForm():
            offered = starting_shown.own_customers(read_session())
            form.customer_id.choices = [SelectChoice("", ""), *(SelectChoice(*one) for one in offered)]
        case ShipToForm():
            form.country.choices = [SelectChoice("", ""), *countries(starting_shown.ship_to_offered(draft.answers))]
    return form


def _starting(draft: TrialDraft) -> Starting:
    return Starting(door=Door(draft.door), answers=draft.answers, policy=given().policy, by=g.actor, now=g.now)


def _draft(draft_id: int) -> TrialDraft:
    return trial_drafts.draft(read_session(), draft_id, by=g.actor)


def _step(text: str, draft: TrialDraft) -> Step:
    """Return the step of the address; one that does not apply here is answered like any other wrong address."""
    if text not in steps(Door(draft.door), draft.answers):
        raise NotFoundError
    return Step(text)


def _door(text: str) -> Door:
    if text not in DOORS:
        raise NotFoundError
    return Door(text)


def _in_short(draft: TrialDraft) -> dict[str, object]:
    """Return a draft as the first page offers to go on with it."""
    who = draft.answers.get(Step.COMPANY, {}).get("company") or draft.answers.get(Step.ORGANISATION, {}).get("email")
    door = Door(draft.door)
    return {"draft": draft, "door": door, "who": who or _("nothing typed yet"), "step": first_open(door, draft.answers)}
