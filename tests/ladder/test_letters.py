"""What the reminders and charges say, word for word, in both languages."""

import pytest

from rmatrack.letters import render
from tests.mail.samples import sample

SUBJECTS = {
    ("return-due", "en"): "Return due 28 November: 2 devices (D4100208)",
    ("return-due", "nl"): "Terug vóór of op 28 november: 2 apparaten (D4100208)",
    ("return-due-today", "en"): "Return due today: 2 devices (D4100208)",
    ("return-due-today", "nl"): "Vandaag terugsturen: 2 apparaten (D4100208)",
    ("return-overdue", "en"): "Return overdue since 28 November: 2 devices (D4100208)",
    ("return-overdue", "nl"): "Te laat sinds 28 november: 2 apparaten (D4100208)",
    ("return-wish", "en"): "Wants to buy: Stichting Museumnacht (D4100208)",
    ("charge-proposed", "nl"): "Kostenvoorstel: CP-8845-K9 · FOC21213GKV (D4100208)",
    ("charge-to-credit", "en"): "Charge to be credited: CP-8845-K9 · FOC21213GKV (D4100208)",
}


@pytest.mark.parametrize(("name", "language"), SUBJECTS)
def test_a_subject_starts_with_what_matters(name: str, language: str) -> None:
    assert render(sample(name), language).subject == SUBJECTS[name, language]


def test_a_reminder_reads_like_this() -> None:
    text = render(sample("return-overdue-last"), "en").text

    assert text == REMINDER


REMINDER = """\
Return overdue since 28 November: 2 devices (D4100208)
======================================================

2 devices on loan with Stichting Museumnacht were due back on 28 November 2026. That was 30 days ago.

- CP-8845-K9 · FOC21213GKV
- CP-8845-K9 · FNS17231KZ7

Demo order D4100208, delivered to Anna Łukasik, Amsterdam.

This is the last reminder. If the devices stay out, Noordzee Networks may be charged for them.

It is on its way:
https://trials.example.com/return-sent/eyJzIjo1fQ

Or tell us what stands in the way:

We need a return label:
https://trials.example.com/return-label/eyJzIjo2fQ

It is lost:
https://trials.example.com/return-lost/eyJzIjo3fQ

We want to buy:
https://trials.example.com/return-buy/eyJzIjo4fQ

Each link opens a page that asks first. Reminders end once the carrier has scanned the parcel.

--
You get this mail because these devices are on loan through Noordzee Networks.
rmatrack · Webex trials
"""
