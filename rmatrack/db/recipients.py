"""Who is written to: the administrators of partners and of customers, and users (SPEC T-12, T-15, T-21, T-22)."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from rmatrack.db.among import among
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.people import Person
from rmatrack.domain.mails import Recipient
from rmatrack.domain.people import Role

ADMINISTRATORS = (Role.SALES_ADMIN.value, Role.SALES_FULL_ADMIN.value)
_LANGUAGE = "en"


def partner_administrators(session: Session, partner_ids: Collection[int]) -> Mapping[int, Sequence[Recipient]]:
    """The sales administrators of both grades of each partner who can sign in."""
    found: dict[int, list[Recipient]] = {id_: [] for id_ in partner_ids}
    people = select(Person).where(among(Person.partner_id, "ids"), Person.active, Person.role.in_(ADMINISTRATORS))
    for person in session.scalars(people.order_by(Person.id), {"ids": partner_ids}):
        if person.partner_id is not None:
            found[person.partner_id].append(
                Recipient(email=person.email, name=person.name, language=person.language or _LANGUAGE)
            )
    return found


def customer_administrators(
    session: Session, customer_ids: Collection[int]
) -> Mapping[int, Sequence[tuple[CustomerAdministrator, Recipient]]]:
    """The administrators of each customer, the first known first."""
    found: dict[int, list[tuple[CustomerAdministrator, Recipient]]] = {id_: [] for id_ in customer_ids}
    question = (
        select(CustomerAdministrator, Customer.language)
        .join(Customer, Customer.id == CustomerAdministrator.customer_id)
        .where(among(CustomerAdministrator.customer_id, "ids"))
        .order_by(CustomerAdministrator.id)
    )
    for administrator, language in session.execute(question, {"ids": customer_ids}):
        found[administrator.customer_id].append(
            (
                administrator,
                Recipient(email=administrator.email, name=administrator.name or "", language=language or _LANGUAGE),
            )
        )
    return found


def trials_team(session: Session) -> Sequence[Recipient]:
    """The people of the trials team who can sign in."""
    people = session.scalars(select(Person).where(Person.active, Person.role == Role.TRIALS_TEAM).order_by(Person.id))
    return [Recipient(email=one.email, name=one.name, language=one.language or _LANGUAGE) for one in people]
