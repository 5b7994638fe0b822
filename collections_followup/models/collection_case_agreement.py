from odoo import api, fields, models


class CollectionCase(models.Model):
    """Agreements and disputes of a case."""

    _inherit = "collection.case"

    agreement_ids = fields.One2many("collection.agreement", "case_id", readonly=True)
    active_agreement_ids = fields.Many2many(
        "collection.agreement", compute="_compute_active_agreement_ids"
    )
    promise_date = fields.Date(
        string="Promised For",
        compute="_compute_active_agreement_ids",
        search="_search_promise_date",
        help="The next date on which money has been promised.",
    )
    dispute_ids = fields.One2many("collection.dispute", "case_id", readonly=True)
    open_dispute_count = fields.Integer(compute="_compute_open_dispute_count")

    @api.depends("agreement_ids.state", "agreement_ids.next_date")
    def _compute_active_agreement_ids(self):
        active = self.env["collection.agreement"].search(
            [("case_id", "in", self.ids), ("state", "=", "active")]
        )
        by_case = active.grouped("case_id")
        for case in self:
            mine = by_case.get(case._origin, active.browse())
            case.active_agreement_ids = mine
            case.promise_date = min((a.next_date for a in mine if a.next_date), default=False)

    def _search_promise_date(self, operator, value):
        if operator in ("any", "not any"):
            return NotImplemented
        agreements = self.env["collection.agreement"]._search(
            [("state", "=", "active"), ("next_date", operator, value)]
        )
        return [("agreement_ids", "in", agreements)]

    def _compute_open_dispute_count(self):
        counts = dict(
            self.env["collection.dispute"]._read_group(
                [("case_id", "in", self.ids), ("state", "in", ("open", "answered"))],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.open_dispute_count = counts.get(case, 0)
