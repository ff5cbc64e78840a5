"""What the kit refuses: a code for a program, a sentence for a person.

`message` is a constant with named placeholders, so that whoever uses the kit can translate it.
"""

from typing import ClassVar


def _(message: str) -> str:
    """Mark *message* for translation."""
    return message


class ShippingError(Exception):
    code: ClassVar[str] = "shipping"
    message: ClassVar[str] = _("The carrier's rules do not allow that.")

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.message % params)


class BadNumberError(ShippingError):
    """A part of a carrier's number has the wrong shape. Accounts and blocks come from settings: look there first."""

    code = "bad-carrier-number"


class BadAccountError(BadNumberError):
    message = _("%(value)s is not a UPS account. Enter its six letters and digits.")


class BadServiceError(BadNumberError):
    message = _("%(value)s is not a UPS service. Enter its two letters and digits.")


class BadPrefixError(BadNumberError):
    message = _("%(value)s is not a GS1 company prefix. Enter its 7 to 10 digits.")


class TooManyDigitsError(BadNumberError):
    message = _("%(value)s does not fit in the carrier's number. Enter a block of at most %(digits)s digits.")


class BlockUsedUpError(ShippingError):
    code = "number-block-used-up"
    message = _("The block of %(carrier)s numbers ends at %(last)s. Ask the carrier for a new block and enter it.")


class UnknownCountryError(ShippingError):
    code = "unknown-country"
    message = _("%(code)s is not a country code. Use the two letters of ISO 3166.")


class CannotEncodeError(ShippingError):
    """The carrier's bar code has no room, or no letters, for this."""

    code = "cannot-encode"


class BadPostalCodeError(CannotEncodeError):
    message = _("“%(value)s” is no postal code that the carrier's barcode can hold. Correct the address.")


class ServiceWithoutDigitsError(CannotEncodeError):
    message = _("UPS service %(value)s cannot stand in a MaxiCode. Use a service of two digits.")
