from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Settings of how much each factor of the score weighs.
WEIGHTS = {
    "collection_weight_amount": "amount",
    "collection_weight_age": "age",
    "collection_weight_broken_promises": "broken_promises",
    "collection_weight_silence": "silence",
    "collection_weight_risk": "risk",
    "collection_weight_trend": "trend",
}


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_policy_id = fields.Many2one(
        "collection.policy",
        string="Default Collection Policy",
        domain="[('company_id', 'in', (False, id))]",
        help="For debtors to whom no more specific policy applies.",
        prefetch="collections",
    )
    collection_user_id = fields.Many2one(
        "res.users",
        string="Collector for unassigned cases",
        domain="[('share', '=', False)]",
        help="Calls and problems of cases without a collector go here.",
        prefetch="collections",
    )

    collection_grace_days = fields.Integer(
        string="Days of grace for promises",
        default=2,
        help="A payment that arrives so many days after the promised date is still in time.",
        prefetch="collections",
    )
    collection_weight_amount = fields.Integer(string="Amount", default=30, prefetch="collections")
    collection_weight_age = fields.Integer(string="Age", default=20, prefetch="collections")
    collection_weight_broken_promises = fields.Integer(
        string="Broken Promises", default=20, prefetch="collections"
    )
    collection_weight_silence = fields.Integer(string="Silence", default=10, prefetch="collections")
    collection_weight_risk = fields.Integer(string="Risk", default=10, prefetch="collections")
    collection_weight_trend = fields.Integer(
        string="Paying Later and Later", default=10, prefetch="collections"
    )

    @api.constrains(*WEIGHTS)
    def _check_collection_weights(self):
        for company in self:
            weights = [company[name] for name in WEIGHTS]
            if min(weights) < 0 or not sum(weights):
                raise ValidationError(
                    self.env._(
                        "The weights of the score cannot be negative, and one of them must be "
                        "above zero."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._collection_set_default_policy()
        return companies

    def _collection_set_default_policy(self):
        """Give companies without one the policy that ships with the addon, in review mode."""
        policy = self.env.ref("collections_followup.policy_standard", raise_if_not_found=False)
        if policy:
            self.filtered(lambda company: not company.collection_policy_id).write(
                {"collection_policy_id": policy.id}
            )

    def _get_collection_weights(self):
        """Weight of each factor of the score.

        :rtype: dict[str, decimal.Decimal]
        """
        self.ensure_one()
        return {factor: Decimal(self[name]) for name, factor in WEIGHTS.items()}
