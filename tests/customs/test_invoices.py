"""Customs invoices: who needs one, what it says, and what is refused with a sentence."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pypdfium2  # type: ignore[import-untyped]  # No stubs.
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from rmatrack.db.catalogue import Model
from rmatrack.db.engine import reading, writing
from rmatrack.db.orders import Unit
from rmatrack.domain.customs import (
    CurrenciesDifferError,
    CustomsFactsMissingError,
    NoBorderError,
    NothingToDeclareError,
)
from rmatrack.domain.errors import NotFoundError
from rmatrack.domain.people import SYSTEM, Role
from rmatrack.domain.policy import Policy
from rmatrack.paper.invoice import Invoice
from rmatrack.services.customs import invoices, order_invoice
from rmatrack.services.documents import invoices_pdf
from rmatrack.services.setup import prepare
from tests.fixtures.pages import SignIn
from tests.labels.places import MIT, NOW, POLICY, add_unit, order_for, ship, units_by_order
from tests.labels.printing import print_them
from tests.queries import count_queries

MONTREAL = {
    "Customer": "Université de Montréal", "Address 1": "2900 boul. Édouard-Montpetit", "City": "Montréal",
    "State": "QC", "Postal code": "H3T 1J4", "Country": "CA", "Model": "CS-KIT-K9",
}  # fmt: skip
PLACES: dict[str, Mapping[str, str]] = {
    "CA": MONTREAL,
    "GB": {"City": "London", "State": "", "Postal code": "WC1E 6BT", "Country": "GB"},
    "CH": {"City": "Zürich", "State": "", "Postal code": "8092", "Country": "CH"},
    "NO": {"City": "Oslo", "State": "", "Postal code": "0371", "Country": "NO"},
    "AE": {"City": "Dubai", "State": "", "Postal code": "", "Country": "AE"},
    "SA": {"City": "Riyadh", "State": "", "Postal code": "11564", "Country": "SA"},
    "ZA": {"City": "Cape Town", "State": "", "Postal code": "7700", "Country": "ZA"},
    "canaries": {"City": "Las Palmas", "State": "", "Postal code": "35001", "Country": "ES"},
}
FREE: dict[str, Mapping[str, str]] = {
    "US": {},
    "NL": {"City": "Delft", "State": "", "Postal code": "2628 CD", "Country": "NL"},
    "AU": {"City": "Sydney", "State": "NSW", "Postal code": "2006", "Country": "AU"},
    "belfast": {"City": "Belfast", "State": "", "Postal code": "BT7 1NN", "Country": "GB"},
    "monaco": {"City": "Monaco", "State": "", "Postal code": "98000", "Country": "MC"},
}


@pytest.fixture(autouse=True)
def catalogue(engine: Engine) -> None:
    """The catalogue as it begins."""
    with writing(engine) as session:
        prepare(session, POLICY)


def shipped(engine: Engine, place: Mapping[str, str], *, units: int = 1) -> str:
    """Ship to *place* and return the order's number."""
    ids = ship(engine, units, place)
    return next(number for number, each in units_by_order(engine).items() if ids[0] in each)


def invoice_of(engine: Engine, number: str, policy: Policy = POLICY) -> Invoice:
    with reading(engine) as session:
        return order_invoice(session, number, policy=policy, seen_by=SYSTEM, now=NOW)


def set_in_catalogue(engine: Engine, number: str, **values: object) -> None:
    with writing(engine) as session:
        model = session.get_one(Model, number)
        for name, value in values.items():
            setattr(model, name, value)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("place", PLACES)
def test_a_return_across_a_customs_border_has_an_invoice(engine: Engine, place: str) -> None:
    number = shipped(engine, PLACES[place])

    assert invoices_pdf([invoice_of(engine, number)]).startswith(b"%PDF")


@pytest.mark.parametrize("place", FREE)
def test_a_return_inside_one_area_needs_none(engine: Engine, place: str) -> None:
    number = shipped(engine, FREE[place])

    with pytest.raises(NoBorderError) as refused:
        invoice_of(engine, number)

    assert refused.value.code == "no-customs-border"


def test_where_the_depot_is_decides(engine: Engine) -> None:
    sydney, belfast = shipped(engine, FREE["AU"]), shipped(engine, FREE["belfast"])
    moved = replace(POLICY, depot_rows=tuple(replace(row, depot="us") for row in POLICY.depot_rows))

    assert invoice_of(engine, sydney, moved).destination == "United States"
    assert invoice_of(engine, belfast, moved).destination == "United States"


def test_the_invoice_says_who_sends_who_imports_and_what_it_is_worth(engine: Engine) -> None:
    number = shipped(engine, MONTREAL, units=2)

    told = invoice_of(engine, number)

    assert told.exporter[0] == "Université de Montréal"
    assert told.importer[0] == "Demo Device Depot Americas"
    assert told.incoterm == "DAP Austin (Incoterms 2020)"
    assert (told.origin, told.destination) == ("Canada", "United States")
    assert (told.currency, told.total, told.packages, told.gross_kg) == ("USD", "9,800.00", "2", "15.20")
    (line,) = told.lines
    assert (line.hs_code, line.made_in, line.quantity, line.unit_value) == ("8517.62", "Mexico", "2", "4,900.00")
    text = text_of(invoices_pdf([told]))
    for expected in (
        *line.serials,
        told.number,
        number,
        "Return of demonstration equipment",
        "22 Nov 2026",
        "Signature",
    ):
        assert expected in text


def test_the_same_return_on_the_same_day_gives_the_same_bytes(engine: Engine) -> None:
    number = shipped(engine, MONTREAL)

    assert invoices_pdf([invoice_of(engine, number)]) == invoices_pdf([invoice_of(engine, number)])


def test_the_waybill_of_a_printed_label_is_on_it(engine: Engine) -> None:
    number = shipped(engine, MONTREAL)
    assert invoice_of(engine, number).carrier_numbers == ()
    print_them(engine, units_by_order(engine)[number])

    (waybill,) = invoice_of(engine, number).carrier_numbers
    assert re.fullmatch(r"\d{10}", waybill)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"hs_code": ""}, "hs-code"),
        ({"made_in": ""}, "made-in"),
        ({"value": Decimal()}, "value"),
        ({"currency": "", "hs_code": ""}, "hs-code, currency"),
    ],
)
def test_a_value_that_is_missing_is_asked_for_by_name(
    engine: Engine, values: Mapping[str, object], missing: str
) -> None:
    number = shipped(engine, MONTREAL)
    set_in_catalogue(engine, "CS-KIT-K9", **values)

    with pytest.raises(CustomsFactsMissingError) as refused:
        invoice_of(engine, number)

    assert refused.value.code == "customs-facts-missing"
    assert f"of CS-KIT-K9: {missing}. Enter it under Catalogue, CS-KIT-K9" in str(refused.value)


def test_a_model_that_nobody_knows_is_asked_for(engine: Engine) -> None:
    number = shipped(engine, {**MONTREAL, "Model": "CS-UNHEARD-OF"})

    with pytest.raises(CustomsFactsMissingError, match="CS-UNHEARD-OF"):
        invoice_of(engine, number)


def test_values_in_two_currencies_are_not_added_up(engine: Engine) -> None:
    number = shipped(engine, MONTREAL)
    with writing(engine) as session:
        add_unit(session, order_for(session, number, MIT | dict(MONTREAL)), "FOC21229999", "CP-8845-K9")
    set_in_catalogue(engine, "CP-8845-K9", currency="EUR")

    with pytest.raises(CurrenciesDifferError, match="EUR, USD"):
        invoice_of(engine, number)


def test_what_is_back_is_not_declared_and_what_is_not_there_is_not_found(engine: Engine) -> None:
    number = shipped(engine, MONTREAL)
    (unit_id,) = units_by_order(engine)[number]
    with writing(engine) as session:
        unit = session.get_one(Unit, unit_id)
        unit.status, unit.settled_at = "written-off", NOW

    with pytest.raises(NothingToDeclareError):
        invoice_of(engine, number)
    with pytest.raises(NotFoundError):
        invoice_of(engine, "D9999999")


def test_many_returns_take_a_fixed_number_of_questions(engine: Engine) -> None:
    ids = [unit for place in (*PLACES.values(), *FREE.values()) for unit in ship(engine, 2, place)]

    with reading(engine) as session, count_queries(engine) as questions:
        papers = invoices(session, ids, policy=POLICY, seen_by=SYSTEM, now=NOW)

    assert len(papers.invoices) == len(PLACES)
    assert not papers.refused
    assert len(questions) <= 5


def test_a_partner_gets_the_invoice_of_its_own_order_and_of_no_other(
    engine: Engine, client: FlaskClient, signed_in: SignIn
) -> None:
    number = shipped(engine, MONTREAL)
    signed_in(Role.PARTNER_USER, partner="Northwind Collaboration")
    own = client.get(f"/orders/{number}/customs-invoice.pdf")
    signed_in(Role.PARTNER_USER, partner="Somebody Else", email="else@example.com")
    other, none = (
        client.get(f"/orders/{number}/customs-invoice.pdf"),
        client.get("/orders/D9999999/customs-invoice.pdf"),
    )

    assert own.mimetype == "application/pdf"
    assert other.status_code == none.status_code == 404


def test_the_pages_of_an_order_lead_to_its_invoice(engine: Engine, client: FlaskClient, signed_in: SignIn) -> None:
    across, inside = shipped(engine, MONTREAL), shipped(engine, FREE["belfast"])
    signed_in(Role.LOGISTICS)

    for page in ("", "/return"):
        assert f"/orders/{across}/customs-invoice.pdf" in client.get(f"/orders/{across}{page}").text
        assert "customs-invoice.pdf" not in client.get(f"/orders/{inside}{page}").text
    assert client.get(f"/orders/{inside}/customs-invoice.pdf").status_code == 409
