"""Answers to reminders, by signed link and without an account: the page asks, a button answers (SPEC R-8)."""

import secrets

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rmatrack.domain.answers import PURPOSES, AnswerKind
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.services.answered_labels import gives_labels, mailed_to
from rmatrack.services.answers import Asked, asked
from rmatrack.services.return_help import way_back
from rmatrack.web.access import public
from rmatrack.web.answer_deed import give_answer, way_of
from rmatrack.web.answer_form import AnswerForm
from rmatrack.web.errors import status_of
from rmatrack.web.given import given
from rmatrack.web.given_labels import given_labels
from rmatrack.web.label_giving import label_file, labels_of_form
from rmatrack.web.return_note import booking_of
from rmatrack.web.sessions import read_session
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
        name = form.form.data or secrets.token_urlsafe(16)
        said, trouble = form.said(page.kind), Trouble(form.trouble.data)
        has_labels = give_answer(link, page, said, trouble=trouble, form=name)
    except RmatrackError as error:
        form.refuse(error)
        return _page(page, link, token, form, status_of(error))
    if has_labels:
        return redirect(url_for(".labels", token=token, form=name))
    return redirect(url_for(".show", purpose=purpose, token=token, said="yes"))


@bp.get("/return-label/<token>/label")
@public
def labels(token: str) -> ResponseReturnValue:
    """Show the labels that came of a form, with their file and what to do now."""
    try:
        link, page, form = _labels_page(token)
        found = labels_of_form(page.order.number, form, seen_by=page.reader)
        session = read_session()
        way = way_back(session, page.order.number, policy=given().policy, seen_by=page.reader, now=g.now)
        mailed = mailed_to(session, link)
    except RmatrackError as error:
        return refused_link(error)
    return render_template("answers/label.html", token_text=token, **given_labels(way, found, form, mailed=mailed))


@bp.get("/return-label/<token>/label.pdf")
@public
def file(token: str) -> ResponseReturnValue:
    """Give the labels of a form as a file (SPEC C-8)."""
    try:
        _link, page, form = _labels_page(token)
        return label_file(page.order.number, form, seen_by=page.reader)
    except RmatrackError as error:
        return refused_link(error)


def _labels_page(token: str) -> tuple[Link, Asked, str]:
    """Return what a link for labels says, and the form in the address."""
    link = read_link(LinkPurpose.RETURN_LABEL, token)
    return link, asked(read_session(), link, policy=given().policy, now=g.now), request.args.get("form", "")


def _page(page: Asked, link: Link, token: str, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    mine = [one for one in page.given if one.kind == page.kind and one.settled_at is None]
    said = request.method == "GET" and request.args.get("said") == "yes" and bool(mine)
    way = way_of(page)
    at_once = way is not None and gives_labels(way)
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
            at_once=at_once,
            offered=[box.unit_id for box in way.to_send] if at_once and way else [unit.id for unit in page.out],
            booking=booking_of(way) if way else "",
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
