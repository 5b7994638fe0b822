from odoo import Command, fields, models

#: What a line is, in the order of how sure it is.
KINDS = [
    ("promise", "Agreed"),
    ("habit", "By Habit"),
    ("later", "Later or Never"),
    ("disputed", "Disputed"),
    ("credit", "Credits Left"),
]


class CollectionForecastLine(models.TransientModel):
    """What is expected of a debtor in a week. All lines of a forecast are the open balance."""

    _name = "collection.forecast.line"
    _description = "Expected Receipt"
    _order = "date, amount desc, id"
    _rec_name = "partner_id"

    forecast_id = fields.Many2one(
        "collection.forecast", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(string="Week", readonly=True, help="The Monday of the week.")
    kind = fields.Selection(KINDS, string="Why", readonly=True)
    amount_currency = fields.Monetary(string="Expected in Currency", readonly=True)
    amount = fields.Monetary(string="Expected", currency_field="company_currency_id", readonly=True)
    amount_received = fields.Monetary(
        string="Received",
        currency_field="company_currency_id",
        readonly=True,
        help="What came in that week for what was open on the day of the forecast.",
    )

    # === Actions === #
    def action_open_items(self):
        """The items this is expected of, as of the day of the forecast."""
        self.ensure_one()
        ageing = self.env["collection.ageing.wizard"].create(
            {
                "date": self.forecast_id.date,
                "company_ids": [Command.set(self.company_id.ids)],
                "partner_ids": [Command.set(self.partner_id.ids)],
            }
        )
        action = ageing.action_show()
        domain = [*action["domain"], ("currency_id", "=", self.currency_id.id)]
        return {**action, "domain": domain, "views": [(False, "list")], "view_mode": "list"}
