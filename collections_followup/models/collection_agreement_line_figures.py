from odoo import api, fields, models


class CollectionAgreementLine(models.Model):
    _inherit = "collection.agreement.line"

    in_time = fields.Boolean(
        string="Paid by Its Date",
        compute="_compute_in_time",
        store=True,
        help="All of it was received on or before the day that was agreed, without days of grace.",
    )

    @api.depends("date", "date_paid")
    def _compute_in_time(self):
        for line in self:
            line.in_time = bool(line.date_paid and line.date and line.date_paid <= line.date)
