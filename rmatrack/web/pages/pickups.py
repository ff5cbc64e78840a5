"""Pickups: what is booked, waits or is to be phoned; booking boxes of one address at once, moving, calling off."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp
from wtforms.validators import Optional as MayBeEmpty

from rmatrack.db.pickups import PickupVisit, count_visits, visit_with_id, visits_listed
from rmatrack.domain.errors import NotFoundError, RmatrackError
from rmatrack.domain.orders import OrderNumberError, order_number_from
from rmatrack.domain.people import Permission
from rmatrack.domain.pickups import BY_PERSON, LONGEST_INSTRUCTIONS, PickupState, Window, Wish
from rmatrack.domain.policy import CARRIER_NAMES, Carrier, contact_for
from rmatrack.services.forwarder_pickups import call_off as call_off_visit
from rmatrack.services.kept_sentences import told
from rmatrack.services.pickups import Asked, Offer, move, offer, settle
from rmatrack.web.access import allowed
from rmatrack.web.errors import status_of
from rmatrack.web.forms import Form
from rmatrack.web.given import given
from rmatrack.web.languages import LANGUAGES, _, _l, current_locale, first_up, word
from rmatrack.web.navigation import here
from rmatrack.web.pickup_asking import ask_for_pickup
from rmatrack.web.pickup_words import in_words, to_say
from rmatrack.web.sessions import read_session, write_session

bp = Blueprint("pickups", __name__, url_prefix="/pickups")

PAGE = 50
OTHER_DAY = "other"
_MAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+$"
NOW = frozenset(
    {
        PickupState.WANTED,
        PickupState.TO_PHONE,
        PickupState.MAILED,
        PickupState.UNCLEAR,
        PickupState.REFUSED,
        PickupState.BOOKED,
    }
)


class WindowForm(Form):
    when = RadioField(_l("Which day?"), [InputRequired(_l("Choose a day."))], validate_choice=False)
    day = DateField(_l("Another day"), [MayBeEmpty()])
    ready_at = TimeField(_l("Ready from"), [InputRequired(_l("Enter from when the boxes are ready, such as 09:00."))])
    closes_at = TimeField(_l("Until"), [InputRequired(_l("Enter until when somebody is there, such as 16:00."))])

    @property
    def window(self) -> Window | None:
        """What was chosen; None where another day was chosen and not entered."""
        day = self.day.data if self.when.data == OTHER_DAY else _read_day(self.when.data)
        return Window(day, self.ready_at.data, self.closes_at.data) if day else None


class BookForm(WindowForm):
    units = SelectMultipleField(_l("Boxes"), coerce=int)
    instructions = StringField(
        _l("For the driver"),
        [Length(max=LONGEST_INSTRUCTIONS, message=_l("This has at most %(max)d characters. Shorten it."))],
    )
    mail_to = StringField(
        _l("Tell by mail"),
        [MayBeEmpty(), Regexp(_MAIL, message=_l("This is not an e-mail address. Correct it, or leave it empty."))],
    )
    language = SelectField(
        _l("In which language?"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )


@bp.get("")
@allowed(Permission.FOLLOW_PARCELS)
def index() -> str:
    """Show what is to be done first, then what is booked, day by day."""
    session, counts = read_session(), count_visits(read_session(), seen_by=g.actor)
    state = _state()
    page = max(1, request.args.get("page", 1, type=int))
    visits = visits_listed(
        session,
        states={state} if state else NOW,
        carrier=_carrier(),
        seen_by=g.actor,
        limit=PAGE + 1,
        offset=PAGE * (page - 1),
    )
    return render_template(
        "pickups/index.html",
        visits=[_shown(visit) for visit in visits[:PAGE]],
        states=[
            ("", _("All that is open"), None),
            *((each.value, first_up(word(each)), counts[each]) for each in PickupState if counts.get(each)),
        ],
        carrier_chips=[("", _("All"), None), *((each.value, CARRIER_NAMES[each], None) for each in Carrier)],
        carriers=CARRIER_NAMES,
        newer=here(page=str(page - 1) if page > 2 else None) if page > 1 else None,
        older=here(page=str(page + 1)) if len(visits) > PAGE else None,
    )


@bp.get("/new")
@allowed(Permission.FOLLOW_PARCELS)
def new() -> str:
    """Offer days for the boxes at an order's address."""
    found = _offer()
    return _booking(found, _book_form(found))


@bp.post("/new")
@allowed(Permission.FOLLOW_PARCELS)
def ask() -> ResponseReturnValue:
    """Want the boxes fetched."""
    found = _offer()
    form = _book_form(found)
    if not form.validate() or form.window is None:
        if form.validate():
            form.day.errors = [_("Enter the day.")]
        return _booking(found, form), 422
    asked = Asked(
        unit_ids=form.units.data,
        window=form.window,
        instructions=form.instructions.data or "",
        mail_to=form.mail_to.data or "",
        mail_name=found.order.recipient,
        language=form.language.data,
    )
    try:
        visit = ask_for_pickup(found, asked)
    except RmatrackError as error:
        form.refuse(error)
        return _booking(_offer(), form), status_of(error)
    flash(_noted(found, visit))
    return redirect(url_for(".show", pickup_id=visit.id))


@bp.get("/<int:pickup_id>")
@allowed(Permission.SEE_ORDERS)
def show(pickup_id: int) -> str:
    """Show a visit: in words, how far it is, and what can be done."""
    return _page(pickup_id, None)


@bp.post("/<int:pickup_id>/move")
@allowed(Permission.FOLLOW_PARCELS)
def move_it(pickup_id: int) -> ResponseReturnValue:
    """Want it at another time."""
    form = _move_form(_found(pickup_id))
    if not form.validate() or form.window is None:
        return _page(pickup_id, form), 422
    try:
        with write_session() as session:
            move(session, pickup_id, form.window, policy=given().policy, by=g.actor, now=g.now)
    except RmatrackError as error:
        form.refuse(error)
        return _page(pickup_id, form), status_of(error)
    flash(_("The new time is noted."))
    return redirect(url_for(".show", pickup_id=pickup_id))


@bp.post("/<int:pickup_id>/cancel")
@allowed(Permission.FOLLOW_PARCELS)
def call_off(pickup_id: int) -> ResponseReturnValue:
    """Call it off."""
    with write_session() as session:
        visit = call_off_visit(
            session, pickup_id, why=request.form.get("why", ""), policy=given().policy, by=g.actor, now=g.now
        )
    flash(_("The carrier is told now.") if visit.wish or visit.booking_id else _("The pickup is called off."))
    return redirect(url_for(".show", pickup_id=pickup_id))


@bp.post("/<int:pickup_id>/settle")
@allowed(Permission.FOLLOW_PARCELS)
def phoned(pickup_id: int) -> ResponseReturnValue:
    """Say what the carrier said."""
    booked = request.form.get("answer") == "booked"
    with write_session() as session:
        settle(session, pickup_id, booked=booked, number=request.form.get("number", ""), by=g.actor, now=g.now)
    flash(_("The pickup is booked.") if booked else _("It is asked for once more."))
    return redirect(url_for(".show", pickup_id=pickup_id))


def _noted(found: Offer, visit: PickupVisit) -> str:
    if found.desk:
        return _("The request goes to %(desk)s. The pickup is booked when they have answered.", desk=found.desk)
    return _("The pickup is noted. The carrier is called now.") if visit.wish else _("Noted. Please call the carrier.")


def _page(pickup_id: int, form: WindowForm | None) -> str:
    visit = _found(pickup_id)
    may = g.actor.may(Permission.FOLLOW_PARCELS)
    order = visit.order
    contact = contact_for(given().policy, Carrier(visit.carrier), order.country, g.now.date(), state=order.state)
    state = PickupState(visit.state)
    by_mail = visit.booking_id is not None
    movable = may and not by_mail and state in {PickupState.WANTED, PickupState.TO_PHONE, PickupState.BOOKED}
    return render_template(
        "pickups/show.html",
        **_shown(visit),
        carrier=CARRIER_NAMES[Carrier(visit.carrier)],
        may=may,
        by_person=may and state in BY_PERSON,
        form=(form or _move_form(visit)) if movable else None,
        can_cancel=may and state is not PickupState.CANCELLED,
        contact=contact,
        by_mail=by_mail,
        to_say=to_say(visit),
        moves_to=_moves_to(visit),
    )


def _shown(visit: PickupVisit) -> dict[str, Any]:
    return {
        "visit": visit,
        "state": PickupState(visit.state),
        "wish": Wish(visit.wish) if visit.wish else None,
        "words": in_words(visit),
        "why": told(visit.why) if visit.why else None,
        "there": g.now.astimezone(ZoneInfo(visit.zone)).date(),
    }


def _moves_to(visit: PickupVisit) -> str:
    if not visit.moves_to:
        return ""
    day = format_date(date.fromisoformat(visit.moves_to["day"]), "EEEE d MMMM", locale=current_locale())
    return f"{day}, {visit.moves_to['ready_at']} – {visit.moves_to['closes_at']}"


def _booking(found: Offer, form: BookForm) -> str:
    return render_template(
        "pickups/new.html",
        offer=found,
        order=found.order,
        form=form,
        carrier=CARRIER_NAMES[found.carrier],
        longest=LONGEST_INSTRUCTIONS,
    )


def _offer() -> Offer:
    try:
        number = order_number_from(request.args.get("order", ""))
    except OrderNumberError:
        raise NotFoundError from None
    return offer(read_session(), number, policy=given().policy, by=g.actor, now=g.now)


def _book_form(found: Offer) -> BookForm:
    form = BookForm()
    free = [box for box in found.boxes if not box.pickup_id]
    form.units.choices = [SelectChoice(box.unit_id, f"{box.model} {box.serial}") for box in free]
    _offer_days(form, found)
    if not form.is_submitted():
        form.units.data = [box.unit_id for box in free if box.order_number == found.order.number]
        form.mail_to.data, form.language.data = found.mail_to, found.language
    return form


def _move_form(visit: PickupVisit) -> WindowForm:
    form = WindowForm()
    _offer_days(form, offer(read_session(), visit.order.number, policy=given().policy, by=g.actor, now=g.now))
    if not form.is_submitted():
        form.when.data = _day_on_offer(form, visit.day)
        form.day.data = visit.day if form.when.data == OTHER_DAY else None
        form.ready_at.data, form.closes_at.data = visit.ready_at, visit.closes_at
    return form


def _day_on_offer(form: WindowForm, day: date) -> str:
    """Return the choice that stands for *day*, which may be none of those proposed."""
    offered = {choice.value for choice in form.when.choices or ()}
    return day.isoformat() if day.isoformat() in offered else OTHER_DAY


def _offer_days(form: WindowForm, found: Offer) -> None:
    form.when.choices = [
        *(SelectChoice(each.day.isoformat(), _day(each.day)) for each in found.windows),
        SelectChoice(OTHER_DAY, _("Another day")),
    ]
    if not form.is_submitted():
        form.when.data = found.windows[0].day.isoformat() if found.windows else OTHER_DAY
        form.ready_at.data, form.closes_at.data = found.hours.ready, found.hours.closes


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(day: date) -> str:
    return first_up(format_date(day, "EEEE d MMMM", locale=current_locale()))


def _found(pickup_id: int) -> PickupVisit:
    visit = visit_with_id(read_session(), pickup_id, seen_by=g.actor)
    if visit is None:
        raise NotFoundError
    return visit


def _state() -> PickupState | None:
    try:
        return PickupState(request.args.get("state", ""))
    except ValueError:
        return None


def _carrier() -> str | None:
    asked = request.args.get("carrier")
    return asked if asked in set(Carrier) else None
