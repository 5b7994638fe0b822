from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_mandate_id = fields.Many2one(
        "collection.mandate",
        string="Ledger of the Mandate",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="This company is the ledger of a client whose debts are collected.",
        prefetch="collections",
    )
