"""What the policy has no answer for; the trials team decides, the system never guesses (SPEC C-1)."""

from rmatrack.domain.errors import RuleBrokenError, _


class NoCarrierError(RuleBrokenError):
    """Nobody is appointed to carry returns from there."""

    code = "no-carrier"
    message = _(
        "No carrier is appointed for returns from %(country)s. Ask the trials team how the device is to come back."
    )

    def __init__(self, country: str) -> None:
        super().__init__(field="country", country=country)


class NotServedError(NoCarrierError):
    """A row says that nobody carries returns from there."""

    message = _(
        "No carrier takes returns from %(country)s: %(reason)s Ask the trials team how the device is to come back."
    )

    def __init__(self, country: str, reason: str) -> None:
        RuleBrokenError.__init__(self, field="country", country=country, reason=reason)


class NoDepotError(RuleBrokenError):
    """The policy names no depot for that carrier and country."""

    code = "no-depot"
    message = _("No depot takes returns by %(carrier)s from %(country)s. Ask the trials team to add it to the policy.")

    def __init__(self, carrier: str, country: str) -> None:
        super().__init__(field="country", carrier=carrier, country=country)


class UnknownModelError(RuleBrokenError):
    """The catalogue does not have the model."""

    code = "unknown-model"
    message = _("%(model)s is not in the catalogue. Ask the trials team to add it with its weight, box and value.")

    def __init__(self, model: str) -> None:
        super().__init__(field="model", model=model)
