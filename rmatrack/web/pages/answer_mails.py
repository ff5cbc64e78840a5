""" "Prepare an answer": what a caller asked about an order, as a mail to copy or to send."""

from dataclasses import dataclass

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.domain.answer_mails import About
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.mails import Mail
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.people import Permission
from rmatrack.letters import Letter, Notice, render
from rmatrack.services import inbound
from rmatrack.services.answer_mails import Reader, prepare_answer, readers_of, send_answer
from rmatrack.services.orders import OrderFile, order_file
from rmatrack.web.access import allowed
from rmatrack.web.given import given
from rmatrack.web.languages import LANGUAGES, _
from rmatrack.web.sentences import say
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("answer_mails", __name__, url_prefix="/orders/<number>/answer")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen: the question, whom to answer, in which language, and the mail in the queue that it answers."""

    about: About
    to: str
    language: str | None
    inbound_id: int | None


@bp.get("")
@allowed(Permission.ANSWER_MAIL)
def prepare(number: str) -> str:
    """Show the answer as it would be sent."""
    file = _order(number)
    readers = readers_of(read_session(), file)
    chosen = _chosen(readers)
    mail, refusal = _prepared(file, chosen) if chosen.to else (None, None)
    return render_template(
        "answer_mails/prepare.html",
        order=file.order,
        questions=About,
        readers=readers,
        chosen=chosen,
        language=mail.to.language if mail else chosen.language,
        letter=_letter(mail) if mail else None,
        refusal=refusal,
    )


@bp.post("")
@allowed(Permission.ANSWER_MAIL)
def send(number: str) -> ResponseReturnValue:
    """Send it; the mail that asked leaves the queue in the same step."""
    file = _order(number)
    chosen = _chosen([])
    mail = _mail(file, chosen)
    with write_session() as session:
        if chosen.inbound_id is None:
            send_answer(session, mail, by=g.actor, now=g.now)
        else:
            inbound.answer(session, chosen.inbound_id, mail, by=g.actor, now=g.now)
    flash(_("The answer to %(email)s goes out in a moment.", email=mail.to.email))
    if chosen.inbound_id is not None:
        return redirect(url_for("inbound.index"))
    return redirect(url_for("orders.show", number=file.order.number))


def _prepared(file: OrderFile, chosen: Chosen) -> tuple[Mail | None, str | None]:
    try:
        return _mail(file, chosen), None
    except RmatrackError as error:
        return None, say(error)


def _mail(file: OrderFile, chosen: Chosen) -> Mail:
    return prepare_answer(
        read_session(),
        file.order.number,
        chosen.about,
        to=chosen.to,
        language=chosen.language,
        by=g.actor,
        now=g.now,
        policy=given().policy,
    )


def _letter(mail: Mail) -> Letter:
    links = {"order": f"{given().settings.base_url}/orders/{mail.params['order']}"}
    return render(Notice(mail.kind, mail.params, links), mail.to.language)


def _order(number: str) -> OrderFile:
    try:
        exact = order_number_from(number)
    except OrderNumberError:
        raise NotFoundError from None
    return order_file(read_session(), exact, seen_by=g.actor, now=g.now, policy=given().policy)


def _chosen(readers: list[Reader]) -> Chosen:
    values = request.values
    about, language = values.get("about", ""), values.get("language", "")
    inbound_id = values.get("mail", type=int)
    return Chosen(
        about=About(about) if about in set(About) else About.NUMBER,
        to=_addressee(values.get("to", "").strip().lower(), readers, inbound_id),
        language=language if language in LANGUAGES else None,
        inbound_id=inbound_id,
    )


def _addressee(asked: str, readers: list[Reader], inbound_id: int | None) -> str:
    """Return who was chosen; in place of an unknown sender of a mail, the first who may be written to."""
    known = [reader.email for reader in readers]
    if not known or asked in known or (asked and inbound_id is None):
        return asked
    return known[0]
