"""What can go wrong between a question and its answer."""

from enum import Enum, auto


class Fault(Enum):
    NONE = auto()
    HANGS_UP = auto()
    """Nothing is done, nothing is answered."""
    LOST = auto()
    """It is done, and the answer never leaves."""
    CUT = auto()
    """It is done, and the answer breaks off in the middle."""
    SLOW = auto()
    """It is done, and the answer drips longer than anybody waits."""
    BUSY = auto()
    BROKEN = auto()
    """Status 500, and nothing is done."""
    BROKEN_AFTER = auto()
    """Status 500, although it is done."""
    EXPIRED = auto()
    """All tokens end."""
    WRONG_TYPE = auto()
    """It is done, and a page for people is answered."""
    TWICE = auto()
    """It is done two times, and answered once."""
    LATE = auto()
    """It is done, the answer is lost, and a look by reference finds it only hours later."""


UNSAID = frozenset({Fault.HANGS_UP, Fault.LOST, Fault.LATE})
DONE_TWICE = frozenset({Fault.TWICE})
NOT_DONE = frozenset({Fault.HANGS_UP, Fault.BUSY, Fault.BROKEN})
