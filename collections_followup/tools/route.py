"""How far places are from each other, which are near, and in which order to go to them.

Distances are as the crow flies, so no map service is asked. The order is a round trip from the
start and back, found by networkx: Christofides' algorithm, which is never more than half as long
again as the shortest way, improved by threshold accepting.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
from networkx.algorithms.approximation import christofides, threshold_accepting_tsp

#: Mean radius of the earth in kilometres.
EARTH_RADIUS = 6371.0088
_KM_PER_DEGREE = math.radians(1) * EARTH_RADIUS
#: Improving is by chance; the same places give the same order.
_SEED = 7
#: Stops up to which the order is improved; beyond, it takes longer than it is worth.
_MAX_IMPROVED = 60
_START = -1


@dataclass(frozen=True, slots=True)
class Place:
    """A point on earth, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Route:
    """Stops in the order of the way.

    :param order: positions in the list that was given
    :param legs: kilometres to each stop from the one before
    :param back: kilometres from the last stop to the start
    """

    order: tuple[int, ...]
    legs: tuple[float, ...]
    back: float

    @property
    def total(self) -> float:
        """Kilometres of the whole round."""
        return sum(self.legs) + self.back


def make_place(latitude: float | None, longitude: float | None) -> Place | None:
    """Return the place of coordinates, or None where they are missing or no place on earth.

    Zero and zero is how a database says that nobody has entered any.
    """
    if not latitude and not longitude:
        return None
    latitude, longitude = latitude or 0.0, longitude or 0.0
    if not -90 <= latitude <= 90 or not -180 <= longitude <= 180:
        return None
    return Place(latitude, longitude)


def distance_km(one: Place, other: Place) -> float:
    """Return the great-circle distance of two places (haversine formula)."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = (lat2 - lat1) / 2
    half_long = math.radians(other.longitude - one.longitude) / 2
    part = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_long) ** 2
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, part)))


def bounding_box(centre: Place, km: float) -> tuple[float, float, float, float]:
    """Return (lowest latitude, highest, lowest longitude, highest) around a circle.

    A database finds candidates by it; across the date line or at a pole, every longitude is in it.
    """
    high = km / _KM_PER_DEGREE
    south, north = centre.latitude - high, centre.latitude + high
    if south <= -90 or north >= 90:
        return max(south, -90.0), min(north, 90.0), -180.0, 180.0
    wide = math.degrees(
        math.asin(min(1.0, math.sin(km / EARTH_RADIUS) / math.cos(math.radians(centre.latitude))))
    )
    west, east = centre.longitude - wide, centre.longitude + wide
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    return south, north, west, east


def order_route(start: Place, stops: list[Place]) -> Route:
    """Return the order in which to go to the stops, from the start and back to it."""
    order = _find_order(start, stops)
    given = list(range(len(stops)))
    # Never worse than the order somebody has put them in.
    if _length(start, stops, given) <= _length(start, stops, order):
        order = given
    return _make_route(start, stops, order)


def keep_order(start: Place, stops: list[Place]) -> Route:
    """Return the distances of a route in the order that was given."""
    return _make_route(start, stops, list(range(len(stops))))


def _find_order(start, stops):
    if len(stops) < 3:  # a round of two stops is as long either way
        return sorted(range(len(stops)), key=lambda i: distance_km(start, stops[i]))
    graph = nx.Graph()
    points = [(_START, start), *enumerate(stops)]
    for position, (name, place) in enumerate(points):
        for other_name, other in points[position + 1 :]:
            graph.add_edge(name, other_name, weight=distance_km(place, other))
    cycle = christofides(graph)
    if len(stops) <= _MAX_IMPROVED:
        better = threshold_accepting_tsp(graph, cycle, source=_START, seed=_SEED)
        cycle = min((cycle, better), key=lambda way: nx.path_weight(graph, way, "weight"))
    way = cycle[:-1]
    begin = way.index(_START)
    way = way[begin + 1 :] + way[:begin]
    # A round is as long either way: the nearer end comes first.
    first, last = stops[way[0]], stops[way[-1]]
    return way if distance_km(start, first) <= distance_km(start, last) else way[::-1]


def _length(start, stops, order):
    places = [start, *(stops[i] for i in order), start]
    return sum(distance_km(one, other) for one, other in pairwise(places))


def _make_route(start, stops, order):
    places = [start, *(stops[i] for i in order)]
    legs = [distance_km(one, other) for one, other in pairwise(places)]
    return Route(tuple(order), tuple(legs), distance_km(places[-1], start))
