from dataclasses import replace

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_party = fields.Selection(
        [("first", "Own debts"), ("third", "Debts of others")],
        string="Collects",
        default="first",
        required=True,
        help="Many laws bind only those who collect for others, or only creditors themselves.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_party = fields.Selection(
        related="company_id.collection_party", readonly=False, required=True
    )


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def _get_person_facts(self, *args, **options):
        """The contact rules ask in whose name the company collects."""
        result = super()._get_person_facts(*args, **options)
        for case in self:
            party = case.company_id.sudo().collection_party  # a setting
            result[case.id] = replace(result[case.id], party=party)
        return result
