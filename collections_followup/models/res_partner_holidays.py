from functools import lru_cache

from odoo import api, models

from ..tools.federal_holidays import federal_holidays

try:
    import holidays
except ImportError:  # optional: without it only those of the United States are known
    holidays = None


class ResPartner(models.Model):
    """Public holidays where a debtor lives, for rules that close on them."""

    _inherit = "res.partner"

    @api.model
    def _collection_holidays(self, country, state, on):
        """Public holidays of this year and the next.

        :param str country: ISO code
        :param str state: code of the state; one the calendar does not know is passed over
        :rtype: frozenset
        """
        return frozenset().union(*(_holidays(country, state, on.year + n) for n in (0, 1)))


@lru_cache(maxsize=1024)
def _holidays(country, state, year):
    if holidays is None or not country:
        return federal_holidays(year) if country == "US" else frozenset()
    for subdivision in dict.fromkeys((state or None, None)):
        try:
            return frozenset(holidays.country_holidays(country, subdivision, years=year))
        except NotImplementedError:
            continue
    return frozenset()
