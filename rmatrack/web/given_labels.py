"""What the pages that show new labels say: the partner's, and the one behind a reminder's link."""

from collections.abc import Sequence
from typing import Any

from rmatrack.db.label_requests import RequestSeen, is_to_mail
from rmatrack.domain.intents import OPEN, IntentState
from rmatrack.domain.label_requests import Trouble
from rmatrack.domain.labels import PRINTABLE, LabelState
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.services.kept_sentences import told
from rmatrack.services.return_help import WayBack
from rmatrack.web.return_note import booking_of
from rmatrack.web.sessions import read_session


def given_labels(way: WayBack, labels: Sequence[RequestSeen], form: str, *, mailed: str | None) -> dict[str, Any]:
    """Return what `returning/given.html` reads; the labels go to *mailed* too."""
    return {
        "way": way,
        "labels": labels,
        "form": form,
        "only_packing": labels[0].reason == Trouble.PACKAGING_LOST,
        "is_waiting": any(label.waits in OPEN for label in labels if not label.number),
        "printable": [label for label in labels if label.state in PRINTABLE],
        "mailed": mailed,
        "is_to_mail": is_to_mail(read_session(), way.order.number, form),
        "states": LabelState,
        "waits": IntentState,
        "booking": booking_of(way),
        "carriers": CARRIER_NAMES,
        "told": told,
    }
