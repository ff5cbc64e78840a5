"""Our accounts with carriers: what they give, how the line is, what waits, and what was said."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from carriers.kinds import KINDS
from carriers.shipment import Carrier
from rmatrack.db.carrier_accounts import exchanges_of
from rmatrack.db.intents import refused_labels, voids_of, waiting_labels
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.intents import IntentState, VoidState
from rmatrack.domain.labels import NumberSource
from rmatrack.domain.people import Permission
from rmatrack.services import carrier_accounts
from rmatrack.services.accounts_seen import AccountSeen, account_seen, accounts_seen
from rmatrack.services.kept_sentences import told
from rmatrack.web.access import allowed
from rmatrack.web.carrier_account_form import AccountForm, BlockForm, NewAccountForm, form_of, kind_name
from rmatrack.web.errors import status_of
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.sentences import say
from rmatrack.web.sessions import close_read_session, read_session, write_session

bp = Blueprint("carrier_accounts", __name__, url_prefix="/carriers")

WAITING_SHOWN = 50
SAID_SHOWN = 20
BLOCK = "block"
"""Before the names of the second form's fields."""


@bp.get("")
@allowed(Permission.MANAGE_PEOPLE)
def index() -> str:
    """List the accounts with how they stand."""
    return render_template(
        "carrier_accounts/index.html",
        accounts=accounts_seen(read_session(), by=g.actor, now=g.now),
        sources=NumberSource,
        kind_name=kind_name,
    )


@bp.get("/new")
@allowed(Permission.MANAGE_PEOPLE)
def new() -> str:
    """Ask what account is to be entered."""
    form = NewAccountForm(carrier=request.args.get("carrier", Carrier.UPS.value))
    form.offer()
    return render_template("carrier_accounts/new.html", form=form, kinds=KINDS)


@bp.post("/new")
@allowed(Permission.MANAGE_PEOPLE)
def add() -> ResponseReturnValue:
    """Enter an account."""
    form = NewAccountForm()
    form.offer()
    if not form.validate():
        return render_template("carrier_accounts/new.html", form=form, kinds=KINDS), 422
    try:
        with write_session() as session:
            account = carrier_accounts.add_account(
                session,
                Carrier(form.carrier.data),
                form.values,
                form.credentials,
                vault=given().vault,
                by=g.actor,
                now=g.now,
            )
    except RmatrackError as error:
        form.refuse(error)
        return render_template("carrier_accounts/new.html", form=form, kinds=KINDS), status_of(error)
    flash(_("%(name)s is entered.", name=account.name))
    return redirect(url_for(".show", account_id=account.id))


@bp.get("/<int:account_id>")
@allowed(Permission.MANAGE_PEOPLE)
def show(account_id: int) -> str:
    """Show an account: its line, what waits, and what was said."""
    seen = _seen(account_id)
    return _page(seen, form_of(seen.account), _block_form(seen))


@bp.post("/<int:account_id>")
@allowed(Permission.MANAGE_PEOPLE)
def change(account_id: int) -> ResponseReturnValue:
    """Change an account."""
    seen, form = _seen(account_id), AccountForm()
    form.offer()
    if not form.validate():
        return _page(seen, form, _block_form(seen)), 422
    try:
        with write_session() as session:
            carrier_accounts.change_account(
                session, account_id, form.values, form.credentials, vault=given().vault, by=g.actor, now=g.now
            )
    except RmatrackError as error:
        form.refuse(error)
        return _page(_seen(account_id), form, _block_form(seen)), status_of(error)
    flash(_("%(name)s is changed.", name=form.values.name))
    return redirect(url_for(".show", account_id=account_id))


@bp.post("/<int:account_id>/block")
@allowed(Permission.MANAGE_PEOPLE)
def allot(account_id: int) -> ResponseReturnValue:
    """Enter a block of numbers."""
    seen, form = _seen(account_id), BlockForm(prefix=BLOCK)
    if not form.validate():
        return _page(seen, form_of(seen.account), form), 422
    try:
        with write_session() as session:
            carrier_accounts.allot_block(
                session, account_id, form.block, form.pieces, certified=form.certified.data, by=g.actor, now=g.now
            )
    except RmatrackError as error:
        form.refuse(error)
        return _page(seen, form_of(seen.account), form), status_of(error)
    flash(_("The block is entered: new labels take their numbers from it."))
    return redirect(url_for(".show", account_id=account_id))


@bp.post("/<int:account_id>/use")
@allowed(Permission.MANAGE_PEOPLE)
def use(account_id: int) -> ResponseReturnValue:
    """Let new labels come from this account."""
    with write_session() as session:
        account = carrier_accounts.use_account(session, account_id, by=g.actor, now=g.now)
    flash(_("New labels of %(carrier)s come from %(name)s.", carrier=kind_name(account.carrier), name=account.name))
    return redirect(url_for(".show", account_id=account_id))


@bp.post("/<int:account_id>/try")
@allowed(Permission.MANAGE_PEOPLE)
def try_out(account_id: int) -> ResponseReturnValue:
    """Ask the carrier something harmless, and say what it answered."""
    account = _seen(account_id).account
    close_read_session()
    try:
        carrier_accounts.try_out(write_session, given().lines, account, by=g.actor, now=given().now)
    except RmatrackError as error:
        flash(say(error), "bad")
    else:
        flash(_("%(carrier)s answers, and accepts the credentials.", carrier=kind_name(account.carrier)))
    return redirect(url_for(".show", account_id=account_id))


def _seen(account_id: int) -> AccountSeen:
    return account_seen(read_session(), account_id, by=g.actor, now=g.now)


def _block_form(seen: AccountSeen) -> BlockForm:
    return BlockForm(prefix=BLOCK, certified=seen.account.certified)


def _page(seen: AccountSeen, form: AccountForm, block: BlockForm) -> str:
    session, account = read_session(), seen.account
    said = exchanges_of(session, account.id, before=request.args.get("before", type=int), limit=SAID_SHOWN + 1)
    return render_template(
        "carrier_accounts/show.html",
        seen=seen,
        account=account,
        kind=KINDS[Carrier(account.carrier)],
        source=NumberSource(account.source),
        form=form,
        block=block,
        waiting=waiting_labels(session, seen_by=g.actor, limit=WAITING_SHOWN, account_id=account.id),
        refused=refused_labels(session, seen_by=g.actor, limit=WAITING_SHOWN, account_id=account.id),
        voids=voids_of(session, account.id, limit=WAITING_SHOWN),
        said=said[:SAID_SHOWN],
        older=said[SAID_SHOWN - 1].id if len(said) > SAID_SHOWN else None,
        intent_state=IntentState,
        void_state=VoidState,
        told=told,
    )
