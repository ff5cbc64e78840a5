"""What can be refused, as a code for a program and a sentence for a person.

A rule that is broken raises a subclass of `RuleBrokenError`. The class says the stable code, the sentence as a constant
message id with named parameters, and which field of a form it concerns; the edge translates the sentence (parameters
that are status words included) and chooses the HTTP status from the family the error belongs to.
"""

from typing import ClassVar


def _(message: str) -> str:
    """Mark *message* for translation; the edge translates it."""
    return message


class RmatrackError(Exception):
    """Something a person should be told in one sentence.

    `params` fill the placeholders of `message`. A `StrEnum` among them is a word of ours and is translated too.
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = _("That cannot be done.")

    def __init__(self, *, field: str | None = None, **params: object) -> None:
        self.field = field
        self.params = params
        super().__init__(self.message % params if params else self.message)


class RuleBrokenError(RmatrackError):
    """What was asked goes against a rule (HTTP 409 at the edge)."""


class BadInputError(RmatrackError):
    """What was typed or sent cannot be understood (HTTP 422 at the edge)."""

    code = "bad-input"


class NotFoundError(RmatrackError):
    """There is no such thing, or not for this person: the two are never told apart (HTTP 404)."""

    code = "not-found"
    message = _("There is nothing here by that name.")


class NotAllowedError(RmatrackError):
    """This person's role does not include the deed (HTTP 403)."""

    code = "not-allowed"
    message = _("Your role does not include this. Ask an administrator if it should.")


class ConflictError(RuleBrokenError):
    """Somebody else changed the same thing at the same moment."""

    code = "conflict"
    message = _("Somebody else changed this a moment ago. Look at it again, then repeat what still applies.")


class WrongStatusError(RuleBrokenError):
    """A status table does not lead from here to there."""

    code = "wrong-status"
    message = _("What is %(current)s cannot become %(target)s.")

    def __init__(self, current: object, target: object) -> None:
        super().__init__(current=current, target=target)
