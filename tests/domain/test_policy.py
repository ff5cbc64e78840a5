"""The packaged policy: who carries what, what ships where, and what is asked of it."""

from collections import Counter
from datetime import date

import pytest

from rmatrack.domain.countries import COUNTRIES, UnknownCountryError, country_from
from rmatrack.domain.errors import RuleBrokenError
from rmatrack.domain.policy import (
    Carrier,
    Policy,
    carrier_for,
    contact_for,
    depot_for,
    model_of,
    region_for,
    ship_to_countries,
    zone_for,
)
from rmatrack.domain.policy_gaps import NoCarrierError, UnknownModelError
from rmatrack.services.policy import load

ON = date(2026, 11, 22)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(None)


@pytest.mark.parametrize(
    ("country", "state", "carrier", "depot", "zone"),
    [
        ("US", "MA", Carrier.UPS, "us", "America/New_York"),
        ("US", "HI", Carrier.UPS, "us", "Pacific/Honolulu"),
        ("PR", "PR", Carrier.UPS, "us", "America/Puerto_Rico"),
        ("US", "PR", Carrier.UPS, "us", "America/Puerto_Rico"),
        ("CA", "QC", Carrier.DHL, "us", "America/Toronto"),
        ("NL", "", Carrier.DHL, "nl", "Europe/Amsterdam"),
        ("PL", "", Carrier.DHL, "nl", "Europe/Warsaw"),
        ("GR", "", Carrier.DHL, "nl", "Europe/Athens"),
        ("CH", "", Carrier.DHL, "nl", "Europe/Zurich"),
        ("GB", "", Carrier.DHL, "nl", "Europe/London"),
        ("NO", "", Carrier.DHL, "nl", "Europe/Oslo"),
        ("SA", "", Carrier.DHL, "nl", "Asia/Riyadh"),
        ("ZA", "", Carrier.DHL, "nl", "Africa/Johannesburg"),
        ("AU", "WA", Carrier.EXPEDITORS, "au", "Australia/Perth"),
    ],
)
def test_the_country_decides_carrier_depot_and_zone(
    policy: Policy, country: str, state: str, carrier: Carrier, depot: str, zone: str
) -> None:
    choice = carrier_for(policy, country, state, ON)

    assert choice.required() is carrier
    assert choice.reason
    assert depot_for(policy, carrier, country, ON).code == depot
    assert zone_for(policy, country, state) == zone
    assert contact_for(policy, carrier, country, ON) is not None


@pytest.mark.parametrize(("country", "state"), [("BR", "SP"), ("JP", "東京都"), ("NZ", ""), ("XK", ""), ("us", "MA")])
def test_a_country_without_a_row_has_no_carrier(policy: Policy, country: str, state: str) -> None:
    with pytest.raises(NoCarrierError) as refused:
        carrier_for(policy, country, state, ON)

    assert refused.value.code == "no-carrier"
    assert "Ask the trials team" in str(refused.value)


@pytest.mark.parametrize(
    ("country", "state"),
    [
        ("GU", ""),
        ("US", "gu"),
        ("US", "Guam"),
        ("VI", ""),
        ("AS", ""),
        ("MP", ""),
        ("US", "AE"),
        ("GL", ""),
        ("FR", "RE"),
        ("NL", "CW"),
        ("NF", ""),
        ("RU", ""),
        ("BY", ""),
        ("SY", ""),
        ("IR", ""),
        ("KP", ""),
    ],
)
def test_a_place_that_nobody_serves_says_so_and_why(policy: Policy, country: str, state: str) -> None:
    choice = carrier_for(policy, country, state, ON)

    with pytest.raises(NoCarrierError) as refused:
        choice.required()

    assert refused.value.code == "no-carrier"
    assert choice.reason in str(refused.value)


def test_a_row_counts_from_its_day_on(policy: Policy) -> None:
    before = carrier_for(policy, "RU", "", date(2022, 2, 28))
    after = carrier_for(policy, "RU", "", date(2022, 3, 1))

    assert (before.carrier, after.carrier) == (Carrier.DHL, None)


def test_every_place_that_a_carrier_serves_has_a_depot_a_contact_and_a_zone(policy: Policy) -> None:
    served = [(country, row.carrier) for (country, _state), rows in policy.carriers.items() for row in rows]

    for country, carrier in served:
        if carrier is not None:
            assert depot_for(policy, carrier, country, ON).email.endswith(".example")
            assert contact_for(policy, carrier, country, ON)
            assert zone_for(policy, country, "")


def test_a_mixed_order_ships_where_all_its_models_do(policy: Policy) -> None:
    assert ship_to_countries(policy, ["CP-8845-K9"], ON) == {"US", "PR", "CA"}
    assert "NL" in ship_to_countries(policy, ["CS-KIT-K9", "CS-DESKPRO-K9"], ON)
    assert ship_to_countries(policy, ["CS-KIT-K9", "CS-BRDP55-K9"], ON) == {"US", "PR"}
    assert ship_to_countries(policy, [], ON) == frozenset()


def test_nothing_ships_to_where_nothing_comes_back_from(policy: Policy) -> None:
    for listed in policy.ship_to:
        for country in listed.countries:
            assert carrier_for(policy, country, "", ON).required()


def test_the_catalogue_knows_what_carriers_and_customs_ask(policy: Policy) -> None:
    model = model_of(policy, " cp-8865-k9 ")

    assert (model.family, model.hs_code, model.currency) == ("phone", "851718", "USD")
    assert len(model.box_mm) == 3


def test_a_model_outside_the_catalogue_is_refused(policy: Policy) -> None:
    with pytest.raises(UnknownModelError) as refused:
        model_of(policy, "CP-0000-K9")

    assert refused.value.code == "unknown-model"


def test_the_numbers_are_those_of_the_programme(policy: Policy) -> None:
    assert policy.return_window_days == 14
    assert policy.terms.trial_durations_days == (30, 60, 90)
    assert [step.days for step in policy.ladder] == [-7, 0, 7, 14, 30]
    assert policy.families["phone"].most_per_order == 4


def test_a_country_has_one_region_or_asks_the_trials_team(policy: Policy) -> None:
    times = Counter(country for region in policy.regions for country in region.countries)
    region = region_for(policy, "GB", ON)

    assert max(times.values()) == 1
    assert region is not None
    assert region.code == "gb"
    assert region_for(policy, "KP", ON) is None


def test_every_row_of_every_file_says_since_when_and_why(policy: Policy) -> None:
    for rows in policy.rows.values():
        for row in rows:
            assert isinstance(row["from"], date)
            assert row["reason"]


def test_the_countries_are_those_of_iso_3166() -> None:
    assert len(COUNTRIES) == 249
    assert country_from(" nl ") == "NL"
    with pytest.raises(UnknownCountryError) as refused:
        country_from("UK")
    assert refused.value.code == "unknown-country"


def test_a_missing_depot_is_said(policy: Policy) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        depot_for(policy, Carrier.UPS, "US", date(2000, 1, 1))

    assert refused.value.code == "no-depot"
