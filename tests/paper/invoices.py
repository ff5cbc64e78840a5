"""A customs invoice as papers are drawn from, with some fields another."""

from dataclasses import replace
from datetime import date
from typing import Any

from rmatrack.paper.invoice import Invoice, InvoiceLine
from rmatrack.paper.papers import Paper

LINE = InvoiceLine(
    goods="Room Kit (CS-KIT-K9), used demonstration unit",
    serials=("FOC2345N0AB", "FOC2345N0AC"),
    hs_code="8517.62",
    made_in="Mexico",
    quantity="2",
    net_kg="13.80",
    gross_kg="15.20",
    unit_value="4,900.00",
    value="9,800.00",
)
SENDER = ("Université de Montréal", "IT Service Desk", "2900 boul. Édouard-Montpetit", "Montréal QC H3T 1J4", "Canada")
DEPOT = ("Demo Device Depot Americas", "Returns Dock 4", "4100 Depot Way", "Austin TX 78744", "United States")
INVOICE = Invoice(
    number="R26000123K",
    order="D4100201",
    issued_on=date(2026, 11, 22),
    paper=Paper.LETTER,
    exporter=SENDER,
    importer=DEPOT,
    sender=SENDER,
    receiver=DEPOT,
    carrier="DHL Express",
    carrier_numbers=("0000000173",),
    origin="Canada",
    destination="United States",
    incoterm="DAP Austin (Incoterms 2020)",
    packages="2",
    net_kg="13.80",
    gross_kg="15.20",
    currency="USD",
    total="9,800.00",
    lines=(LINE,),
    signatory="IT Service Desk",
    told="Print three copies.",
)


def make_invoice(**other: Any) -> Invoice:
    return replace(INVOICE, **other)
