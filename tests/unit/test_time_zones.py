"""Where a person may be."""

from zoneinfo import ZoneInfo

import phonenumbers
import pytz
from phonenumbers import timezone

from odoo.addons.collections_followup.tools.time_zones import (
    STATE_ZONES,
    address_zones,
    combine_zones,
)

NY, LA = "America/New_York", "America/Los_Angeles"
US = tuple(pytz.country_timezones["US"])


def test_every_zone_exists_and_belongs_to_its_country():
    for country, states in STATE_ZONES.items():
        for zones in states.values():
            for zone in zones:
                assert ZoneInfo(zone)
                assert zone in pytz.country_timezones[country], zone


def test_all_states_of_the_united_states():
    assert len(STATE_ZONES["US"]) == 51


def test_address_number_conflict():
    """A New York number and an address in Los Angeles: both count."""
    assert combine_zones(address_zones("US", "CA", US), (NY,)) == (LA, NY)


def test_number_narrows_a_country_down():
    assert combine_zones(address_zones("US", "", US), (NY,)) == (NY,)
    assert combine_zones(address_zones("US", "TX", US), ("America/Chicago",)) == (
        "America/Chicago",
    )


def test_toll_free_number_says_nothing():
    everywhere = timezone.time_zones_for_number(phonenumbers.parse("+18005550123", None))
    assert combine_zones(address_zones("US", "CA", US), everywhere) == (LA,)


def test_country_without_state_or_number():
    assert combine_zones(address_zones("US", "", US), ()) == US


def test_own_zone_decides_only_inside_the_address():
    assert address_zones("US", "TX", US, own="America/Denver") == ("America/Denver",)
    assert address_zones("US", "CA", US, own=NY) == (LA,)


def test_nothing_known():
    assert combine_zones(address_zones("", "", ()), ()) == ()
    assert combine_zones((), (NY,)) == (NY,)
