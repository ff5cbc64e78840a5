"""The form that asks a forwarder to fetch a return: a day, from when to when, and what the driver should know."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from wtforms import DateField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length

from rmatrack.services.expeditors_booking import Wish
from rmatrack.web.forms import Form
from rmatrack.web.languages import _l

MOST_INSTRUCTIONS = 500


class BookingForm(Form):
    """Times are those of the customer's zone."""

    ready_at = DateField(_l("Day"), [InputRequired(_l("Choose a day."))])
    begins = TimeField(_l("From"), [InputRequired(_l("Enter a time such as 9:00."))], default=time(9))
    ends = TimeField(_l("Until"), [InputRequired(_l("Enter a time such as 17:00."))], default=time(17))
    instructions = TextAreaField(_l("For the driver"), [Length(max=MOST_INSTRUCTIONS)])

    def wish(self, zone: str) -> Wish:
        """Return what was asked, once it has its shape."""
        day: date = self.ready_at.data
        begins, ends = (datetime.combine(day, field.data, ZoneInfo(zone)) for field in (self.begins, self.ends))
        return Wish(ready_at=begins, closes_at=ends, instructions=self.instructions.data or "")


class FileNumberForm(Form):
    file_number = StringField(_l("File number"), [InputRequired(_l("Enter the number in the forwarder's answer."))])
