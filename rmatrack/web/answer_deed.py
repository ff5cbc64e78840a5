"""Answering a reminder, for its page and for programs: on to the work list, or with labels at once (SPEC C-4, R-8)."""

from flask import g
from sqlalchemy.orm import Session

from rmatrack.domain.answers import AnswerKind, Said
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.mails import Link
from rmatrack.paper.papers import Paper
from rmatrack.services.answered_labels import LEFT_TO_LOGISTICS, answer_with_labels, gives_labels, mailed_to
from rmatrack.services.answers import Asked, answer
from rmatrack.services.label_requests import Asked as AskedLabels
from rmatrack.services.return_help import WayBack, way_back
from rmatrack.web.given import given
from rmatrack.web.label_giving import give_labels
from rmatrack.web.sessions import read_session, write_session


def way_of(page: Asked) -> WayBack | None:
    """Return how the devices come back, where that is what the page is about and something is out."""
    if page.kind is not AnswerKind.LABEL or not page.out:
        return None
    return way_back(read_session(), page.order.number, policy=given().policy, seen_by=page.reader, now=g.now)


def give_answer(link: Link, page: Asked, said: Said, *, trouble: Trouble, form: str) -> bool:
    """Take an answer, and say whether labels were given for it; *form* sent twice is one request.

    Raises what `answers.answer` and `label_requests.ask_for_labels` raise.
    """
    way = way_of(page)
    if way is None or not gives_labels(way):
        _note(link, said)
        return False
    mail_to = mailed_to(read_session(), link)
    asked = AskedLabels(form=form, unit_ids=tuple(said.unit_ids), trouble=trouble, paper=Paper.LETTER, mail_to=mail_to)

    def ask(step: Session) -> list[int]:
        return list(answer_with_labels(step, link, page, asked, note=said.note, policy=given().policy, now=g.now))

    try:
        give_labels(way, asked, ask, by=page.reader)
    except LEFT_TO_LOGISTICS:
        _note(link, said)
        return False
    return True


def _note(link: Link, said: Said) -> None:
    with write_session() as step:
        answer(step, link, said, policy=given().policy, now=g.now)
