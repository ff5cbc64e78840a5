"""The form of an inspection: one for a device at the bench, and the same for several that are alike."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g
from wtforms import (
    DateTimeLocalField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from rmatrack.db.inspections import LONGEST_NOTES, LONGEST_OPERATOR, LONGEST_REASON
from rmatrack.domain.inspection import Condition, Disposition, WipeMethod
from rmatrack.services.inspection import Verdict
from rmatrack.services.inspection_reading import InspectionFile
from rmatrack.services.inspection_wipes import Wipe
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l, first_up, language, word, zone


class InspectionForm(Form):
    """What was found, and what becomes of it. `seen` is the revision of the verdict that the page showed."""

    condition = RadioField(_l("Condition"), validators=[InputRequired(_l("Choose how the device looks and works."))])
    missing = SelectMultipleField(_l("What is missing"))
    photos = MultipleFileField(_l("Photos"))
    notes = TextAreaField(_l("Notes"), validators=[Length(max=LONGEST_NOTES)])
    wipe_method = SelectField(_l("How it was wiped"), validators=[Optional()])
    operator = StringField(_l("Wiped by"), validators=[Length(max=LONGEST_OPERATOR)])
    wiped_at = DateTimeLocalField(_l("Wiped on"), validators=[Optional()])
    disposition = RadioField(_l("What becomes of it"), validators=[InputRequired(_l("Choose what becomes of it."))])
    reason = StringField(_l("Why the verdict changes"), validators=[Length(max=LONGEST_REASON)])
    seen = HiddenField()

    @classmethod
    def of(cls, found: InspectionFile) -> "InspectionForm":
        """Return the form for one device, filled with the verdict that holds."""
        verdict = found.verdict
        form = cls.blank(
            condition=verdict.condition if verdict else None,
            disposition=verdict.disposition if verdict else None,
            missing=verdict.missing if verdict else [],
            notes=verdict.notes if verdict else "",
            seen=str(found.seen),
        )
        form.missing.choices = [SelectChoice(part.code, part.names[language()]) for part in found.parts]
        return form

    @classmethod
    def blank(cls, **values: object) -> "InspectionForm":
        """Return the form with nothing decided; whoever looks at the device is proposed as who wiped it."""
        here = g.now.astimezone(ZoneInfo(zone())).replace(second=0, microsecond=0, tzinfo=None)
        form = cls(data={"operator": g.actor.name, "wiped_at": here, **values})
        form.condition.choices = [SelectChoice(each.value, first_up(word(each))) for each in Condition]
        form.disposition.choices = [SelectChoice(each.value, first_up(word(each))) for each in Disposition]
        methods = [SelectChoice(each.value, first_up(word(each))) for each in WipeMethod]
        form.wipe_method.choices = [SelectChoice("", _("Not wiped now")), *methods]
        form.missing.choices = []
        return form

    def verdict(self, unit_id: int) -> Verdict:
        """Return what was decided about a device."""
        seen = self.seen.data or ""
        return Verdict(
            unit_id=unit_id,
            condition=Condition(self.condition.data),
            disposition=Disposition(self.disposition.data),
            missing=frozenset(self.missing.data or ()),
            notes=self.notes.data or "",
            reason=self.reason.data or "",
            seen=int(seen) if seen.isdecimal() else 0,
        )

    @property
    def wipe(self) -> Wipe | None:
        """Return how it was wiped, where that was said; the time is the reader's."""
        if not self.wipe_method.data:
            return None
        at: datetime = self.wiped_at.data or g.now.astimezone(ZoneInfo(zone())).replace(tzinfo=None)
        return Wipe(
            method=WipeMethod(self.wipe_method.data),
            operator=self.operator.data or "",
            wiped_at=at.replace(tzinfo=ZoneInfo(zone())),
        )
