"""The names that fields have in a request, where a rule knows them by another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rmatrack.domain.errors import RmatrackError


@contextmanager
def fields_named(name: Callable[[str], str], *errors: type[RmatrackError]) -> Iterator[None]:
    """Let refusals of these kinds name their field as the request does."""
    try:
        yield
    except errors as error:
        error.field = name(error.field) if error.field else None
        raise
