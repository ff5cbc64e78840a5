"""Labels for those who answer a reminder with "I need a label": given at once in the United States (SPEC C-4, R-8).

The same limits hold as for the partner whose order it is. Where they are reached, and wherever else a return goes by
other papers, the answer waits on the work list of logistics.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.consent_questions import administrator_with_id
from rmatrack.db.label_requests import labels_given, order_to_ask_for
from rmatrack.domain.answers import Said
from rmatrack.domain.label_requests import TooManyForDeviceError, TooManyForPartnerError, TooManyLabelsError
from rmatrack.domain.mails import Link
from rmatrack.domain.policy import Policy
from rmatrack.services.answers import Asked, answer
from rmatrack.services.label_requests import Asked as AskedLabels
from rmatrack.services.label_requests import NoFirstLabelError, ask_for_labels
from rmatrack.services.return_help import WayBack

LEFT_TO_LOGISTICS = (TooManyLabelsError, TooManyForDeviceError, TooManyForPartnerError, NoFirstLabelError)
"""What a person can do something about: the answer then stands on the work list."""


def gives_labels(way: WayBack) -> bool:
    """Say whether who asks for a label gets it at once, rather than the return process of the place."""
    return way.with_label and way.refusal is None and bool(way.to_send)


def mailed_to(session: Session, link: Link) -> str | None:
    """Return where a link's reader gets the labels by mail too: an administrator of the customer does."""
    administrator = administrator_with_id(session, link.administrator_id)
    return administrator.email if administrator and link.person_id is None else None


def answer_with_labels(
    session: Session, link: Link, page: Asked, asked: AskedLabels, *, note: str, policy: Policy, now: datetime
) -> Sequence[int]:
    """Note who needs labels, give them, and return their ids; a form that was sent before gives those of that time.

    Raises what `answers.answer` and `label_requests.ask_for_labels` raise; *page* is what `answers.asked` returned.
    """
    number, reader = page.order.number, page.reader
    order_to_ask_for(session, number, seen_by=reader)
    given = labels_given(session, page.order.id, asked.form)
    if given is not None:
        return given
    said = Said(kind=page.kind, unit_ids=asked.unit_ids, note=note)
    about = [one.unit_id for one in answer(session, link, said, policy=policy, now=now)]
    return ask_for_labels(session, number, replace(asked, unit_ids=about), policy=policy, by=reader, now=now)
