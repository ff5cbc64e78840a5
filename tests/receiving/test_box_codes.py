"""Everything a box wears is recognised: several serials in one code, models, quantities, and codes of no account."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from carriers.recognise import recognise
from rmatrack.db.engine import writing
from rmatrack.domain.box_codes import codes_in, opened
from rmatrack.domain.identify import Kind, code_on_box, identify
from rmatrack.domain.receiving import Outcome
from rmatrack.domain.scans import ScanIn
from tests.receiving.dock import ONE, THREE, TWO, answered, at, codes, noted, unit_of
from tests.receiving.shipments import MODEL, make_model, make_order, scan

MESSAGE = "[)>\x1e06\x1d1P{model}\x1dS{serial}\x1dQ1\x1e\x04"


@pytest.mark.parametrize(
    ("raw", "serials", "model"),
    [
        (MESSAGE.format(model="CP-8845-K9", serial=ONE), (ONE,), "CP-8845-K9"),
        (f"]d1[)>\x1e06\x1dS{ONE}\x1dS{TWO}\x1dS{ONE}\x1e\x04", (ONE, TWO), None),
        (f"[)>\x1dS{ONE}", (ONE,), None),
        ("[)>\x1e06\x1dSSAL1819S6LU", ("SAL1819S6LU",), None),
        (f"]C10109521101530001\x1d21{ONE}", (ONE,), None),
        (f"]C1010952110153000121{ONE}", (ONE,), None),
        (f"(01)09521101530001(21){ONE}", (ONE,), None),
        (f"[)>\x1e05\x1d21{ONE}", (ONE,), None),
        (f"{ONE},{TWO};{THREE}", (ONE, TWO, THREE), None),
        (f"{ONE}\r\n1PCP-8845-K9\r\nQ1", (ONE,), "CP-8845-K9"),
        ("1PCS-DESKPRO-K9", (), "CS-DESKPRO-K9"),
        ("cp-8845-k9", (), "CP-8845-K9"),
        (f"{ONE} and something", (), None),
        ("FNS 1009 J3MT", (), None),
        ("[)>\x1e01\x1d96770\x1d840\x1d003\x1d1Z12345677\x1dUPSN\x1d999AA1\x1e\x04", (), None),
        ("", (), None),
    ],
)
def test_a_code_is_opened(raw: str, serials: tuple[str, ...], model: str | None) -> None:
    held = opened(raw, {"CP-8845-K9"})

    assert (held.serials, held.model) == (serials, model)


@pytest.mark.parametrize(
    ("raw", "kind", "word"),
    [
        ("42127680804", Kind.POSTAL, "unknown"),
        ("2LUS76449+48000001", Kind.ROUTING, "unknown"),
        ("1PCS-KIT-K9", Kind.MODEL, "unknown"),
        ("Q12", Kind.QUANTITY, "unknown"),
        ("R000001M", Kind.MISTYPED_RMA, "unknown"),
        ("R000001L", Kind.RMA, "rma"),
        (f"[)>\x1e06\x1dS{ONE}\x1e\x04", Kind.UNKNOWN, "serial"),
        ("Q2XX-ABCD-EFG1", Kind.SERIAL, "serial"),
    ],
)
def test_the_dock_knows_more_codes_than_the_command_line_has_words(raw: str, kind: Kind, word: str) -> None:
    mark = recognise(raw)
    carrier_kind = mark.kind if mark else None

    assert code_on_box(raw, carrier_kind) is kind
    assert identify(raw, carrier_kind) == word


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Two orders are out, and their model is in the catalogue."""
    with writing(engine) as session:
        session.add(make_model(MODEL))
        make_order(session, "D4100201", [ONE, TWO])
        make_order(session, "D4100208", [THREE])
    with writing(engine) as session:
        yield session


def test_several_serials_in_one_code_are_several_scans(session: Session) -> None:
    code = scan(f"[)>\x1e06\x1dS{ONE}\x1dS{TWO}\x1dSFOC21213GZZ\x1e\x04", at(0), 1)

    (answer,) = answered(session, code)

    assert codes([answer, *answer.more]) == ["matched", "matched", "never_shipped"]
    assert answer.scan_id == code.id
    assert len({each.scan_id for each in (answer, *answer.more)}) == 3
    assert [found.serial for found in noted(session)] == ["FOC21213GZZ"]


def test_such_a_code_sent_twice_is_recorded_once_and_answers_the_same(session: Session) -> None:
    code = scan(f"{ONE},{TWO}", at(0), 1)
    (first,) = answered(session, code)

    (again,) = answered(session, code)

    assert (again.code, [each.scan_id for each in again.more]) == (first.code, [each.scan_id for each in first.more])


def test_the_model_in_a_code_checks_the_serial_beside_it(session: Session) -> None:
    right, wrong = (MESSAGE.format(model=model, serial=serial) for model, serial in ((MODEL, ONE), ("CS-KIT-K9", TWO)))

    answers = answered(session, scan(right, at(0), 1), scan(wrong, at(1), 2))

    assert codes(answers) == ["matched", "wrong_model"]
    assert [note.message for note in answers[0].notes] == ["The model is right: %(model)s."]


def test_a_model_read_after_its_serial_checks_it(session: Session) -> None:
    answers = answered(
        session,
        scan(ONE, at(0), 1),
        _beside(scan(f"1P{MODEL}", at(1), 2), ONE),
        scan(TWO, at(2), 3),
        _beside(scan("1PCS-KIT-K9", at(3), 4), TWO),
    )

    assert codes(answers) == ["matched", "already_received", "matched", "already_received"]
    assert [note.message for note in answers[1].notes][-1] == "The model is right: %(model)s."
    assert answers[3].facts["finds"] == ["wrong-model"]
    assert [(found.type, found.serial_key) for found in noted(session)] == [("wrong-model", TWO)]


def _beside(model: ScanIn, serial: str) -> ScanIn:
    return replace(model, of_serial=serial)


@pytest.mark.parametrize("raw", ["42078205", "1PCS-KIT-K9", MODEL, "Q1", "R000001M", "2LUS76449+48000001"])
def test_codes_of_no_account_open_nothing(session: Session, raw: str) -> None:
    (answer,) = answered(session, scan(raw, at(0), 1))

    assert answer.outcome is Outcome.NOT_A_SERIAL
    assert noted(session) == []


def test_a_shipped_serial_is_one_whatever_else_it_looks_like(session: Session) -> None:
    make_order(session, "D4100300", ["Q123456"])

    (answer,) = answered(session, scan("Q123456", at(0), 1))

    assert answer.code == "matched"
    assert unit_of(session, "Q123456").status == "received"


@pytest.mark.parametrize("raw", [MODEL, f"]C0{MODEL}", f" {MODEL.lower()} "])
def test_a_product_code_is_asked_for_whatever_the_gun_puts_before_it(raw: str) -> None:
    assert MODEL in codes_in(raw)
