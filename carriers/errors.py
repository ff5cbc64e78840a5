"""What the kit refuses: a code for a program, a sentence for a person.

`message` is a constant with named placeholders, so that whoever uses the kit can translate it.
"""

from typing import ClassVar


class ShippingError(Exception):
    code: ClassVar[str] = "shipping"
    message: ClassVar[str] = "The carrier's rules do not allow that."

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.message % params)


class BadNumberError(ShippingError):
    """A part of a carrier's number has the wrong shape. Shippers and blocks come from settings: look there first."""

    code = "bad-carrier-number"
    message = "%(value)s cannot be part of a %(what)s: %(needs)s needed."


class BlockUsedUpError(ShippingError):
    code = "number-block-used-up"
    message = "The block of %(carrier)s numbers ends at %(last)s. Ask the carrier for a new block and enter it."


class UnknownCountryError(ShippingError):
    code = "unknown-country"
    message = "%(code)s is not a country code. Use the two letters of ISO 3166."


class CannotEncodeError(ShippingError):
    """The carrier's barcode has no room, or no letters, for this."""

    code = "cannot-encode"
    message = "%(what)s cannot hold %(value)s: %(needs)s needed."
