"""What every form shares: the token against forgery, and room for what a rule has to say."""

from flask_wtf import FlaskForm

from rmatrack.domain.errors import RmatrackError
from rmatrack.web.languages import _
from rmatrack.web.sentences import say


class Form(FlaskForm):  # type: ignore[misc]  # It comes without types.
    """A form checks the shape of what was typed; `refuse` shows what a rule said, at its field where it names one."""

    def refuse(self, error: RmatrackError) -> None:
        """Show *error* at the field it concerns, or above the form."""
        if error.field and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, say(error)]
        else:
            self.form_errors.append(say(error))

    def refuse_empty(self, *names: str) -> None:
        """Say at each of these fields that it is missing where it is, so that they are not learned one by one."""
        for field in (self._fields[name] for name in names):
            if not field.data:
                field.errors = [_("%(label)s is missing. Fill it in.", label=field.label.text)]

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        """Return each sentence with the id of the field to go to, in the order of the fields."""
        at_fields = [(field.id, str(text)) for field in self for text in field.errors if field.type != "CSRFTokenField"]
        unsigned = [(None, _("The page was open too long. Send it once more."))] if self._is_unsigned() else []
        return [*((None, text) for text in self.form_errors), *unsigned, *at_fields]

    def _is_unsigned(self) -> bool:
        token = self._fields.get("csrf_token")
        return bool(token and token.errors)
