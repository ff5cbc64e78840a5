"""A lost label is replaced in the United States: a new number, and the old one still resolves (SPEC C-4, C-6)."""

import pytest
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import PERMISSIONS, SYSTEM, Actor, PartnerId, Role
from rmatrack.services.label_replacing import NoReplacementError, NothingToReplaceError, replace_label
from rmatrack.services.labels import OnItsWayError
from tests.labels.places import NOW, POLICY, ship
from tests.labels.printing import labels_of, print_them


def replace(engine: Engine, unit_id: int, by: Actor = SYSTEM) -> int | None:
    with writing(engine) as session:
        return replace_label(session, unit_id, reason="The box got wet.", policy=POLICY, by=by, now=NOW).label_id


def test_a_replacement_has_a_new_number_and_the_old_label_is_superseded(engine: Engine) -> None:
    units = ship(engine)
    print_them(engine, units)

    new_id = replace(engine, units[0])

    old, new = labels_of(engine, units)
    assert (old.state, old.superseded_by_id, new.id) == (LabelState.SUPERSEDED, new_id, new_id)
    assert old.number != new.number
    assert print_them(engine, units).count == 1
    assert labels_of(engine, units)[1].state == LabelState.PRINTED


@pytest.mark.parametrize("country", ["NL", "CA", "AU"])
def test_outside_the_united_states_there_is_no_replacement(engine: Engine, country: str) -> None:
    units = ship(engine, place={"Country": country, "Customer": country})
    print_them(engine, units)

    with pytest.raises(NoReplacementError):
        replace(engine, units[0])


def test_puerto_rico_counts_as_the_united_states(engine: Engine) -> None:
    units = ship(engine, place={"Country": "PR", "State": "PR", "Postal code": "00925"})
    print_them(engine, units)

    assert replace(engine, units[0])


def test_a_unit_without_a_label_has_nothing_to_replace(engine: Engine) -> None:
    with pytest.raises(NothingToReplaceError):
        replace(engine, ship(engine)[0])


def test_a_label_that_travels_is_not_replaced(engine: Engine) -> None:
    units = ship(engine)
    print_them(engine, units)
    with writing(engine) as session:
        session.merge(labels_of(engine, units)[0]).state = LabelState.IN_TRANSIT

    with pytest.raises(OnItsWayError):
        replace(engine, units[0])


def test_another_partner_s_unit_is_not_there(engine: Engine) -> None:
    units = ship(engine)
    print_them(engine, units)
    stranger = Actor(None, "Ada", Role.PARTNER_USER, PartnerId(999), PERMISSIONS[Role.PARTNER_USER])

    with pytest.raises(NotFoundError):
        replace(engine, units[0], by=stranger)
