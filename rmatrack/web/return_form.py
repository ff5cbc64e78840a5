"""The three questions for a new return label: which devices, why, and where it goes."""

import secrets
from collections.abc import Iterable

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from rmatrack.domain.label_requests import NoUnitsChosenError, Trouble
from rmatrack.paper.papers import Paper
from rmatrack.services.label_requests import Asked
from rmatrack.services.return_help import Box
from rmatrack.web.forms import Form
from rmatrack.web.languages import _, _l, first_up, word
from rmatrack.web.papers import PAPERS

NAME_MOST = 64
HERE = "here"
"""Downloaded, rather than mailed."""


class ReturnForm(Form):
    """`form` is this page's own name: sent twice, it is one request."""

    units = SelectMultipleField(
        _l("Which devices need a label?"), [InputRequired(_l(NoUnitsChosenError.message))], coerce=int
    )
    trouble = RadioField(_l("What became of the label in the box?"), [InputRequired(_l("Choose what happened."))])
    to = RadioField(_l("Where do you want it?"), default=HERE)
    paper = SelectField(_l("Paper"))
    form = HiddenField(validators=[InputRequired(), Length(max=NAME_MOST)])

    @classmethod
    def of(cls, boxes: Iterable[Box], paper: Paper, emails: Iterable[str]) -> "ReturnForm":
        """Return the form for *boxes*; where there is one only, it is ticked. It can be mailed to one of *emails*."""
        offered = [SelectChoice(box.unit_id, box.serial) for box in boxes]
        ids = [choice.value for choice in offered]
        ticked = ids if len(ids) == 1 else []
        form = cls(data={"units": ticked, "paper": paper.value, "form": secrets.token_urlsafe(16)})
        form.units.choices = offered
        form.trouble.choices = [SelectChoice(trouble.value, first_up(word(trouble))) for trouble in Trouble]
        mailed = [SelectChoice(email, _("Mail it to %(email)s", email=email)) for email in emails]
        form.to.choices = [SelectChoice(HERE, _("Download it now")), *mailed]
        form.paper.choices = [SelectChoice(each.value, name) for each, name in PAPERS.items()]
        return form

    @property
    def mail_to(self) -> str | None:
        """Return the address it goes to; None where it is downloaded."""
        return None if self.to.data == HERE else self.to.data

    @property
    def asked(self) -> Asked:
        """Return what was asked for; after validation only."""
        return Asked(
            form=self.form.data,
            unit_ids=tuple(self.units.data),
            trouble=Trouble(self.trouble.data),
            paper=Paper(self.paper.data),
            mail_to=self.mail_to,
        )
