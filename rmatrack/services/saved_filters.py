"""Saving what a list is narrowed to under a name of one's own, and forgetting it (SPEC X-6).

A matter of taste and not of record: nothing about it goes into the history.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy.orm import Session

from rmatrack.db.saved_filters import SavedFilter, count_filters, filters_of, write_filter
from rmatrack.domain.errors import BadInputError, NotAllowedError, NotFoundError, RuleBrokenError, _
from rmatrack.domain.lists import ListName
from rmatrack.domain.people import Actor

MOST_A_LIST = 20
LONGEST_NAME = 60
LONGEST_ARGUMENTS = 1000

PLACES_IN_A_LIST = frozenset({"after", "before", "page"})
"""Arguments that say where in a list one is, and not which list."""


class NoNameError(BadInputError):
    """A filter without a name, or with one that is too long."""

    code = "bad-filter-name"
    message = _("Give the filter a name of at most %(most)s characters.")

    def __init__(self) -> None:
        super().__init__(field="name", most=LONGEST_NAME)


class NothingToSaveError(BadInputError):
    """A list that is not narrowed, or by more than anybody types."""

    code = "nothing-to-save"
    message = _("The list is not narrowed. Choose a filter first, then save it.")

    def __init__(self) -> None:
        super().__init__(field="arguments")


class TooManyFiltersError(RuleBrokenError):
    """More names than chips that help."""

    code = "too-many-filters"
    message = _("You have saved %(most)s filters of this list. Forget one of them first.")

    def __init__(self) -> None:
        super().__init__(most=MOST_A_LIST)


def tidied(arguments: str) -> str:
    """Return the arguments of an address without empty ones and without the place in the list, sorted."""
    kept = [(name, value) for name, value in parse_qsl(arguments) if name not in PLACES_IN_A_LIST]
    return urlencode(sorted(kept))


def save_filter(
    session: Session, list_name: ListName, name: str, arguments: str, *, by: Actor, now: datetime
) -> SavedFilter:
    """Keep a filter under *name*; an earlier one of that name is replaced.

    Raises `NoNameError`, `NothingToSaveError` and `TooManyFiltersError`.
    """
    person_id = _person(by)
    wanted, name = tidied(arguments), " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise NoNameError
    if not 0 < len(wanted) <= LONGEST_ARGUMENTS:
        raise NothingToSaveError
    saved = write_filter(session, person_id=person_id, list_name=list_name, name=name, arguments=wanted, now=now)
    if count_filters(session, person_id, list_name) > MOST_A_LIST:
        raise TooManyFiltersError
    return saved


def forget_filter(session: Session, filter_id: int, *, by: Actor) -> SavedFilter:
    """Forget one of one's own filters, and return what it was. Raises `NotFoundError`."""
    saved = session.get(SavedFilter, filter_id)
    if saved is None or saved.person_id != by.person_id:
        raise NotFoundError
    session.delete(saved)
    return saved


def own_filters(session: Session, list_name: ListName | None = None, *, by: Actor) -> Sequence[SavedFilter]:
    """This person's filters, of one list or of all, by name."""
    return () if by.person_id is None else filters_of(session, by.person_id, list_name)


def _person(by: Actor) -> int:
    if by.person_id is None:
        raise NotAllowedError
    return by.person_id
