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


class BadReferenceError(CannotEncodeError):
    message = _("“%(value)s” is no reference that %(carrier)s can look up. It takes 3 to 12 letters and digits.")


class AddressTooLongError(CannotEncodeError):
    message = _("The street lines “%(lines)s” do not fit on the carrier's label. Shorten them.")


class PhoneMissingError(CannotEncodeError):
    message = _("%(carrier)s needs a telephone number for %(name)s. Enter one.")


class TooFarAheadError(ShippingError):
    code = "too-far-ahead"
    message = _("%(carrier)s plans at most %(days)s days ahead. Choose an earlier day.")


class NoProductError(ShippingError):
    code = "no-product"
    message = _("%(carrier)s sells nothing from %(origin)s to %(destination)s on that day. Choose another day.")


class GoodsUnknownError(ShippingError):
    code = "goods-unknown"
    message = _(
        "A parcel from %(origin)s to %(destination)s needs customs papers, and value, origin or customs code of"
        " %(serial)s is missing. Enter it in the catalogue."
    )


class CarrierError(ShippingError):
    """The carrier said no, in the words of `reason`: the same question gets the same answer, so it is not repeated."""

    code = "carrier-refused"
    message = _("%(carrier)s refuses this: “%(reason)s”. Correct it and try anew.")


class CarrierUnavailableError(ShippingError):
    """Nothing was done, so the same question can be asked later. `after_seconds` says when, if the carrier did."""

    code = "carrier-unavailable"
    message = _("%(carrier)s cannot be reached at the moment. Nothing is lost: this waits and is tried again.")

    def __init__(self, *, after_seconds: float | None = None, **params: object) -> None:
        super().__init__(**params)
        self.after_seconds = after_seconds


class CarrierLimitError(CarrierUnavailableError):
    code = "carrier-limit"
    message = _("%(carrier)s takes no more questions for now. Nothing is lost: this waits and is tried again.")


class CredentialsRefusedError(CarrierUnavailableError):
    """What waits goes on by itself once the account has credentials that the carrier knows."""

    code = "carrier-credentials"
    message = _("%(carrier)s does not accept our credentials. Enter the current ones with the account.")


class CarrierUnclearError(ShippingError):
    """The carrier may have done it: ask by reference first, and ask for the thing itself only when it is not there."""

    code = "carrier-unclear"
    message = _("%(carrier)s did not say whether it did this. It is asked by reference before anything is made anew.")


class UnreadableError(ShippingError):
    """An answer lacks what it must hold."""

    code = "carrier-unreadable"
    message = _("The carrier's answer has no %(what)s. Try again; if it stays so, tell support.")
