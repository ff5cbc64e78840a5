"""The form of what leaves for a request: the demo order, and for each device asked for its serial and EULA dates."""

from collections.abc import Iterable
from typing import Any

from wtforms import DateField, FieldList, FormField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Optional

from rmatrack.db.parcels import ParcelLine
from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.shipment_columns import OF_THE_UNIT, Column
from rmatrack.domain.shipment_problems import Problem
from rmatrack.services.parcels import Packed
from rmatrack.services.shipment_reports import FIRST_UNIT
from rmatrack.web.forms import Form
from rmatrack.web.languages import _l
from rmatrack.web.sentences import say


class PackedForm(PlainForm):  # type: ignore[misc]  # It comes without types.
    """A device that leaves; its model is what was asked for."""

    serial = StringField(_l("Serial number"), [InputRequired(_l("Scan the serial number of this device."))])
    eula_expires_on = DateField(_l("EULA expires"), [InputRequired(_l("Give the day that the EULA mail names."))])
    eula_mailed_on = DateField(_l("EULA mailed"), [Optional()])


class ToShipForm(Form):
    """A demo order, with an entry for each device of the lines asked for, in their order."""

    number = StringField(_l("Demo order"), [InputRequired(_l("Give the number of the demo order."))])
    shipped_on = DateField(_l("Ship date"), [InputRequired(_l("Give the day on which it leaves."))])
    units = FieldList(FormField(PackedForm))

    def __init__(self, asked: Iterable[ParcelLine], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.models = [line.model for line in asked for _one in range(line.quantity)]
        while len(self.units) > len(self.models):
            self.units.pop_entry()
        while len(self.units) < len(self.models):
            self.units.append_entry()

    @property
    def packed(self) -> list[Packed]:
        """Return what leaves; after validation only."""
        return [Packed(model=model, **unit.data) for model, unit in zip(self.models, self.units, strict=True)]

    @property
    def serials(self) -> list[str]:
        """Return the serials as typed so far."""
        return [serial for unit in self.units if (serial := (unit.form.serial.data or "").strip())]

    @property
    def all_problems(self) -> list[tuple[str | None, str]]:
        """Return each sentence with the id of its field, those of the devices last."""
        of_order = [(id_, text) for id_, text in self.problems if id_ != self.units.id]
        of_units = [(field.id, str(text)) for unit in self.units for field in unit.form for text in field.errors]
        return [*of_order, *of_units]

    def refuse(self, error: RmatrackError) -> None:
        """Show *error* at the field it concerns; one about all devices above the form."""
        if error.field == self.units.name:
            self.form_errors.append(say(error))
        else:
            super().refuse(error)

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field; those about what is not typed here above the form."""
        for problem in problems:
            if problem.column in OF_THE_UNIT and problem.column is not Column.MODEL:
                unit = self.units[max(problem.line - FIRST_UNIT, 0)].form
                field = unit[problem.column.value]
                field.errors = [*field.errors, say(problem.sentence)]
            elif problem.column and problem.column.value in self._fields:
                field = self[problem.column.value]
                field.errors = [*field.errors, say(problem.sentence)]
            else:
                self.form_errors.append(say(problem.sentence))
