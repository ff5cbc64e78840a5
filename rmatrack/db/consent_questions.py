"""Consent requests as links and partners ask for them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.consent import ConsentRequest
from rmatrack.db.customers import CustomerAdministrator


def request_with_id(session: Session, request_id: int, *, lock: bool = False) -> ConsentRequest | None:
    """The consent request *request_id*, as the database has it now."""
    question = select(ConsentRequest).where(ConsentRequest.id == request_id).execution_options(populate_existing=True)
    return session.scalar(question.with_for_update() if lock else question)


def request_of_trial(session: Session, trial_id: int) -> ConsentRequest | None:
    """The consent request of a trial that came by that door."""
    question = select(ConsentRequest).where(ConsentRequest.trial_id == trial_id)
    return session.scalar(question.execution_options(populate_existing=True))


def administrator_with_id(session: Session, administrator_id: int | None) -> CustomerAdministrator | None:
    """An administrator whose personal link it is, as long as they are one."""
    if administrator_id is None:
        return None
    question = select(CustomerAdministrator).where(CustomerAdministrator.id == administrator_id)
    return session.scalar(question.execution_options(populate_existing=True))
