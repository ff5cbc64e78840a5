"""What a scan is taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.recognise import Kind, recognise


@pytest.mark.parametrize(
    ("raw", "kind", "number", "holds"),
    [
        ("1Z5R89390357567127", Kind.UPS_TRACKING, "1Z5R89390357567127", True),
        ("]C01z5r89390357567127", Kind.UPS_TRACKING, "1Z5R89390357567127", True),
        ("1Z 5R8 939 03 5756 7127", Kind.UPS_TRACKING, "1Z5R89390357567127", True),
        ("1Z5R89390357567128", Kind.UPS_TRACKING, "1Z5R89390357567128", False),
        ("1103733901", Kind.DHL_WAYBILL, "1103733901", True),
        ("]A01103733901", Kind.DHL_WAYBILL, "1103733901", True),
        ("11 0373 3901", Kind.DHL_WAYBILL, "1103733901", True),
        ("JJD014600004617230770", Kind.DHL_PIECE, "JD014600004617230770", None),
        ("JD014600004617230770", Kind.DHL_PIECE, "JD014600004617230770", None),
        ("(J) JD01 4600 0046 1723 0770", Kind.DHL_PIECE, "JD014600004617230770", None),
        ("106141412345678908", Kind.SSCC, "106141412345678908", True),
        ("]C100106141412345678908", Kind.SSCC, "106141412345678908", True),
        ("(00)106141412345678908", Kind.SSCC, "106141412345678908", True),
        ("00106141412345678907", Kind.SSCC, "106141412345678907", False),
        ("42095134", Kind.POSTAL, "42095134", None),
        ("420951340001", Kind.POSTAL, "420951340001", None),
        ("42127680804", Kind.POSTAL, "42127680804", None),
        ("4215282628CD", Kind.POSTAL, "4215282628CD", None),
        ("2LUS76449+48000001", Kind.ROUTING, "2LUS76449+48000001", None),
        ("2LGBTW46FD+32001000", Kind.ROUTING, "2LGBTW46FD+32001000", None),
    ],
)
def test_a_carriers_number_is_recognised(raw: str, kind: Kind, number: str, holds: bool | None) -> None:
    found = recognise(raw)

    assert found is not None
    assert (found.kind, found.number, found.holds) == (kind, number, holds)


def test_the_maxicode_of_a_ups_label_gives_its_tracking_number() -> None:
    message = "[)>\x1e01\x1d9680804 \x1d276\x1d068\x1d1Z31744085\x1dUPSN\x1d0FH344\x1d177\x1d\x1d1/1\x1d2\x1dN\x1e\x04"

    found = recognise(message)

    assert found is not None
    assert (found.kind, found.number, found.holds) == (Kind.UPS_TRACKING, "1Z0FH3446831744085", True)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "FOC2345N0AB",
        "SFOC2345N0AB",
        "SAL1819S6LU",
        "D4100208",
        "R26000123",
        "https://example.com/r/1",
        "https://example.com/1Z5R89390357567127",
        "1234567890",
        "106141412345678907",
        "1Z5R8939035756712",
        "4219991234",
        "]C101095200001234561722123110ABC",
        "[)>\x1e06\x1dSFOC2345N0AB\x1e\x04",
        "JD01460000461723077",
    ],
)
def test_anything_else_is_no_carriers_number(raw: str) -> None:
    assert recognise(raw) is None


@given(st.from_regex(r"[A-Z]{3}[0-9]{4}[0-9A-HJ-NP-Z]{4}", fullmatch=True))
def test_no_serial_of_ciscos_shape_is_taken_for_a_carriers_number(serial: str) -> None:
    assert recognise(serial) is None


@given(st.text(max_size=60))
def test_whatever_was_scanned_gets_an_answer(raw: str) -> None:
    found = recognise(raw)

    assert found is None or recognise(found.number) is not None
