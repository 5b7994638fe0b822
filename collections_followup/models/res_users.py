from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    collection_portfolio_user_ids = fields.Many2many(
        "res.users",
        compute="_compute_collection_portfolio_user_ids",
        help="Collectors whose cases this user works on today: the own ones, and those of "
        "colleagues who are away.",
    )

    def _compute_collection_portfolio_user_ids(self):
        today = self.env["collection.case"]._today()
        substitutes = self.env["collection.absence"]._get_substitutes(today)
        for user in self:
            absent = self.union(*(away for away, other in substitutes.items() if other == user))
            user.collection_portfolio_user_ids = user | absent
