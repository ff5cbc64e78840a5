"""The thread that an answer belongs to: the messages before it, by their ids, as mail programs follow them (RFC 5322).

What an id may hold is checked here, because it comes from anybody and goes into a header of ours.
"""

import re
from collections.abc import Sequence

LONGEST_ID = 250
MOST_IDS = 20
"""Of a longer thread the first message and the latest are named, so that a header does not grow without end."""

_ID = re.compile(rf"<[!-;=?-~]{{1,{LONGEST_ID}}}>")


def ids_in(header: str) -> list[str]:
    """Return the message ids in a header, in their order; what is none is passed over."""
    return _ID.findall(header)


def thread_through(message_id: str, *, references: str, in_reply_to: str) -> tuple[str, ...]:
    """Return the ids that an answer to a message refers to, that message last; nothing where it has no id.

    The arguments are the headers of the message as they came.
    """
    itself = ids_in(message_id)
    if len(itself) != 1:
        return ()
    replied_to = ids_in(in_reply_to)
    before = ids_in(references) or (replied_to if len(replied_to) == 1 else [])
    return tuple(_shortened(list(dict.fromkeys(each for each in before if each != itself[0])) + itself))


def _shortened(ids: Sequence[str]) -> list[str]:
    return [*ids[:1], *ids[1:][-(MOST_IDS - 1) :]]
