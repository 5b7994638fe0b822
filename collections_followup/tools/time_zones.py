"""Where a person may be: time zones of states, and what address and number say together."""

from collections.abc import Iterable, Sequence

EAST, CENTRAL, MOUNTAIN, PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)

#: Zones of the states of countries that span several. A state that is not listed says nothing.
STATE_ZONES = {
    "US": {
        **dict.fromkeys(["CT", "DC", "DE", "GA", "MA", "MD", "ME", "NC", "NH"], (EAST,)),
        **dict.fromkeys(["NJ", "NY", "OH", "PA", "RI", "SC", "VA", "VT", "WV"], (EAST,)),
        **dict.fromkeys(["AL", "AR", "IA", "IL", "LA", "MN", "MO", "MS", "OK", "WI"], (CENTRAL,)),
        **dict.fromkeys(["CO", "MT", "NM", "UT", "WY"], (MOUNTAIN,)),
        **dict.fromkeys(["CA", "WA"], (PACIFIC,)),
        **dict.fromkeys(["KS", "ND", "NE", "SD", "TX"], (CENTRAL, MOUNTAIN)),
        **dict.fromkeys(["FL", "IN", "KY", "TN"], (EAST, CENTRAL)),
        "MI": ("America/Detroit", CENTRAL),
        "ID": ("America/Boise", PACIFIC),
        "NV": (PACIFIC, MOUNTAIN),
        "OR": (PACIFIC, "America/Boise"),
        "AZ": ("America/Phoenix", MOUNTAIN),
        "AK": ("America/Anchorage", "America/Adak"),
        "HI": ("Pacific/Honolulu",),
    },
    "CA": {
        "AB": ("America/Edmonton",),
        "BC": ("America/Vancouver", "America/Edmonton"),
        "MB": ("America/Winnipeg",),
        "NB": ("America/Moncton",),
        "NL": ("America/St_Johns", "America/Goose_Bay"),
        "NS": ("America/Halifax",),
        "NT": ("America/Edmonton",),
        "NU": ("America/Iqaluit", "America/Rankin_Inlet", "America/Cambridge_Bay"),
        "ON": ("America/Toronto", "America/Winnipeg"),
        "PE": ("America/Halifax",),
        "QC": ("America/Toronto", "America/Blanc-Sablon"),
        "SK": ("America/Regina", "America/Edmonton"),
        "YT": ("America/Whitehorse",),
    },
    "AU": {
        "ACT": ("Australia/Sydney",),
        "NSW": ("Australia/Sydney", "Australia/Broken_Hill"),
        "NT": ("Australia/Darwin",),
        "QLD": ("Australia/Brisbane",),
        "SA": ("Australia/Adelaide",),
        "TAS": ("Australia/Hobart",),
        "VIC": ("Australia/Melbourne",),
        "WA": ("Australia/Perth", "Australia/Eucla"),
    },
}


def address_zones(
    country: str, state: str, of_country: Sequence[str], own: str = ""
) -> tuple[str, ...]:
    """Return the zones an address may lie in.

    :param of_country: every zone of the country
    :param own: a zone set for this person; it decides where the address leaves a choice
    """
    zones = STATE_ZONES.get(country, {}).get(state) or tuple(of_country)
    return (own,) if own in zones else zones


def combine_zones(address: Iterable[str], phone: Iterable[str]) -> tuple[str, ...]:
    """Return every zone in which a person may be, the likeliest first.

    Where address and number agree, what they have in common; where they do not, both, so that a
    contact must suit each of them (12 CFR 1006, comment 6(b)(1)(i)-2).
    """
    address, phone = tuple(dict.fromkeys(address)), tuple(dict.fromkeys(phone))
    common = tuple(zone for zone in address if zone in phone)
    return common or address + phone
