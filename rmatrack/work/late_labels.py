"""The job that mails labels which the carrier made after somebody had asked for them by mail (SPEC C-4, C-11)."""

from contextlib import suppress

from rmatrack.db.engine import reading, writing
from rmatrack.db.label_requests import ToMail, labels_to_mail, take_mail
from rmatrack.domain.errors import ConflictError
from rmatrack.domain.people import SYSTEM
from rmatrack.paper.papers import Paper
from rmatrack.services.label_release import hold, release
from rmatrack.services.label_sheets import draw_labels, labels_to_draw
from rmatrack.services.return_help import way_back
from rmatrack.services.return_mails import AddressNotKeptError, mail_labels
from rmatrack.work.tools import Tools

AT_ONCE = 50


def mail_late_labels(tools: Tools) -> None:
    """Mail the labels of each form whose last one is there; what another worker mails, or nobody can, is left out."""
    with reading(tools.engine) as session:
        forms = labels_to_mail(session, limit=AT_ONCE)
    for form in forms:
        if tools.stopping():
            return
        with suppress(ConflictError, AddressNotKeptError):
            _mail(tools, form)


def _mail(tools: Tools, form: ToMail) -> None:
    """Draw and read back with no transaction open, then let the labels go with their mail, or not at all."""
    now, paper = tools.now(), Paper(form.paper)
    with reading(tools.engine) as session:
        way = way_back(session, form.order_number, policy=tools.policy, seen_by=SYSTEM, now=now)
        to_draw = labels_to_draw(session, form.label_ids)
    drawn = draw_labels(lambda: to_draw, paper)
    with writing(tools.engine) as session:
        if not take_mail(session, form.order_number, form.form):
            return
        release(session, drawn.label_ids, paper=paper, by=SYSTEM, now=now)
        hold(session, drawn.held, by=SYSTEM, now=now)
        if drawn.pdf:
            mail_labels(session, way, form.devices, drawn.pdf, to=form.email, form=form.form, now=now)
