from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
import pytz
from phonenumbers import timezone

from odoo import api, models

from ..tools.time_zones import address_zones, combine_zones


class ResPartner(models.Model):
    """Where a debtor may be: time zones of the address and of the phone number."""

    _inherit = "res.partner"

    @api.model
    def _collection_time_zones(self, partners):
        """Every time zone in which each partner may be; contacts must suit all of them.

        The address gives the zones of its state, or else of its country. The contact's own zone
        narrows them down when somebody has set it: Odoo fills it with the zone of whoever created
        the contact, and that says nothing. The phone number confirms, or adds its own zones when
        it lies elsewhere.

        :return: {partner id: list of zone names, the likeliest first}
        """
        fallback = self.env.company.partner_id.tz or self.env.user.tz or "UTC"
        return {partner.id: partner._collection_zones(fallback) for partner in partners}

    def _collection_zones(self, fallback):
        self.ensure_one()
        country = (self.country_id.code or "").upper()
        address = address_zones(
            country,
            self.state_id.code or "",
            _country_zones(country),
            own=self._collection_own_zone(),
        )
        zones = combine_zones(address, _phone_zones(self.phone_sanitized or ""))
        return list(zones) or [self.tz or fallback]

    def _collection_own_zone(self):
        """The zone of the contact, unless it only repeats the zone of who made the contact."""
        # sudo: the zone of the colleague is compared, and not shown.
        return self.tz if self.tz and self.tz != self.sudo().create_uid.tz else ""


@lru_cache(maxsize=512)
def _country_zones(country):
    return tuple(zone for zone in pytz.country_timezones.get(country, ()) if _known(zone))


@lru_cache(maxsize=8192)
def _phone_zones(number):
    """Time zones a number in international form belongs to; none when that cannot be told."""
    if not number:
        return ()
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in timezone.time_zones_for_number(parsed) if _known(zone))


@lru_cache(maxsize=1024)
def _known(zone):
    """Whether the server's time zone data has this zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
