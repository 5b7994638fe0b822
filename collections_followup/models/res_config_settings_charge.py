from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of charges, write-offs and recoveries; see ``res_company_charge.py``."""

    _inherit = "res.config.settings"

    collection_interest_off = fields.Boolean(
        related="company_id.collection_interest_off", readonly=False
    )
    collection_interest_off_country_ids = fields.Many2many(
        related="company_id.collection_interest_off_country_ids", readonly=False
    )
    collection_charge_journal_id = fields.Many2one(
        related="company_id.collection_charge_journal_id", readonly=False
    )
    collection_charge_account_id = fields.Many2one(
        related="company_id.collection_charge_account_id", readonly=False
    )
    collection_charge_product_id = fields.Many2one(
        related="company_id.collection_charge_product_id", readonly=False
    )
    collection_charge_tax_ids = fields.Many2many(
        related="company_id.collection_charge_tax_ids", readonly=False
    )
    collection_waive_limit = fields.Monetary(
        related="company_id.collection_waive_limit",
        readonly=False,
    )
    collection_writeoff_journal_id = fields.Many2one(
        related="company_id.collection_writeoff_journal_id", readonly=False
    )
    collection_writeoff_limit_collector = fields.Monetary(
        related="company_id.collection_writeoff_limit_collector",
        readonly=False,
    )
    collection_writeoff_limit_supervisor = fields.Monetary(
        related="company_id.collection_writeoff_limit_supervisor",
        readonly=False,
    )
    collection_recovery_account_id = fields.Many2one(
        related="company_id.collection_recovery_account_id", readonly=False
    )
