"""Who a discrepancy can be given to: whoever may settle one and may still sign in (SPEC R-2)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from rmatrack.db.people import Person, active_people_with_roles, active_person_to_keep
from rmatrack.domain.errors import BadInputError, _
from rmatrack.domain.people import PERMISSIONS, Actor, Permission, Role
from rmatrack.domain.sentences import Sentence
from rmatrack.services.notifications import tell_person
from rmatrack.services.people import actor_of

_ROLES = [role for role, permissions in PERMISSIONS.items() if Permission.SETTLE in permissions]
_MOST_NAMED = 5


class UnfitOwnerError(BadInputError):
    """Somebody who cannot settle it is to be its owner."""

    code = "unfit-owner"
    message = _("This person does not settle discrepancies, or cannot sign in any more. Choose somebody else.")

    def __init__(self) -> None:
        super().__init__(field="owner")


def owners_offered(session: Session, *, by: Actor) -> Sequence[Person]:
    """Return those whom a discrepancy can be given to, by name."""
    by.must(Permission.SETTLE)
    return active_people_with_roles(session, _ROLES)


def owner_with_id(session: Session, person_id: int) -> Actor:
    """Return who is to own a discrepancy, fit for it until the step ends; raises `UnfitOwnerError`."""
    found = active_person_to_keep(session, person_id)
    if found is None or Role(found.role) not in _ROLES:
        raise UnfitOwnerError
    return actor_of(found)


def tell_owner(
    session: Session, owner: Actor | None, rows: Sequence[tuple[int, int, str]], *, by: Actor, now: datetime
) -> None:
    """Tell *owner* what somebody else gave them: the id, version and serial of each."""
    if owner is None or owner.person_id is None or not rows:
        return
    named = [serial for _id, _version, serial in rows[:_MOST_NAMED]]
    first_id, version, _serial = rows[0]
    tell_person(
        session,
        owner.person_id,
        Sentence(
            _("%(person)s asks you to settle %(serials)s."),
            {"person": by.name, "serials": ", ".join(named) + (" …" if len(rows) > len(named) else "")},
        ),
        about=f"discrepancy:{first_id}:{version}:{len(rows)}",
        href=f"/discrepancies/{first_id}" if len(rows) == 1 else "/discrepancies?owner=me",
        now=now,
        by=by,
    )
