"""Answers to reminders, by signed link and without an account: the page asks, a button answers (SPEC R-8)."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.domain.answers import PURPOSES, AnswerKind
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.services.answers import Asked, answer, asked
from rmatrack.services.return_help import WayBack, way_back
from rmatrack.web.access import public
from rmatrack.web.answer_form import AnswerForm
from rmatrack.web.errors import status_of
from rmatrack.web.given import given
from rmatrack.web.languages import language
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.signed_links import link_url, read_link, refused_link

bp = Blueprint("answering", __name__)

_ADDRESS = "/<any('return-sent', 'return-label', 'return-lost', 'return-buy'):purpose>/<token>"


@bp.get(_ADDRESS)
@public
def show(purpose: str, token: str) -> ResponseReturnValue:
    """Ask; whoever only follows links, such as a mail scanner, answers nothing."""
    try:
        link = read_link(LinkPurpose(purpose), token)
        page = asked(read_session(), link, policy=given().policy, now=g.now)
    except RmatrackError as error:
        return refused_link(error)
    return _page(page, link, token, AnswerForm.about(page.out))


@bp.post(_ADDRESS)
@public
def give(purpose: str, token: str) -> ResponseReturnValue:
    """Take the answer; given twice it is one."""
    try:
        link = read_link(LinkPurpose(purpose), token)
        page = asked(read_session(), link, policy=given().policy, now=g.now)
    except RmatrackError as error:
        return refused_link(error)
    form = AnswerForm.about(page.out)
    if not page.out:
        return _page(page, link, token, form)
    if not form.validate():
        return _page(page, link, token, form, 422)
    try:
        with write_session() as session:
            answer(session, link, form.said(page.kind), policy=given().policy, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(page, link, token, form, status_of(error))
    return redirect(url_for(".show", purpose=purpose, token=token, said="yes"))


def _page(page: Asked, link: Link, token: str, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    mine = [one for one in page.given if one.kind == page.kind and one.settled_at is None]
    said = request.method == "GET" and request.args.get("said") == "yes" and bool(mine)
    way = _way(page) if page.kind is AnswerKind.LABEL and page.out else None
    return (
        render_template(
            "answers/ask.html",
            page=page,
            order=page.order,
            kinds=AnswerKind,
            mine=mine,
            said=said,
            form=form,
            way=way,
            booking=_booking(way) if way else "",
            carriers=CARRIER_NAMES,
            purpose=link.purpose.value,
            token_text=token,
            others=_others(link, page.kind),
        ),
        status,
    )


def _others(link: Link, kind: AnswerKind) -> list[tuple[AnswerKind, str]]:
    """Return the other answers of this reader."""
    return [
        (other, link_url(Link(purpose, link.subject_id, link.administrator_id, link.last_on, link.person_id)))
        for purpose, other in PURPOSES.items()
        if other is not kind
    ]


def _way(page: Asked) -> WayBack:
    return way_back(read_session(), page.order.number, policy=given().policy, seen_by=page.reader, now=g.now)


def _booking(way: WayBack) -> str:
    """Return how a pickup is booked, in the reader's language."""
    if way.contact is None:
        return ""
    return way.contact.booking.get(language()) or way.contact.booking["en"]
