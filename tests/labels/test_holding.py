"""A label that does not read back, or cannot be printed, is held and shown; the others go on."""

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest
from sqlalchemy import Engine

from rmatrack.db.engine import writing
from rmatrack.db.orders import DemoOrder, Unit
from rmatrack.domain.labels import LabelState
from rmatrack.domain.people import SYSTEM
from rmatrack.paper.papers import Paper
from rmatrack.services.kept_sentences import told
from rmatrack.services.label_release import hold, release
from rmatrack.services.label_sheets import Drawn, draw_labels, labels_to_draw
from rmatrack.services.labels import plan_labels
from tests.labels.places import NOW, POLICY, ship
from tests.labels.printing import labels_of, misreading, print_them


def draw_with_a_misread(engine: Engine, units: list[int], broken: int, paper: Paper = Paper.A6) -> tuple[str, Drawn]:
    """Print *units*, of which the one at place *broken* does not read back; return its number and what was drawn."""
    with writing(engine) as session:
        plan = plan_labels(session, units, policy=POLICY, by=SYSTEM, now=NOW)
        labels = labels_to_draw(session, plan.label_ids)
    number = labels[broken].number
    drawn = draw_labels(lambda: labels, paper, reader=misreading(number))
    with writing(engine) as session:
        release(session, drawn.label_ids, paper=paper, by=SYSTEM, now=NOW)
        hold(session, drawn.held, by=SYSTEM, now=NOW)
    return number, drawn


@pytest.mark.parametrize("paper", [Paper.A6, Paper.A4_TWO])
def test_a_label_that_does_not_read_back_is_not_in_the_file(engine: Engine, paper: Paper) -> None:
    units = ship(engine, 3)

    number, drawn = draw_with_a_misread(engine, units, 1, paper)

    assert drawn.pdf
    file = pypdfium2.PdfDocument(drawn.pdf)
    text = "".join(page.get_textpage().get_text_range() for page in file)
    assert number not in text.replace(" ", "")
    assert [held.number for held in drawn.held] == [number]
    states = {label.number: label.state for label in labels_of(engine, units)}
    assert states.pop(number) == LabelState.HELD
    assert set(states.values()) == {LabelState.PRINTED}


def test_a_held_label_says_what_was_expected_and_what_was_read(engine: Engine) -> None:
    units = ship(engine)

    number, drawn = draw_with_a_misread(engine, units, 0)

    assert drawn.pdf is None
    [label] = labels_of(engine, units)
    assert label.problem
    assert str(told(label.problem)) == (
        f"The tracking barcode should say ]C0{number}, but reads ]C01Z5R89390357567127."
    )


def test_a_held_label_that_reads_back_the_next_time_leaves_with_its_number(engine: Engine) -> None:
    units = ship(engine)
    number, _drawn = draw_with_a_misread(engine, units, 0)

    printed = print_them(engine, units)

    [label] = labels_of(engine, units)
    assert (printed.count, label.number, label.state, label.problem) == (1, number, LabelState.PRINTED, None)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"Customer": "東京大学"}, "cannot be printed: there are no letters for"),
        ({"Customer": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 3}, "does not fit"),
        ({"Customer": "Ελληνικό Μετσόβιο Πολυτεχνείο"}, None),
        ({"Customer": "Stichting Ĳsselstein & Łódź Ørsted"}, None),
    ],
)
def test_a_name_is_printed_whole_or_refused_with_a_sentence(
    engine: Engine, place: dict[str, str], sentence: str | None
) -> None:
    odd, plain = ship(engine, place=place), ship(engine)

    printed = print_them(engine, [*odd, *plain])

    assert printed.count == (1 if sentence else 2)
    assert len(printed.held) == (1 if sentence else 0)
    assert all(sentence and sentence in str(held.why) for held in printed.held)


def test_a_held_label_says_what_was_corrected_and_keeps_its_number(engine: Engine) -> None:
    units = ship(engine, place={"Customer": "東京大学"})
    print_them(engine, units)
    [held] = labels_of(engine, units)
    correct(engine, units[0], ship_to_name="University of Tokyo")

    printed = print_them(engine, units)

    [label] = labels_of(engine, units)
    assert (printed.count, label.number) == (1, held.number)
    assert "University of Tokyo" in str(label.content)


def test_a_label_that_left_keeps_what_it_says(engine: Engine) -> None:
    units = ship(engine)
    first = print_them(engine, units)
    correct(engine, units[0], ship_to_name="Somebody else")

    assert print_them(engine, units).pdf == first.pdf


def test_a_held_label_gives_way_where_another_carrier_goes(engine: Engine) -> None:
    units = ship(engine, place={"Customer": "東京大学"})
    print_them(engine, units)
    correct(engine, units[0], ship_to_name="TU Delft", country="NL", state="", postal_code="2628 CD")

    print_them(engine, units)

    old, new = labels_of(engine, units)
    assert (old.carrier, old.state) == ("ups", LabelState.SUPERSEDED)
    assert (new.carrier, new.state) == ("dhl", LabelState.PRINTED)


def correct(engine: Engine, unit_id: int, **values: str) -> None:
    """Correct the order of a unit."""
    with writing(engine) as session:
        order = session.get_one(DemoOrder, session.get_one(Unit, unit_id).order_id)
        for name, value in values.items():
            setattr(order, name, value)
