"""The forms of an answer to a reminder: what somebody says of which devices, and how logistics settles it."""

import secrets
from collections.abc import Iterable

from wtforms import DateField, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from rmatrack.db.orders import Unit
from rmatrack.domain.answers import LONGEST_NOTE, AnswerKind, Said
from rmatrack.domain.label_requests import Trouble
from rmatrack.services.answers import LONGEST_REASON, recognised
from rmatrack.web.forms import Form
from rmatrack.web.languages import _l, first_up, word
from rmatrack.web.return_form import NAME_MOST

_LONGEST_TRACKING = 60


class AnswerForm(Form):
    """What is said. The signed address is what lets its reader send this; no session is needed.

    `form` is this page's own name: labels that are asked for twice by it are given once.
    """

    class Meta:
        """A mail's reader may have no cookies; who has the signed address could send the form anyway."""

        csrf = False

    units = SelectMultipleField(_l("Devices"), coerce=int)
    sent_on = DateField(_l("Handed to the carrier on"), validators=[Optional()])
    tracking = StringField(_l("Tracking number, if you have it"), validators=[Length(max=_LONGEST_TRACKING)])
    trouble = RadioField(_l("What became of the label in the box?"), default=Trouble.LOST.value)
    form = HiddenField(default=lambda: secrets.token_urlsafe(16), validators=[Length(max=NAME_MOST)])
    note = TextAreaField(_l("Anything we should know"), validators=[Length(max=LONGEST_NOTE)])

    @classmethod
    def about(cls, units: Iterable[Unit]) -> "AnswerForm":
        """Return the form for *units*, all of them ticked to begin with."""
        offered = [SelectChoice(unit.id, unit.serial) for unit in units]
        form = cls(data={"units": [choice.value for choice in offered]})
        form.units.choices = offered
        form.trouble.choices = [SelectChoice(trouble.value, first_up(word(trouble))) for trouble in Trouble]
        return form

    def said(self, kind: AnswerKind) -> Said:
        """Return what was said; raises `TrackingError`."""
        said = Said(
            kind=kind,
            unit_ids=tuple(self.units.data or ()),
            sent_on=self.sent_on.data if kind is AnswerKind.SENT else None,
            note=self.note.data or "",
        )
        return recognised(said, self.tracking.data or "") if kind is AnswerKind.SENT else said


class SettleAnswerForm(Form):
    """Why a claim is accepted or refused."""

    reason = StringField(_l("Reason"), validators=[Length(max=LONGEST_REASON)])
