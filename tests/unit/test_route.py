"""Distances between places, which are near, and the order of a round."""

import math
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.route import (
    Place,
    bounding_box,
    distance_km,
    keep_order,
    make_place,
    order_route,
)

DUBLIN = Place(53.3498, -6.2603)
CORK = Place(51.8985, -8.4756)
GALWAY = Place(53.2707, -9.0568)
LIMERICK = Place(52.6638, -8.6267)

places = st.builds(
    Place,
    st.floats(-89, 89, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)
towns = st.builds(Place, st.floats(51, 55), st.floats(-10, -5))


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        # The worked example of the package haversine: Lyon to Paris.
        (Place(45.7597, 4.8422), Place(48.8567, 2.3508), 392.217),
        (DUBLIN, DUBLIN, 0),
        (Place(0, 0), Place(0, 180), math.pi * 6371.0088),
        (Place(0, 179.5), Place(0, -179.5), 111.195),
        (Place(90, 0), Place(90, 120), 0),
    ],
)
def test_distance(one, other, km):
    assert distance_km(one, other) == pytest.approx(km, abs=0.01)


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        (0, 0, None),
        (None, None, None),
        (0.0, 6.5, Place(0.0, 6.5)),
        (51.5, 0, Place(51.5, 0)),
        (91, 5, None),
        (5, -181, None),
    ],
)
def test_missing_coordinates_are_no_place(latitude, longitude, place):
    assert make_place(latitude, longitude) == place


@given(places, places, places)
def test_distance_is_a_measure(one, other, third):
    assert distance_km(one, other) == pytest.approx(distance_km(other, one), abs=1e-6)
    assert 0 <= distance_km(one, other) <= math.pi * 6371.0088 + 1e-6
    assert distance_km(one, third) <= distance_km(one, other) + distance_km(other, third) + 1e-6


@given(places, places, st.floats(0.1, 2000))
def test_whatever_is_near_is_in_the_box(centre, other, km):
    south, north, west, east = bounding_box(centre, km)
    if distance_km(centre, other) <= km:
        assert south - 1e-9 <= other.latitude <= north + 1e-9
        assert west - 1e-6 <= other.longitude <= east + 1e-6


def test_a_round_goes_along_the_coast_and_not_across():
    route = order_route(DUBLIN, [GALWAY, CORK, LIMERICK])
    assert [[GALWAY, CORK, LIMERICK][i] for i in route.order] == [GALWAY, LIMERICK, CORK]
    assert route.total == pytest.approx(sum(route.legs) + distance_km(CORK, DUBLIN))


def test_no_stop_and_one_stop():
    assert order_route(DUBLIN, []).order == ()
    assert order_route(DUBLIN, []).total == 0
    alone = order_route(DUBLIN, [CORK])
    assert (alone.order, alone.legs[0]) == ((0,), alone.back)


@settings(max_examples=20, deadline=None)
@given(towns, st.lists(towns, max_size=12))
def test_every_stop_once_and_never_longer_than_it_was(start, stops):
    route = order_route(start, stops)
    assert sorted(route.order) == list(range(len(stops)))
    assert route.total <= keep_order(start, stops).total + 1e-6
    assert order_route(start, stops) == route, "the same places give the same order"


@settings(max_examples=15, deadline=None)
@given(towns, st.lists(towns, min_size=1, max_size=6))
def test_at_most_half_as_long_again_as_the_shortest(start, stops):
    shortest = min(keep_order(start, list(way)).total for way in permutations(stops))
    assert order_route(start, stops).total <= 1.5 * shortest + 1e-6


def test_many_stops_at_one_door():
    assert order_route(DUBLIN, [CORK] * 9).total == pytest.approx(2 * distance_km(DUBLIN, CORK))
