"""What a reader may choose for themselves: the language, and light or dark."""

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from rmatrack.services import people
from rmatrack.web.access import public
from rmatrack.web.languages import COOKIE, LANGUAGES
from rmatrack.web.sessions import write_session
from rmatrack.web.ways_back import way_back

bp = Blueprint("preferences", __name__, url_prefix="/preferences")

THEMES = ("auto", "light", "dark")
KEPT_SECONDS = 365 * 24 * 3600


@bp.post("/language")
@public
def language() -> Response:
    """Read everything in another language from now on."""
    answer = redirect(way_back(request.form.get("next")))
    code = request.form.get("language")
    if code not in LANGUAGES:
        return answer
    if g.person:
        with write_session() as session:
            people.choose_language(session, g.person.id, code)
    answer.set_cookie(COOKIE, code, max_age=KEPT_SECONDS, samesite="Lax", httponly=True)
    return answer


@bp.post("/theme")
@public
def theme() -> Response:
    """Light, dark, or as the system says."""
    answer = redirect(way_back(request.form.get("next")))
    chosen = request.form.get("theme")
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=KEPT_SECONDS, samesite="Lax", httponly=True)
    return answer
