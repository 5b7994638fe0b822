import phonenumbers
import pytz
from phonenumbers import timezone

from odoo import api, models


class ResPartner(models.Model):
    """Where a debtor may be: time zones of the address and of the phone number."""

    _inherit = "res.partner"

    @api.model
    def _collection_time_zones(self, partners):
        """Every time zone in which each partner may be; contacts must suit all of them.

        The address gives the zones of its country; the contact's own zone counts when it is one
        of them, because Odoo fills it with the zone of whoever created the contact. A phone number
        narrows a country with several zones down, or adds its own when it lies elsewhere.

        :return: {partner id: list of zone names, the likeliest first}
        """
        fallback = self.env.company.partner_id.tz or self.env.user.tz or "UTC"
        return {partner.id: partner._collection_zones(fallback) for partner in partners}

    def _collection_zones(self, fallback):
        self.ensure_one()
        country = pytz.country_timezones.get((self.country_id.code or "").upper(), [])
        address = [self.tz] if self.tz in country else list(country)
        phone = self._collection_phone_zones()
        if not address or set(phone) <= set(address):
            return phone or address or [self.tz or fallback]
        return [*address, *(zone for zone in phone if zone not in address)]

    def _collection_phone_zones(self):
        """Time zones a phone number belongs to; none when it has no country or cannot be read."""
        number = self.phone_sanitized
        if not number:
            return []
        try:
            parsed = phonenumbers.parse(number, None)
        except phonenumbers.NumberParseException:
            return []
        zones = timezone.time_zones_for_number(parsed)
        return [zone for zone in zones if zone != timezone.UNKNOWN_TIMEZONE]
