"""Pages behind signed links: opening one only shows it, sending its form does its one deed (SPEC T-12, T-18)."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from rmatrack.domain.errors import RmatrackError
from rmatrack.domain.mails import Link, LinkPurpose
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.sessions import read_session, write_session
from rmatrack.web.signed_links import read_link, refused_link


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A page with one form. `look` returns what its template calls `view`."""

    purpose: LinkPurpose
    template: str
    look: Callable[[Session, Link], object]

    def show(self, token: str, form: Form, status: int = 200) -> ResponseReturnValue:
        """Return the page, or why its link leads nowhere."""
        try:
            view = self.look(read_session(), read_link(self.purpose, token))
        except RmatrackError as error:
            return refused_link(error)
        return render_template(self.template, view=view, form=form, token_text=token), status

    def take(self, token: str, form: Form, deed: Callable[[Session, Link], object]) -> ResponseReturnValue:
        """Do what the form asks and lead back to the page, or show the form with what is wrong."""
        if not form.validate():
            return self.show(token, form, 422)
        try:
            link = read_link(self.purpose, token)
            with write_session() as session:
                deed(session, link)
        except RmatrackError as error:
            form.refuse(error)
            return self.show(token, form, status_of(error))
        return redirect(url_for(".show", token=token))
