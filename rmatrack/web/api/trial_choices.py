"""What a request chooses for a trial: services and quantities, a Meetings site, devices to ship or why none."""

from typing import Any

from pydantic import Field

from rmatrack.domain import parcels, trial_details, trial_services
from rmatrack.domain.parcels import Parcel
from rmatrack.domain.policy_gaps import NoCarrierError, UnknownModelError
from rmatrack.domain.trial_details import Details, NoDevices
from rmatrack.domain.trial_services import Service
from rmatrack.services.managing import Quantities
from rmatrack.web.api.shapes import Filled, Shape, Text

MOST_NAMED = 20
MOST_OF_A_MODEL = 1_000
_HIGHEST = 1_000_000

QUANTITY_REFUSALS = (
    trial_details.NoServiceError,
    trial_details.LicencesError,
    trial_details.RegistrationsError,
    trial_details.SiteUrlError,
    trial_details.SiteUrlTakenError,
    trial_details.SiteZoneError,
    trial_details.SiteWithoutMeetingsError,
    trial_details.NoDevicesReasonError,
)
DETAIL_REFUSALS = (trial_details.DurationError, *QUANTITY_REFUSALS)
SERVICE_REFUSALS = (
    trial_services.ServiceTakenError,
    trial_services.ServiceBoughtError,
    trial_services.ServiceOnTrialError,
)
DEVICE_REFUSALS = (
    parcels.LimitUnknownError,
    parcels.TooManyTrialsError,
    parcels.TooManyUnitsError,
    parcels.TooManyOfFamilyError,
    parcels.TooManyOfModelError,
    parcels.ModelSentBeforeError,
    parcels.NothingToShipError,
    parcels.NotShippedThereError,
    parcels.AddressMissingError,
    UnknownModelError,
    NoCarrierError,
)


class QuantitiesIn(Shape):
    """Services on trial, and what they need; what does not apply is passed over."""

    services: list[Service] = Field(max_length=MOST_NAMED, examples=[["meetings", "calling"]])
    licences: int | None = Field(
        default=None, ge=0, le=_HIGHEST, description="For all services but devices.", examples=[100]
    )
    registrations: int | None = Field(
        default=None, ge=0, le=_HIGHEST, description="How many devices may register.", examples=[None]
    )
    site_url: Text | None = Field(
        default=None,
        max_length=200,
        description="Where Meetings is tried as Webex Enterprise Edition.",
        examples=["hu-trial.webex.com"],
    )
    site_zone: Text | None = Field(default=None, max_length=64, examples=["Europe/Amsterdam"])
    no_devices_because: NoDevices | None = Field(
        default=None, description="Why nothing is shipped with a trial of devices.", examples=[None]
    )

    def quantities(self) -> Quantities:
        """Return them as the services take them."""
        return Quantities(**self._chosen())

    def _chosen(self) -> dict[str, Any]:
        names = ("licences", "registrations", "site_url", "site_zone", "no_devices_because")
        return {name: getattr(self, name) for name in names}


class DetailsIn(QuantitiesIn):
    """The choices for one trial."""

    duration_days: int = Field(ge=0, le=_HIGHEST, description="One of those on offer.", examples=[90])

    def details(self) -> Details:
        """Return them as the services take them."""
        return Details(services=frozenset(self.services), duration_days=self.duration_days, **self._chosen())


class DevicesIn(Shape):
    """Devices to be shipped, and the address they go to: the customer's or the partner's."""

    models: dict[Filled, int] = Field(
        max_length=MOST_NAMED, description="How many of each model.", examples=[{"CS-KIT-K9": 1}]
    )
    recipient: Text = Field(max_length=100, examples=["Wim Jansen"])
    phone: Text = Field(max_length=40, examples=["+31 30 123 4567"])
    ship_to_name: Text = Field(default="", max_length=200, description="Where it is not the customer's name.")
    address_1: Text = Field(max_length=100, examples=["Padualaan 97"])
    address_2: Text = Field(default="", max_length=100)
    address_3: Text = Field(default="", max_length=100)
    city: Text = Field(max_length=100, examples=["Utrecht"])
    state: Text = Field(default="", max_length=50)
    postal_code: Text = Field(default="", max_length=20, examples=["3584 CH"])
    country: Text = Field(max_length=2, description="ISO 3166.", examples=["NL"])

    def parcel(self) -> Parcel:
        """Return them as the services take them."""
        return Parcel(**{**self.model_dump(), "country": self.country.upper()})
