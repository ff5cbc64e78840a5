"""Everything the scan station says by itself, in the reader's language: its script holds no words."""

from typing import Any

from rmatrack.domain.identify import Kind
from rmatrack.domain.orders import UnitStatus
from rmatrack.domain.receiving import OTHERWISE, SENTENCES, Outcome
from rmatrack.services.scan_answers import BOX_OPEN, FINDS, MODEL_CHECKED
from rmatrack.web.languages import _, word
from rmatrack.web.scan_answers import QUIET_KINDS
from rmatrack.web.states import look


def answer_words() -> dict[str, Any]:
    """Return how answers read and look, for what the station answers by itself; `%(name)s` stands for a fact."""
    return {
        "outcomes": {
            outcome.value: {
                "title": word(outcome),
                "icon": look(outcome).icon,
                "tone": look(outcome).tone,
                "message": _(SENTENCES[outcome]),
            }
            for outcome in Outcome
        },
        "otherwise": {str(kind): _(sentence) for kind, sentence in OTHERWISE.items()},
        "finds": {str(type_): _(sentence) for type_, sentence in FINDS.items()},
        "kinds": {kind.value: word(kind) for kind in Kind},
        "quiet": sorted(QUIET_KINDS),
        "statuses": {status.value: word(status) for status in UnitStatus},
        "model_checked": _(MODEL_CHECKED),
        "model_right": _("Model right"),
        "box_open": _(BOX_OPEN),
        "box_title": _("Box open"),
    }


def station_words() -> dict[str, str]:
    """Return the words by the names the script knows them by; `{}` stands for what it fills in."""
    return {
        "ready": _("Ready"),
        "ready_next": _("Scan the serial number of a device, or a number on the box."),
        "sending": _("One moment …"),
        "kept": _("Kept"),
        "kept_next": _("There is no connection. The scan is kept here and sent as soon as there is one. Go on."),
        "provisional": _("Answered here, without the server. It is sent as soon as there is a connection."),
        "online": _("Online"),
        "offline": _("Offline"),
        "waiting": _("{} waiting"),
        "aside": _("{} aside"),
        "signed_out": _("Sign in again"),
        "signed_out_next": _("Your session has ended. Sign in again in another tab; what waits here is sent then."),
        "no_store": _("This browser keeps nothing"),
        "no_store_next": _(
            "It does not let this page keep scans, so nothing can wait here. Leave private browsing, then reload."
        ),
        "no_box": _("No box open"),
        "no_box_next": _("Scan the label or the RMA number of a box to open it."),
        "of": _("{} of {} back"),
        "box_done": _("Complete"),
        "box_waits": _("waits for {}"),
        "box_waits_here": _("{} to send"),
        "box_problems": _("{} to settle"),
        "next_box": _("Next box"),
        "next_box_next": _("The box is closed. Scan a number of the next one, or go on with devices."),
        "next_box_waits": _("{} is complete once all its scans are sent; {} to go. Go on with the next box."),
        "not_finished": _("Not yet"),
        "not_finished_next": _("Still to be sent: {}. Keep this page open until they are, then finish the shift."),
        "not_finished_aside": _("Set aside: {}. Look at them under the chip at the top, then finish the shift."),
        "finished": _("Shift finished"),
        "finished_next": _("Everything is sent. You can close this page."),
        "set_aside": _("Not recorded"),
        "judged_otherwise": _("{} here, {} by the server"),
        "made_by": _("Scanned by {}."),
        "model_waits": _("Model {}"),
        "model_waits_next": _("The next serial is checked against it."),
        "several": _("{} serials"),
        "several_next": _("One code held them all; each has its own line at the side."),
        "no_manifest": _("This station has no list of devices yet. Scans are kept, and answered when they are sent."),
        "manifest": _("{} devices known here, as of {}."),
        "no_camera": _("No camera"),
        "camera": _("Point the camera at a barcode."),
        "camera_refused": _("It may not be used. Allow it for this page in the settings of your browser."),
        "camera_missing": _("This device has none. Scan with the gun, or type the number."),
        "camera_failed": _("It could not be started. Close what else uses it, or reload this page."),
        "undone": _("Undone"),
        "undone_next": _("The scan is taken back."),
        "undo_nothing": _("Nothing to undo"),
        "undo_nothing_next": _("This station has not scanned anything yet that could be undone."),
        "undo_waits": _("Scans wait to be sent. Undo the last one once they are."),
        "needs_server": _("There is no connection, and this needs one. Try it again in a moment."),
        "noted": _("Noted"),
        "noted_next": _("It stands in the history of this scan and its device."),
        "noted_here": _("It is kept here and sent as soon as there is a connection."),
        "note_empty": _("Write down what you saw, or add a photo."),
        "no_photo": _("That is not a photo that this browser can read. Choose a JPEG or PNG."),
        "with_photo": _("with a photo"),
        "nothing_to_note": _("Nothing to note yet"),
        "nothing_to_note_next": _("Scan the device first; the note goes with its scan."),
        "muted": _("Sound off"),
        "loud": _("Sound on"),
        "look_at": _("Look at it"),
        "same_name": _("Two stations named {}"),
        "same_name_next": _(
            "{} has this name too, so that both are counted together. Touch the name at the top and choose another."
        ),
    }
