"""A typical notice of every kind, and to every audience where a kind has two."""

from collections.abc import Mapping
from typing import Any

from rmatrack.domain.mails import MailKind
from rmatrack.letters import Notice

BASE = "https://trials.example.com"
PARTIES = {
    "customer": "Stichting Museumnacht",
    "partner": "Noordzee Networks",
    "services": ["messaging", "meetings", "calling"],
}
DAYS = {"expires_on": "2026-11-28", "grace_ends_on": "2026-12-28"}
VISIT: dict[str, Any] = {
    "customer": "Stichting Museumnacht",
    "carrier": "DHL Express",
    "order": "D4100208",
    "pickup_on": "2026-12-01",
    "ready": "10:00",
    "closes": "16:00",
    "boxes": ["CS-BOARD55-K9 FOC2113AAAA", "CP-8845-K9 FOC21213GKV"],
    "street": "Keizersgracht 1",
    "city": "Amsterdam",
    "number": "PRG260123000177",
}
CUSTOMER = {"audience": "customer", "units_out": 2}
PARTNER = {"audience": "partner", "contacts": ["Anna Łukasik (anna@museumnacht.example)"], "units_out": 1}
DEVICES = {
    "customer": "Stichting Museumnacht",
    "partner": "Noordzee Networks",
    "order": "D4100208",
    "units": 2,
    "to_on": "2026-12-20",
}

PARAMS: dict[str, tuple[MailKind, Mapping[str, Any]]] = {
    "welcome": (MailKind.WELCOME, PARTIES | DAYS),
    "consent-request": (MailKind.CONSENT_REQUEST, PARTIES | {"last_on": "2026-12-22", "full": True}),
    "consent-request-again": (
        MailKind.CONSENT_REQUEST,
        PARTIES | {"last_on": "2026-12-22", "full": True, "again": True},
    ),
    "consent-request-limited": (MailKind.CONSENT_REQUEST, PARTIES | {"last_on": "2026-12-22", "full": False}),
    "consent-request-copy": (
        MailKind.CONSENT_REQUEST_COPY,
        PARTIES | {"last_on": "2026-12-22", "address": "balie@museumnacht.example"},
    ),
    "consent-accepted": (MailKind.CONSENT_ACCEPTED, PARTIES | {"by": "Anna Łukasik", "full": False}),
    "consent-accepted-full": (MailKind.CONSENT_ACCEPTED, PARTIES | {"by": "Anna Łukasik", "full": True}),
    "consent-declined": (MailKind.CONSENT_DECLINED, PARTIES | {"by": "Anna Łukasik"}),
    "consent-expired": (MailKind.CONSENT_EXPIRED, PARTIES | {"last_on": "2026-12-22"}),
    "trial-started": (MailKind.TRIAL_STARTED, PARTIES | DAYS),
    "expiry-soon-customer": (MailKind.EXPIRY_SOON, PARTIES | DAYS | CUSTOMER),
    "expiry-soon-partner": (MailKind.EXPIRY_SOON, PARTIES | DAYS | PARTNER),
    "expiry-day-customer": (MailKind.EXPIRY_DAY, PARTIES | DAYS | CUSTOMER),
    "expiry-day-partner": (MailKind.EXPIRY_DAY, PARTIES | DAYS | PARTNER),
    "access-ended": (MailKind.ACCESS_ENDED, PARTIES | DAYS),
    "final-customer": (MailKind.FINAL, PARTIES | DAYS | CUSTOMER | {"numbers_released_on": "2027-01-13"}),
    "final-partner": (MailKind.FINAL, PARTIES | DAYS | PARTNER),
    "numbers-released-customer": (
        MailKind.NUMBERS_RELEASED,
        PARTIES | CUSTOMER | {"numbers_released_on": "2027-01-13"},
    ),
    "numbers-released-partner": (
        MailKind.NUMBERS_RELEASED,
        PARTIES | PARTNER | {"numbers_released_on": "2027-01-13"},
    ),
    "return-labels": (
        MailKind.RETURN_LABELS,
        {
            "customer": "Stichting Museumnacht",
            "partner": "Noordzee Networks",
            "order": "D4100208",
            "rma": "R000012F",
            "devices": ["CP-8845-K9 FOC21213GKV", "CP-8845-K9 FOC21213GKX"],
            "carrier": "UPS",
            "phone": "+1 800 742 5877",
            "booking": "UPS: ups.com/pickup",
            "due_on": "2026-11-28",
        },
    ),
    "booking-request": (
        MailKind.BOOKING_REQUEST,
        {
            "about": "Booking request R26000123K, 2 carton(s)",
            "lines": ["Please fetch these cartons.", "", "2 carton(s)"],
        },
    ),
    "extension-requested": (
        MailKind.EXTENSION_REQUESTED,
        DEVICES | {"from_on": "2026-11-14", "by": "Piet Faber", "reason": "The fair was moved to December."},
    ),
    "extension-approved": (MailKind.EXTENSION_APPROVED, DEVICES | {"due_on": "2027-01-03"}),
    "extension-refused": (
        MailKind.EXTENSION_REFUSED,
        DEVICES | {"due_on": "2026-11-28", "because": "The devices are promised to somebody else."},
    ),
    "set-up-service": (
        MailKind.SET_UP_SERVICE,
        PARTIES
        | {
            "order_number": "104882213",
        },
    ),
    "interest": (MailKind.INTEREST, PARTIES | DAYS | {"by": "Anna Łukasik"}),
    "conversion-summary": (
        MailKind.CONVERSION_SUMMARY,
        PARTIES | DAYS | {"order_number": "104882213", "lost": ["calling"], "units_out": 2},
    ),
    "pickup-booked": (MailKind.PICKUP_BOOKED, VISIT | {"moved": False}),
    "pickup-moved": (MailKind.PICKUP_BOOKED, VISIT | {"moved": True, "number": ""}),
    "pickup-called-off": (MailKind.PICKUP_CALLED_OFF, VISIT),
}

ANSWERED = {"customer": "Stichting Museumnacht", "order": "D4100208", "of_partner": True}
PARAMS |= {
    "answer-number": (MailKind.ANSWER_NUMBER, ANSWERED | {"orders": ["D4100208 (RMA R000001L)"]}),
    "answer-number-customer": (
        MailKind.ANSWER_NUMBER,
        ANSWERED | {"of_partner": False, "orders": ["D4100208 (RMA R000001L)", "D4100215"]},
    ),
    "answer-due": (
        MailKind.ANSWER_DUE,
        ANSWERED
        | {
            "units": 2,
            "devices": ["FOC21213GKV (CP-8845-K9)", "FOC21213GKW (CP-8845-K9)"],
            "due_on": "2026-11-28",
            "eula_expires_on": "2026-11-14",
            "window_days": 14,
            "pickup_on": "2026-11-27",
            "trial_expires_on": "2026-12-24",
        },
    ),
    "answer-way-back": (
        MailKind.ANSWER_WAY_BACK,
        ANSWERED
        | {
            "rma": "R000001L",
            "carrier": "DHL Express",
            "devices": ["FOC21213GKV (CP-8845-K9)"],
            "with_label": False,
            "needs_papers": True,
            "phone": "+48 42 634 5100",
            "due_on": "2026-11-28",
        },
    ),
    "answer-way-back-label": (
        MailKind.ANSWER_WAY_BACK,
        ANSWERED
        | {
            "rma": "R000001L",
            "carrier": "UPS",
            "devices": ["FOC21213GKV (CP-8845-K9)"],
            "with_label": True,
            "needs_papers": False,
        },
    ),
    "answer-status": (
        MailKind.ANSWER_STATUS,
        ANSWERED
        | {
            "rma": "R000001L",
            "back": ["FOC21213GKV"],
            "travelling": ["FOC21213GKW"],
            "waiting": ["FOC21213GKX"],
            "is_complete": False,
            "due_on": "2026-11-28",
        },
    ),
    "answer-status-complete": (
        MailKind.ANSWER_STATUS,
        ANSWERED | {"back": ["FOC21213GKV"], "travelling": [], "waiting": [], "is_complete": True},
    ),
}
"""Answers to what callers ask; a customer has no page of ours to open."""

REMINDED = {
    "customer": "Stichting Museumnacht",
    "partner": "Noordzee Networks",
    "order": "D4100208",
    "units": 2,
    "devices": ["CP-8845-K9 · FOC21213GKV", "CP-8845-K9 · FNS17231KZ7"],
    "due_on": "2026-11-28",
    "place": "Anna Łukasik, Amsterdam",
}
CHARGED = {
    "customer": "Stichting Museumnacht",
    "partner": "Noordzee Networks",
    "order": "D4100208",
    "device": "CP-8845-K9 · FOC21213GKV",
    "charge": 3,
}
PARAMS |= {
    "return-due": (MailKind.RETURN_DUE, REMINDED | {"audience": "customer", "left": 7}),
    "return-due-today": (MailKind.RETURN_DUE, REMINDED | {"audience": "partner", "left": 0}),
    "return-overdue": (MailKind.RETURN_OVERDUE, REMINDED | {"audience": "customer", "days": 7, "is_last": False}),
    "return-overdue-last": (
        MailKind.RETURN_OVERDUE,
        REMINDED | {"audience": "partner-users", "days": 30, "is_last": True},
    ),
    "return-wish": (MailKind.RETURN_WISH, REMINDED | {"by": "Anna Łukasik", "note": "De hele set, graag."}),
    "charge-proposed": (
        MailKind.CHARGE_PROPOSED,
        CHARGED | {"due_on": "2026-11-28", "damaged": False, "value": "395.00 USD"},
    ),
    "charge-proposed-damaged": (MailKind.CHARGE_PROPOSED, CHARGED | {"due_on": "2026-11-28", "damaged": True}),
    "charge-withdrawn": (MailKind.CHARGE_WITHDRAWN, CHARGED | {"because": "received", "credit": False}),
    "charge-to-credit": (MailKind.CHARGE_WITHDRAWN, CHARGED | {"because": "received", "credit": True}),
    "charge-decided": (MailKind.CHARGE_DECIDED, CHARGED | {"decision": "accepted", "because": "Geen antwoord."}),
    "charge-waived": (MailKind.CHARGE_DECIDED, CHARGED | {"decision": "waived", "because": "UPS 1Z…84"}),
}
"""Reminders of a return, and charges."""

LINKS = {
    "consent": f"{BASE}/consent/eyJzIjoxfQ.x&y",
    "status": f"{BASE}/status/eyJzIjoyfQ",
    "interest": f"{BASE}/interest/eyJzIjozfQ",
    "set-up": f"{BASE}/set-up/eyJzIjo0fQ",
    "trial": f"{BASE}/trials/12",
    "trials": f"{BASE}/trials",
    "order": f"{BASE}/orders/D4100208",
    "extensions": f"{BASE}/extensions",
    "charge": f"{BASE}/charges/3",
    "return-sent": f"{BASE}/return-sent/eyJzIjo1fQ",
    "return-label": f"{BASE}/return-label/eyJzIjo2fQ",
    "return-lost": f"{BASE}/return-lost/eyJzIjo3fQ",
    "return-buy": f"{BASE}/return-buy/eyJzIjo4fQ",
}


def sample(name: str, **changes: Any) -> Notice:
    """The notice of that name, with some parameters changed."""
    kind, params = PARAMS[name]
    return Notice(kind, {**params, **changes}, LINKS)
