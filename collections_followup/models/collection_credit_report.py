from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..words import day_text


class CollectionCreditReport(models.Model):
    """What a credit bureau says of a debtor on a day, on the scale that the bureau uses."""

    _name = "collection.credit.report"
    _description = "Bureau Report"
    _inherit = ["collection.credit.paper"]
    _order = "date desc, id desc"

    bureau = fields.Char(required=True, help="e.g. Creditsafe, CRIF, Dun & Bradstreet")
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    score = fields.Char(help="As the bureau writes it: 583, 72 of 100, B2.")
    scale = fields.Char(help="What the score means: 0 (worst) to 100, or 100 (best) to 600.")
    amount_suggested = fields.Monetary(
        string="Suggested Limit", help="The limit that the bureau recommends, if it does."
    )

    _check_amount = models.Constraint(
        "CHECK(COALESCE(amount_suggested, 0) >= 0)", "A suggested limit cannot be negative."
    )

    @api.constrains("date")
    def _check_date(self):
        today = self.env["collection.case"]._today()
        if any(report.date > today for report in self):
            raise ValidationError(self.env._("A report cannot be dated in the future."))

    @api.depends("bureau", "date")
    def _compute_display_name(self):
        for report in self:
            report.display_name = " ".join(
                filter(None, (report.bureau, report.score, day_text(self.env, report.date)))
            )
