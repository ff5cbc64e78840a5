"""What partners see first: their customers as cards, what needs a person first, each with its one button."""

from flask import g, render_template, request

from rmatrack.db.partner_home import HomeShow
from rmatrack.domain.extensions import ExtensionState
from rmatrack.domain.next_steps import Calm, NextStep
from rmatrack.domain.trials import Phase
from rmatrack.services.partner_home import partner_home
from rmatrack.web.given import given
from rmatrack.web.languages import _
from rmatrack.web.links import units_url
from rmatrack.web.sessions import read_session


def show_home() -> str:
    """Return the page, narrowed as the address says."""
    asked = request.args.get("show", "")
    show = HomeShow(asked) if asked in set(HomeShow) else HomeShow.ALL
    home = partner_home(
        read_session(),
        show=show,
        text=request.args.get("text", ""),
        page=request.args.get("page", 1, type=int),
        seen_by=g.actor,
        policy=given().policy,
        now=g.now,
    )
    names = {
        HomeShow.ALL: _("All"),
        HomeShow.URGENT: _("Needs you"),
        HomeShow.OUT: _("Devices out"),
        HomeShow.WAITING: _("Waiting for others"),
    }
    return render_template(
        "partner/home.html",
        home=home,
        lists=[("" if each is HomeShow.ALL else each.value, names[each], home.counts[each]) for each in HomeShow],
        step=NextStep,
        calm=Calm,
        phase=Phase,
        extension=ExtensionState,
        units_url=units_url,
    )
