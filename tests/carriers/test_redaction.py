"""Nothing that is kept or logged lets anybody in, and nobody's telephone is kept."""

import json
import logging
import traceback
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.dhl_api.client import Dhl
from carriers.dhl_api.shipping import Product, Terms
from carriers.errors import ShippingError
from carriers.expeditors_api.client import Expeditors
from carriers.http import Exchange
from carriers.redaction import HIDDEN, redact, redact_address, redact_headers
from carriers.ups_api.client import Ups
from tests.carriers.samples import (
    DHL_ACCOUNT,
    EXPEDITORS_CREDENTIALS,
    MUNICH,
    NOW,
    TODAY,
    UPS_ACCOUNT,
    VENLO,
    shipment,
)
from tests.carriers.stand_in import Fault, StandIn

CREDENTIALS = (UPS_ACCOUNT.credentials, DHL_ACCOUNT.credentials, EXPEDITORS_CREDENTIALS)
SECRETS = [
    part
    for one in CREDENTIALS
    for part in (one.user, one.secret, b64encode(f"{one.user}:{one.secret}".encode()).decode())
]


def test_no_credentials_are_kept_or_logged_whatever_happens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    kept: list[Exchange] = []

    with StandIn() as stand_in:
        errors = talk(stand_in, kept)
        tokens = [*stand_in.ups.tokens, *stand_in.expeditors.tokens]

    told = json.dumps([[one.address, one.headers, one.body, one.answer] for one in kept])
    assert len(kept) > 10
    assert tokens
    assert errors
    assert [secret for secret in (*SECRETS, *tokens) if secret in told + caplog.text + "".join(errors)] == []
    assert "4085550100" not in told
    assert UPS_ACCOUNT.number not in told.replace(f"1Z{UPS_ACCOUNT.number}", "")


def talk(stand_in: StandIn, kept: list[Exchange]) -> list[str]:
    """Ask all carriers, with and without faults; return what was said of those."""
    ups = Ups(UPS_ACCOUNT, host=stand_in.host, keep=kept.append)
    dhl = Dhl(DHL_ACCOUNT, host=stand_in.host, keep=kept.append)
    expeditors = Expeditors(EXPEDITORS_CREDENTIALS, lambda: NOW, host=f"{stand_in.host}/tracking/v2", keep=kept.append)
    terms = Terms(account="123456789", product=Product("U", "U", "", agreed=True), leaves_at=NOW, reference="R1L1")
    ups.return_label(shipment(), "R26000123L1")
    ups.made_under("R26000123L1", since=TODAY, until=TODAY)
    dhl.ship(shipment(MUNICH, VENLO), terms)
    expeditors.files_under("R26000123")
    errors = []
    for fault in (Fault.LOST, Fault.BROKEN, Fault.WRONG_TYPE, Fault.EXPIRED):
        stand_in.faults.append(fault)
        try:
            ups.return_label(shipment(), "R26000123L2")
        except ShippingError as error:
            errors.append("".join(traceback.format_exception(error)))
    return errors


def test_credentials_do_not_show_when_they_are_printed() -> None:
    assert UPS_ACCOUNT.credentials.secret not in repr(UPS_ACCOUNT)
    assert UPS_ACCOUNT.credentials.user not in repr(UPS_ACCOUNT)


def test_accounts_keep_their_last_digits_so_that_they_can_be_told_apart() -> None:
    kept = redact({"accounts": [{"typeCode": "shipper", "number": "123456789"}], "ShipperNumber": "A1B2C3"})

    assert kept == {"accounts": [{"typeCode": "shipper", "number": f"{HIDDEN}789"}], "ShipperNumber": f"{HIDDEN}2C3"}


def test_the_query_of_an_address_is_redacted_too() -> None:
    kept = redact_address("https://carrier.example/tracking?shipperAccountNumber=123456789&levelOfDetail=all")

    assert "123456" not in kept
    assert kept.endswith("levelOfDetail=all")


def test_headers_that_let_somebody_in_are_hidden() -> None:
    assert redact_headers({"Authorization": "Bearer abc", "transId": "t-1"}) == {
        "Authorization": HIDDEN,
        "transId": "t-1",
    }


def test_a_file_is_kept_as_its_length_and_digest() -> None:
    kept = redact({"GraphicImage": "A" * 5000})

    assert kept["GraphicImage"].startswith("5000 characters, sha256 ")


words = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=12,
)


@given(body=words, where=st.sampled_from(["access_token", "client_secret", "Authorization", "Phone", "email"]))
def test_a_secret_is_found_however_deep_it_lies(body: object, where: str) -> None:
    kept = redact({"outer": [body, {where: {"Number": "the-hidden-thing"}}, {where: "the-hidden-thing"}]})

    assert "the-hidden-thing" not in json.dumps(kept)
