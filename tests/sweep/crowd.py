"""Thousands of trials at once, written straight into the tables."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Table

from rmatrack.db.bulk import Row, add_rows, new_ids
from rmatrack.db.customer_users import CustomerUser, PhoneNumber
from rmatrack.db.customers import Customer, CustomerAdministrator
from rmatrack.db.engine import writing
from rmatrack.db.people import Partner, Person
from rmatrack.db.trials import Trial, TrialService
from rmatrack.domain.people import Role

ZONES = ("Pacific/Auckland", "Europe/Amsterdam", "America/New_York", "Pacific/Honolulu")
LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("UTC"))


def crowd(engine: Engine, trials: int, *, partners: int, expires_on: date, first: int = 0) -> None:
    """Make so many running trials, spread over zones and partners, each with two administrators, a user, a number.

    Their names are numbered from *first* on.
    """
    with writing(engine) as session:

        def add(table: object, rows: list[Row]) -> list[int]:
            ids = list(new_ids(session, cast(Table, table), len(rows)))
            add_rows(session, cast(Table, table), [{"id": id_, **row} for id_, row in zip(ids, rows, strict=True)])
            return ids

        partner_ids = add(Partner.__table__, [_partner(number) for number in range(first, first + partners)])
        add(Person.__table__, [_seller(number, id_) for number, id_ in enumerate(partner_ids, first)])
        customer_ids = add(Customer.__table__, [_customer(number) for number in range(first, first + trials)])
        add(CustomerAdministrator.__table__, list(_administrators(customer_ids)))
        trial_ids = add(
            Trial.__table__,
            [_trial(id_, partner_ids[place % partners], expires_on) for place, id_ in enumerate(customer_ids)],
        )
        both = list(zip(trial_ids, customer_ids, strict=True))
        add(TrialService.__table__, [_service(*ids) for ids in both])
        add(CustomerUser.__table__, [_user(*ids) for ids in both])
        add(PhoneNumber.__table__, [_number(trial_id) for trial_id in trial_ids])


def _partner(number: int) -> Row:
    name = f"Partner {number}"
    return {"name": name, "name_key": name.lower(), "certified": True, "tier": 1, "created_at": LONG_AGO, "version": 1}


def _seller(number: int, partner_id: int) -> Row:
    return {
        "email": f"seller{number}@sales.example",
        "name": f"Seller {number}",
        "role": Role.SALES_ADMIN.value,
        "partner_id": partner_id,
        "active": True,
        "session_epoch": 0,
        "created_at": LONG_AGO,
        "version": 1,
    }


def _customer(number: int) -> Row:
    return {
        "org_id": f"7b982ff1-3ad8-432f-8e23-{number:012d}",
        "name": f"Customer {number}",
        "name_key": f"customer {number}",
        "country": "NL",
        "zone": ZONES[number % len(ZONES)],
        "created_at": LONG_AGO,
        "version": 1,
    }


def _administrators(customer_ids: list[int]) -> Iterator[Row]:
    for id_ in customer_ids:
        for role in ("boss", "deputy"):
            yield {"customer_id": id_, "email": f"{role}{id_}@customer.example", "full": True}


def _trial(customer_id: int, partner_id: int, expires_on: date) -> Row:
    return {
        "partner_id": partner_id,
        "customer_id": customer_id,
        "status": "active",
        "door": "new",
        "created_at": LONG_AGO,
        "started_at": LONG_AGO,
        "starts_on": expires_on - timedelta(days=30),
        "expires_on": expires_on,
        "version": 1,
    }


def _service(trial_id: int, customer_id: int) -> Row:
    return {"trial_id": trial_id, "customer_id": customer_id, "service": "calling", "added_at": LONG_AGO}


def _user(trial_id: int, customer_id: int) -> Row:
    return {
        "customer_id": customer_id,
        "trial_id": trial_id,
        "name": f"User {trial_id}",
        "email": f"user{trial_id}@customer.example",
        "licences": "calling",
        "added_at": LONG_AGO,
    }


def _number(trial_id: int) -> Row:
    return {"trial_id": trial_id, "number": f"+3153489{trial_id:05d}", "assigned_at": LONG_AGO}
