from datetime import timedelta

from odoo import models

from ..tools.errors import ToolError
from ..tools.interest import late_interest
from .collection_charge_facts import Facts


class CollectionCharge(models.Model):
    """How interest was computed, from the books as they are."""

    _inherit = "collection.charge"

    def _explain(self):
        """How the interest of these charges was computed, from the books as they are.

        :return: {charge id: list of periods as plain values}
        """
        result = {}
        # sudo: whoever may read the charge may read how it was computed.
        for charges in self.sudo().grouped(lambda c: (c.company_id, c.date_to)).values():
            result.update(charges._explain_of_day(charges[0].company_id, charges[0].date_to))
        return result

    def _explain_of_day(self, company, on):
        lines = {charge.move_line_id.id: charge for charge in self}
        self.env.flush_all()
        accrual = self.with_company(company)._new_accrual(company, on)
        items = self._load_late_items(on, self._lines_scope(lines))
        facts = self._load_facts(items, on)
        result = {}
        for item in items:
            charge = lines[item.id]
            regime = charge.regime_id and charge.regime_id._get_regime()
            if regime:
                periods = self._explain_item(accrual, charge, item, regime, facts)
                result[charge.id] = periods
        return result

    def _explain_item(self, accrual, charge, item, regime, facts):
        """Periods of one charge; days that another charge covers already are left out."""
        earlier = (item.due, charge.date_from - timedelta(days=1))
        spans = [*facts.suspended.get(item.id, ()), *([earlier] if earlier[0] < earlier[1] else [])]
        own = Facts(facts.payments, {item.id: spans}, {}, facts.excluded)
        try:
            claim = own.claim(item, charge.date_to, accrual.units[item.currency_id])
            found = late_interest(claim, regime, accrual.series)
        except ToolError:
            return []
        return [
            {
                "date_from": segment.date_from.isoformat(),
                "date_to": segment.date_to.isoformat(),
                "days": segment.days,
                "base": str(segment.base),
                "rate": str(segment.rate),
                "interest": str(segment.interest),
            }
            for segment in found.segments
        ]
