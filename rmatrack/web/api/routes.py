"""What an API route says of itself beside its shapes: the errors it may answer."""

from collections.abc import Callable
from typing import Any, TypeVar

from rmatrack.domain.errors import RmatrackError

View = TypeVar("View", bound=Callable[..., Any])


def refuses(*errors: type[RmatrackError]) -> Callable[[View], View]:
    """Say which rules a route may answer with, beside those that every route of its kind has."""

    def mark(view: View) -> View:
        vars(view)["refuses"] = errors
        return view

    return mark


def writes(view: View) -> View:
    """Say that a route takes an idempotency key, because it does its deed by `rmatrack.web.idempotency.once`."""
    vars(view)["writes"] = True
    return view


def refusals_of(view: Callable[..., Any]) -> tuple[type[RmatrackError], ...]:
    """Return the errors that *view* names."""
    named: tuple[type[RmatrackError], ...] = getattr(view, "refuses", ())
    return named


def takes_key(view: Callable[..., Any]) -> bool:
    """Say whether *view* takes an idempotency key."""
    return bool(getattr(view, "writes", False))
