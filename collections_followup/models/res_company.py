from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_policy_id = fields.Many2one(
        "collection.policy",
        string="Default Collection Policy",
        domain="[('company_id', 'in', (False, id))]",
        help="For debtors to whom no more specific policy applies.",
    )
    collection_user_id = fields.Many2one(
        "res.users",
        string="Collector for unassigned cases",
        domain="[('share', '=', False)]",
        help="Calls and problems of cases without a collector go here.",
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
