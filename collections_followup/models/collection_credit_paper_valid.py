from odoo import api, fields, models


class CollectionCreditPaperValid(models.AbstractModel):
    """A paper that is good until a day."""

    _name = "collection.credit.paper.valid"
    _inherit = ["collection.credit.paper"]
    _description = "Paper with a Last Day"

    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Valid Until", help="The last day. Empty: without an end.")
    is_current = fields.Boolean(string="Valid", compute="_compute_is_current")

    @api.depends("date_from", "date_to")
    def _compute_is_current(self):
        today = self.env["collection.case"]._today()
        for paper in self:
            paper.is_current = (not paper.date_from or paper.date_from <= today) and (
                not paper.date_to or paper.date_to >= today
            )
