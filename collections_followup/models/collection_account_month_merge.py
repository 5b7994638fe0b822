from odoo import api, models
from odoo.tools import SQL

#: Amounts and counts that add up. The highest balances of two debtors may have been on different
#: days: what they add up to was not exceeded.
SUMS = (
    *("balance", "amount_current", "amount_overdue", "balance_before", "highest_balance"),
    *("sales", "paid", "paid_items", "days_late_sum"),
)
#: Amounts by age; they add up where the ages were the same.
BY_AGE = ("buckets", "debts_before", "rolled")


class CollectionAccountMonth(models.Model):
    """What becomes of monthly credit records when contacts are merged: they add up."""

    _inherit = "collection.account.month"

    @api.model
    def _merge_debtors(self, sources, target):
        rows = self.search([("partner_id", "in", (sources + target).ids)], order="balance desc, id")
        gone = self.browse()
        for group in rows.grouped(lambda row: (row.company_id, row.date)).values():
            if len(group) > 1:
                group[0].write(group._prepare_joined_vals())
                gone |= group[1:]
        if gone:
            # History is not deleted by anybody, and this is none: its amounts are in other rows.
            self.env.flush_all()
            self.env.cr.execute(
                SQL("DELETE FROM collection_account_month WHERE id = ANY(%s)", gone.ids)
            )
            gone.invalidate_recordset(flush=False)

    def _prepare_joined_vals(self):
        """The records of one month as one."""
        vals = {name: sum(self.mapped(name)) for name in SUMS}
        dues = [row.oldest_due_date for row in self if row.oldest_due_date]
        alike = self.filtered(lambda row: row.limits == self[0].limits)
        return {
            **vals,
            **{
                name: [sum(column) for column in zip(*alike.mapped(name), strict=True)]
                for name in BY_AGE
            },
            "days_late": vals["days_late_sum"] / (vals["paid_items"] or 1),
            "oldest_due_date": min(dues, default=False),
            "days_overdue": max(self.mapped("days_overdue")),
        }
