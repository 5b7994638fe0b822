from odoo import api, fields, models


class CollectionCase(models.Model):
    """Agreements and disputes of a case."""

    _inherit = "collection.case"

    agreement_ids = fields.One2many("collection.agreement", "case_id", readonly=True)
    agreement_count = fields.Integer(compute="_compute_agreement_count")
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

    def _compute_agreement_count(self):
        counts = dict(
            self.env["collection.agreement"]._read_group(
                [("case_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.agreement_count = counts.get(case._origin, 0)

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

    # === Actions === #
    def action_plan(self):
        """Make an instalment plan or settlement while talking."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan or Settlement"),
            "res_model": "collection.plan.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id, "dialog_size": "extra-large"},
        }

    def action_view_agreements(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_agreement_action"
        )
        return {
            **action,
            "domain": [("case_id", "=", self.id)],
            "context": {"default_case_id": self.id, "create": False},
        }
