from odoo import fields, models

from ..tools.compensation import Tier


class CollectionInterestCompensation(models.Model):
    """One tier of the fixed compensation for recovery costs."""

    _name = "collection.interest.compensation"
    _description = "Fixed Compensation"
    _order = "regime_id, sequence, id"
    _rec_name = "amount"

    regime_id = fields.Many2one(
        "collection.interest.regime", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    limit_amount = fields.Float(
        string="Debts Up To", digits=(16, 2), help="0: every debt above the tiers before."
    )
    includes_limit = fields.Boolean(
        default=True, help="A debt of exactly the limit belongs to this tier."
    )
    amount = fields.Float(string="Compensation", required=True, digits=(16, 2))

    _check_amounts = models.Constraint(
        "CHECK(limit_amount >= 0 AND amount >= 0)", "Tiers cannot be negative."
    )

    def _get_tier(self):
        """The tier as the pure calculation reads it."""
        self.ensure_one()
        exact = self.regime_id._exact
        limit = exact(self.limit_amount) if self.limit_amount else None
        return Tier(exact(self.amount), limit, self.includes_limit)
