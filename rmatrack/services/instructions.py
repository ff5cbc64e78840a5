"""The words beside a label on a sheet, in the customer's language: pack, stick, have it fetched (SPEC C-3, C-7)."""

from functools import cache
from importlib.resources import files

from babel.support import NullTranslations, Translations

from carriers.shipment import Carrier, Shipment
from rmatrack.domain.errors import _
from rmatrack.domain.policy import CARRIER_NAMES
from rmatrack.domain.policy import Carrier as CarrierWord
from rmatrack.paper.instructions import Instructions
from rmatrack.services.label_content import Told

TITLE = _("Please send your device back: RMA %(rma)s")
FOLD = _("Fold or cut here")
PACK = _("Put the device and everything that came with it into its original box, and close it well.")
STICK = _("Take old labels off the box. Stick this label flat on its largest side, without tape over the bars.")
FETCH = _("Call %(carrier)s and ask them to fetch the parcel.")
INSIDE = _("The serial number in this box")
PAPERS = _("Give the driver three signed copies of the customs invoice.")
CALL = _("To have it fetched, call %(carrier)s")
BOOK = _("To have it fetched, book with %(carrier)s")


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the translations into *language*; where there are none, messages stay English."""
    found: NullTranslations = Translations.load(str(files("rmatrack").joinpath("translations")), [language])
    return found


def in_language(message: str, language: str) -> str:
    """Return a message id in *language*, its placeholders as they are."""
    return str(catalogue(language).gettext(message))


def instructions_for(carrier: Carrier, shipment: Shipment, told: Told) -> Instructions:
    """Return what the customer reads beside the label of *shipment*."""
    words = {"carrier": CARRIER_NAMES[CarrierWord(carrier)], "rma": shipment.rma}

    def say(message: str) -> str:
        return in_language(message, told.language) % words

    fetch = told.booking or say(FETCH)
    return Instructions(
        title=say(TITLE),
        fold=say(FOLD),
        steps=(say(PACK), say(STICK), f"{fetch} {say(PAPERS)}" if told.papers else fetch),
        inside_title=say(INSIDE),
        inside=(shipment.serial,),
        device=shipment.parcel.description,
        phone_title=say(CALL if told.phone else BOOK),
        phone=told.phone or told.web,
    )
