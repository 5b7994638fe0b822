from odoo import models

from .collection_notice_items import NoticeFormats


class CollectionContactLog(models.Model):
    """Charges on notices, when the policy says so: beside what is open, never part of it."""

    _inherit = "collection.contact.log"

    def _get_notice_values(self, *args, **kwargs):
        values = super()._get_notice_values(*args, **kwargs)
        charges = self._get_notice_charges()
        if not charges:
            return {**values, "charges": [], "charges_total": "", "total_with_charges": ""}
        total = sum(charges.mapped("amount"))
        return {
            **values,
            "charges": [self._format_notice_charge(charge) for charge in charges],
            "charges_total": self._format_charge_amount(total),
            "total_with_charges": self._format_charge_amount(self._get_notice_total() + total),
        }

    def _get_notice_charges(self):
        """Charges that have not been invoiced, in the currency of the notice."""
        # sudo: what the debtor is sent does not depend on who sends it.
        case = self.sudo().case_id
        if not case.policy_id.show_charges:
            return case.charge_ids.browse()
        return case.charge_ids.filtered(
            lambda charge: (
                charge.state == "accrued"
                and not charge.move_id
                and charge.amount
                and charge.currency_id == self.currency_id
            )
        ).sorted(lambda charge: (charge.kind, charge.date_from, charge.id))

    def _format_notice_charge(self, charge):
        return {
            # sudo: a charge is named on the notice, whoever prints it.
            "name": charge.with_env(self.env).sudo().name,
            "from": NoticeFormats.of(self.env).date(charge.date_from),
            "to": NoticeFormats.of(self.env).date(charge.date_to),
            "is_period": charge.kind == "interest",
            "rates": self._format_rates(charge),
            "amount": self._format_charge_amount(charge.amount),
        }

    def _format_charge_amount(self, amount):
        return NoticeFormats.of(self.env).amount(amount, self.currency_id)

    def _format_rates(self, charge):
        """The rates of the periods, each named once: "10.15 %, 10.4 %"."""
        rates = dict.fromkeys(segment["rate"] for segment in charge.explanation or [])
        return ", ".join(f"{float(rate):g} %" for rate in rates)
