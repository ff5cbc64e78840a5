"""Where one can go by keyboard: every place has a key of its own."""

from collections import Counter

from rmatrack.web.navigation import GROUPS


def test_no_two_places_have_the_same_key() -> None:
    keys = Counter(place.key for group in GROUPS for place in group.places)

    assert [key for key, places in keys.items() if places > 1] == []
