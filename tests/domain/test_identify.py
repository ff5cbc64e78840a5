"""What a text is."""

import pytest

from rmatrack.domain.identify import Kind, identify


@pytest.mark.parametrize(
    ("text", "carrier_kind", "kind"),
    [
        ("]C0FOC21213GKV", None, Kind.SERIAL),
        ("FNS 1009 J3MT", None, Kind.SERIAL),
        ("ZZZ9999ZZZZ", None, Kind.SERIAL),
        ("Q2XX-ABCD-EFG1", None, Kind.SERIAL),
        ("1Z5R89390357567127", "ups-tracking", Kind.UPS_TRACKING),
        ("1103733901", "dhl-waybill", Kind.DHL_WAYBILL),
        ("JJD014600004617230770", "dhl-piece", Kind.DHL_PIECE),
        ("106141412345678908", "sscc", Kind.SSCC),
        ("42127680804", "postal", Kind.UNKNOWN),
        ("2LUS76449+48000001", "routing", Kind.UNKNOWN),
        ("d4100208", None, Kind.ORDER),
        ("R000001L", None, Kind.RMA),
        ("https://example.com/r/1", None, Kind.UNKNOWN),
        ("it-admin@mit.example", None, Kind.UNKNOWN),
        ("hello world 1", None, Kind.UNKNOWN),
        ("Massachusetts", None, Kind.UNKNOWN),
        ("0123456789012", None, Kind.UNKNOWN),
        ("", None, Kind.UNKNOWN),
    ],
)
def test_a_text_is_one_thing(text: str, carrier_kind: str | None, kind: Kind) -> None:
    assert identify(text, carrier_kind) is kind


def test_a_product_code_is_no_serial() -> None:
    assert identify("cp-8865-k9", None, models={"CP-8865-K9"}) is Kind.UNKNOWN
