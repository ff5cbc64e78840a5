"""What can be wrong with a reported shipment, and what is only worth a look (SPEC D-10): codes and sentences."""

from dataclasses import dataclass
from enum import StrEnum

from rmatrack.domain.errors import BadInputError, RmatrackError, _
from rmatrack.domain.sentences import Sentence
from rmatrack.domain.shipment_columns import Column


class Trouble(StrEnum):
    """What holds an order back."""

    MISSING_VALUE = "missing-value"
    TOO_LONG = "too-long"
    TOO_MANY_CELLS = "too-many-cells"
    BAD_EMAIL = "bad-email"
    BAD_SERIAL = "bad-serial"
    NUMBER_CUT_OFF = "number-cut-off"
    UNKNOWN_COUNTRY = "unknown-country"
    ROWS_DISAGREE = "rows-disagree"
    SERIAL_TWICE = "serial-twice"
    SERIAL_ON_TWO_ORDERS = "serial-on-two-orders"
    SERIAL_OUT = "serial-out"
    EMAIL_TAKEN = "email-taken"
    EMAIL_OF_TWO = "email-of-two"
    OTHER_PARTNER = "other-partner"
    OTHER_CUSTOMER = "other-customer"
    OTHER_MODEL = "other-model"
    UNITS_LEFT_OUT = "units-left-out"
    RETURN_COMPLETE = "return-complete"
    TRIAL_DATES_DISAGREE = "trial-dates-disagree"


class Remark(StrEnum):
    """What is recorded as reported, and shown."""

    ZERO_RESTORED = "zero-restored"
    EULA_BEFORE_SHIPPING = "eula-before-shipping"
    EULA_EARLIER = "eula-earlier"
    SHIP_TO = "ship-to"
    TOO_MANY_UNITS = "too-many-units"
    TOO_MANY_OF_FAMILY = "too-many-of-family"
    TOO_MANY_OF_MODEL = "too-many-of-model"
    MODEL_SENT_BEFORE = "model-sent-before"
    TOO_MANY_TRIALS = "too-many-trials"
    CUSTOMER_NAME = "customer-name"


_T, _R = Trouble, Remark

MESSAGES: dict[StrEnum, str] = {
    _T.MISSING_VALUE: _("%(column)s is empty. Fill it in."),
    _T.TOO_LONG: _("This is %(length)s characters long, and at most %(most)s fit. Shorten it."),
    _T.TOO_MANY_CELLS: _(
        "This line has more values than there are headers, beginning with “%(text)s”. Put quotes around the value that"
        " contains the separator."
    ),
    _T.BAD_EMAIL: _("%(text)s is not an e-mail address. Write it as name@company.example."),
    _T.BAD_SERIAL: _("%(text)s is not a serial number. Type it from the label on the device."),
    _T.NUMBER_CUT_OFF: _(
        "The spreadsheet has shortened a number to %(text)s. Format the column as text and enter it again."
    ),
    _T.UNKNOWN_COUNTRY: _("%(text)s is not a country. Use its two letters, such as NL or US."),
    _T.ROWS_DISAGREE: _("This line says %(here)s, line %(line)s of the same order says %(there)s. Make them the same."),
    _T.SERIAL_TWICE: _("%(serial)s is on line %(line)s of this order already. Remove one of the two."),
    _T.SERIAL_ON_TWO_ORDERS: _(
        "%(serial)s is also on %(order)s, line %(line)s, and it can be out only once. Correct one of the two."
    ),
    _T.SERIAL_OUT: _(
        "%(serial)s is still out on %(order)s. Receive it there first, or correct the serial number here."
    ),
    _T.EMAIL_TAKEN: _(
        "%(email)s administers %(customer)s already, and an address belongs to one organisation only. Use another"
        " address, or that organisation's id."
    ),
    _T.EMAIL_OF_TWO: _(
        "%(email)s stands for another organisation on line %(line)s, and an address belongs to one only. Correct one"
        " of the two."
    ),
    _T.OTHER_PARTNER: _(
        "%(order)s is recorded for the partner %(known)s, and an import cannot give it to another. Put that name here."
    ),
    _T.OTHER_CUSTOMER: _(
        "%(order)s is recorded for %(customer)s (%(known)s), and an import cannot give it to another organisation. Put"
        " that id here."
    ),
    _T.OTHER_MODEL: _(
        "%(serial)s is recorded as %(known)s. Put that model here, or correct the shipment on the page of %(order)s."
    ),
    _T.UNITS_LEFT_OUT: _(
        "%(order)s was shipped with %(serials)s too, and an import takes nothing off an order. Add it here, or correct"
        " the shipment on the page of the order."
    ),
    _T.RETURN_COMPLETE: _(
        "The return of %(order)s is complete, so that %(serial)s cannot be added to it. Record it under an order of"
        " its own."
    ),
    _T.TRIAL_DATES_DISAGREE: _(
        "%(order)s belongs to the same trial as %(other)s, which says %(there)s on line %(line)s. Give both the same"
        " date."
    ),
    _R.ZERO_RESTORED: _("%(text)s was read as %(value)s: the spreadsheet had dropped the zero in front."),
    _R.EULA_BEFORE_SHIPPING: _("The EULA expires on %(eula)s, before the units were shipped on %(shipped)s."),
    _R.EULA_EARLIER: _("%(serial)s would be due back earlier: its EULA date moves from %(old)s to %(new)s."),
    _R.SHIP_TO: _("%(model)s is not meant to be shipped to %(country)s."),
    _R.TOO_MANY_UNITS: _("%(count)s units are on this order, and at most %(most)s should be."),
    _R.TOO_MANY_OF_FAMILY: _(
        "%(count)s units of the family %(family)s are on this order, and at most %(most)s should be."
    ),
    _R.TOO_MANY_OF_MODEL: _("%(count)s units of %(model)s are on this order, and at most %(most)s should be."),
    _R.MODEL_SENT_BEFORE: _("%(model)s was sent for this trial before, on %(orders)s, and should be sent only once."),
    _R.TOO_MANY_TRIALS: _(
        "%(partner)s has %(count)s trials with devices now, and at most %(most)s should run at a time."
    ),
    _R.CUSTOMER_NAME: _("%(org_id)s is known as %(known)s, and keeps that name."),
}

_ON_LINE = _("Line %(line)s, column %(column)s")
_ON_WHOLE_LINE = _("Line %(line)s")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or odd, where it stands, and the order it concerns.

    `header` is what the file calls the column; `line` is 0 where there is no file.
    """

    code: str
    sentence: Sentence
    order: str
    line: int = 0
    column: Column | None = None
    header: str = ""

    @property
    def where(self) -> Sentence | None:
        """Return the place in the file, in words."""
        if not self.line:
            return None
        if not self.header:
            return Sentence(_ON_WHOLE_LINE, {"line": self.line})
        return Sentence(_ON_LINE, {"line": self.line, "column": self.header})

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}" if self.where else str(self.sentence)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its order, its line, and its column with what the file calls it."""

    order: str
    line: int = 0
    column: Column | None = None
    header: str = ""

    def problem(self, code: StrEnum, **params: object) -> Problem:
        """Return the problem *code* at this place."""
        return self._at(code.value, Sentence(MESSAGES[code], params))

    def problem_of(self, error: RmatrackError) -> Problem:
        """Return what a rule said about the value at this place."""
        return self._at(error.code, Sentence(error.message, error.params))

    def remark(self, code: str, sentence: Sentence) -> Problem:
        """Return what a rule remarked about the value at this place."""
        return self._at(code, sentence)

    def _at(self, code: str, sentence: Sentence) -> Problem:
        return Problem(code, sentence, self.order, self.line, self.column, self.header)


class ShipmentRefusedError(BadInputError):
    """A shipment that cannot be recorded; `problems` says everything that is wrong with it."""

    code = "shipment-refused"
    message = _("%(order)s was not recorded: %(sentence)s")

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        self.problems = problems
        super().__init__(field=first.column.value if first.column else None, order=first.order, sentence=first.sentence)
