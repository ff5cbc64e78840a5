"""Everything the scan station says by itself, in the reader's language: its script holds no words."""

from rmatrack.web.languages import _


def station_words() -> dict[str, str]:
    """Return the words by the names the script knows them by; `{}` stands for what it fills in."""
    return {
        "ready": _("Ready"),
        "ready_next": _("Scan the serial number of a device, or a number on the box."),
        "sending": _("One moment …"),
        "kept": _("Kept"),
        "kept_next": _("There is no connection. The scan is kept here and sent as soon as there is one. Go on."),
        "online": _("Online"),
        "offline": _("Offline"),
        "waiting": _("{} waiting"),
        "signed_out": _("Sign in again"),
        "signed_out_next": _("Your session has ended. Sign in again in another tab; what waits here is sent then."),
        "no_box": _("No box open"),
        "no_box_next": _("Scan the label or the RMA number of a box to open it."),
        "of": _("{} of {} back"),
        "box_done": _("Complete"),
        "box_problems": _("{} to settle"),
        "next_box": _("Next box"),
        "next_box_next": _("The box is closed. Scan a number of the next one, or go on with devices."),
        "undone": _("Undone"),
        "undone_next": _("The scan is taken back."),
        "undo_nothing": _("Nothing to undo"),
        "undo_nothing_next": _("This station has not scanned anything yet that could be undone."),
        "noted": _("Noted"),
        "muted": _("Sound off"),
        "loud": _("Sound on"),
        "look_at": _("Look at it"),
    }
