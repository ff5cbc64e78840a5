"""Expeditors: bookings by mail, tracking by an API that counts the questions."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from carriers import gs1
from carriers.errors import BadReferenceError, CarrierLimitError
from carriers.expeditors_api import client as expeditors_client
from carriers.expeditors_api.booking import Booking, Carton, Purpose
from carriers.expeditors_api.client import Expeditors
from carriers.expeditors_api.iftmin import iftmin
from carriers.expeditors_api.mail import booking_mail
from carriers.expeditors_api.waybill import NOT_NEGOTIABLE, waybill
from carriers.parcel_states import ParcelState
from tests.carriers.samples import DEPOT, EXPEDITORS_CREDENTIALS, NOW, RMA, SYDNEY, goods, shipment
from tests.carriers.stand_in import Fault, StandIn

READY_AT = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("Australia/Sydney"))


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def expeditors(stand_in: StandIn, clock: Clock) -> Expeditors:
    return Expeditors(EXPEDITORS_CREDENTIALS, clock, host=f"{stand_in.host}/tracking/v2")


def booking(*serials: str) -> Booking:
    cartons = [
        Carton(gs1.sscc("9520000", place), shipment(SYDNEY, DEPOT, serial), goods(serial))
        for place, serial in enumerate(serials or ("FOC2345N0AB",), start=1)
    ]
    return Booking(
        rma=RMA,
        account="AU-77",
        cartons=tuple(cartons),
        ready_at=READY_AT,
        closes_at=READY_AT + timedelta(hours=8),
        written_at=NOW,
        instructions="Dock 3: ring twice",
    )


def test_a_booking_adds_up_its_cartons() -> None:
    two = booking("A", "B")

    assert (two.gross_kg, two.cubic_metres, two.value) == (Decimal("13.8"), Decimal("0.088"), Decimal("2400.20"))


def test_the_mail_says_everything_to_a_person_and_to_a_program() -> None:
    mail = booking_mail(booking("A", "B"), sender="ACME", recipient="EXPDSYD")

    told = json.loads(mail.attachments[0].content)
    assert mail.subject == "Booking request R26000123, 2 carton(s)"
    assert "Wednesday 25 November 2026, 09:00 – 17:00 (UTC+1100)" in mail.text
    assert "Koala Pty" in mail.text
    assert "HS 8517.62.0000" in mail.text
    assert "Dock 3: ring twice" in mail.text
    assert [part.name for part in mail.attachments] == ["R26000123-1-original.json", "R26000123-1-original.edi"]
    assert told["reference"] == RMA
    assert told["pickup"]["earliest"] == "2026-11-25T09:00:00+11:00"
    assert [carton["serials"] for carton in told["cartons"]] == [["A"], ["B"]]


def test_the_same_request_written_again_is_the_same_mail() -> None:
    first, second = (booking_mail(booking(), sender="A", recipient="B") for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("purpose", "function"), [(Purpose.ORIGINAL, "9"), (Purpose.REPLACE, "5"), (Purpose.CANCEL, "1")]
)
def test_a_message_says_whether_it_is_new_replaces_or_cancels(purpose: Purpose, function: str) -> None:
    message = iftmin(replace(booking(), purpose=purpose), sender="ACME", recipient="EXPD", control="R2600012301")

    assert ["BGM", "610", "R26000123", function] in segments(message)


def test_a_message_has_the_segments_that_a_forwarder_needs() -> None:
    message = iftmin(booking("A", "B"), sender="ACME", recipient="EXPD", control="R2600012301")

    read = segments(message)
    assert read[1] == ["UNB", "UNOC:3", "ACME", "EXPD", "261123:0900", "R2600012301"]
    assert read[2] == ["UNH", "R2600012301", "IFTMIN:D:01B:UN"]
    assert ["RFF", "CU:R26000123"] in read
    assert ["DTM", "234:202611250900?+1100:205"] in read
    assert ["FTX", "DIN", "", "", "DOCK 3?: RING TWICE"] in read
    assert ["GIN", "BJ", gs1.sscc("9520000", 2)] in read
    assert [segment[0] for segment in read].count("GID") == 2
    assert read[-2] == ["UNT", str(len(read) - 3), "R2600012301"]
    assert read[-1] == ["UNZ", "1", "R2600012301"]


def test_what_people_write_cannot_end_a_segment() -> None:
    odd = replace(booking(), instructions="Ask for O'Neil+Co: really?")

    message = iftmin(odd, sender="ACME", recipient="EXPD", control="R2600012301")

    assert ["FTX", "DIN", "", "", "ASK FOR O?'NEIL?+CO?: REALLY??"] in segments(message)


def test_the_waybill_is_numbered_with_the_rma_and_claims_to_be_nothing_else() -> None:
    document = waybill(booking("A", "B"))

    assert document.number == RMA
    assert document.pieces == "2"
    assert document.customs_value == "2,400.20 CAD"
    assert [line.serials for line in document.lines] == ["A", "B"]
    assert "not an air waybill" in NOT_NEGOTIABLE


def test_only_files_with_exactly_this_rma_are_found(expeditors: Expeditors, stand_in: StandIn) -> None:
    stand_in.expeditors.files = {"6001": ["R26000123"], "6002": ["R26000123X"], "6003": ["R99"]}

    assert expeditors.files_under("R26000123") == ["6001"]


def test_what_happened_to_a_file_is_told_in_our_words(expeditors: Expeditors, stand_in: StandIn) -> None:
    stand_in.expeditors.files = {"6001": ["R26000123"]}

    (event,) = expeditors.events("6001")

    assert event.state is ParcelState.IN_TRANSIT
    assert event.at.isoformat() == "2026-11-23T23:00:00+00:00"
    assert expeditors.events("9999") == []
    assert expeditors.changed(NOW - timedelta(hours=1), NOW) == ["6001"]


@pytest.mark.parametrize("reference", ["AB", "R26-000123", "R 26", "r26000123", "R260001234567", ""])
def test_a_reference_that_would_break_the_api_is_not_asked_for(expeditors: Expeditors, reference: str) -> None:
    with pytest.raises(BadReferenceError):
        expeditors.files_under(reference)


def test_no_more_is_asked_in_an_hour_than_expeditors_allows(stand_in: StandIn, clock: Clock) -> None:
    host = f"{stand_in.host}/tracking/v2"
    expeditors = Expeditors(EXPEDITORS_CREDENTIALS, clock, host=host, questions_per_hour=2)
    expeditors.events("9999")
    expeditors.events("9999")

    with pytest.raises(CarrierLimitError) as refused:
        expeditors.events("9999")
    clock.now += timedelta(minutes=60)
    expeditors.events("9999")

    assert refused.value.after_seconds == 3600
    assert sum("/events" in heard.path for heard in stand_in.heard) == 3


def test_after_too_many_questions_nothing_is_asked_until_the_next_hour(
    expeditors: Expeditors, stand_in: StandIn, clock: Clock
) -> None:
    expeditors.events("9999")
    clock.now += timedelta(minutes=40)
    stand_in.faults.append(Fault.BUSY)
    with pytest.raises(CarrierLimitError) as first:
        expeditors.events("9999")
    heard = len(stand_in.heard)

    with pytest.raises(CarrierLimitError):
        expeditors.events("9999")

    assert first.value.after_seconds == 20 * 60
    assert len(stand_in.heard) == heard


def test_the_limits_are_those_that_expeditors_names() -> None:
    assert (expeditors_client.TOKENS_PER_HOUR, expeditors_client.QUESTIONS_PER_HOUR) == (10, 2000)


def segments(message: str) -> list[list[str]]:
    """Take a message apart, escapes left in."""
    return [split_unescaped(line.removesuffix("'")) for line in message.splitlines()]


def split_unescaped(line: str) -> list[str]:
    parts = [""]
    characters = iter(line)
    for character in characters:
        if character == "?":
            parts[-1] += character + next(characters, "")
        elif character == "+":
            parts.append("")
        else:
            parts[-1] += character
    return parts
