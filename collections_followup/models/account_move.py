from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    collection_case_id = fields.Many2one(
        "collection.case",
        compute="_compute_collection_case_id",
        search="_search_collection_case_id",
    )
    collection_stage_id = fields.Many2one(
        "collection.stage",
        compute="_compute_collection_stage_id",
        search="_search_collection_stage_id",
    )
    collection_amount_overdue = fields.Monetary(
        string="Overdue of the Debtor",
        compute="_compute_collection_amount_overdue",
        currency_field="company_currency_id",
        groups="collections_followup.group_reader,collections_followup.group_collector",
    )

    @api.depends("commercial_partner_id", "company_id")
    def _compute_collection_case_id(self):
        # sudo: that a case exists is shown to whoever may read the invoice; its content is not.
        cases_sudo = (
            self.env["collection.case"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("state", "!=", "closed"),
                ]
            )
        )
        by_debtor = {(case.partner_id.id, case.company_id.id): case.id for case in cases_sudo}
        for move in self:
            key = (move.commercial_partner_id.id, move.company_id.id)
            is_sale = move.is_sale_document(include_receipts=True)
            move.collection_case_id = by_debtor.get(key) if is_sale else False

    @api.depends("collection_case_id")
    def _compute_collection_amount_overdue(self):
        for move in self:
            # sudo: the sum is shown on the invoice, also when a colleague has the case.
            move.collection_amount_overdue = move.collection_case_id.sudo().amount_overdue

    def _search_collection_case_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        domain = value if operator == "any" else [("id", "in", list(value))]
        cases = self.env["collection.case"].search(domain)
        return [
            ("commercial_partner_id", "in", cases.partner_id.ids),
            ("company_id", "in", cases.company_id.ids),
            ("move_type", "in", self.get_sale_types(include_receipts=True)),
        ]

    def _compute_collection_stage_id(self):
        for move in self:
            stages = move.line_ids.collection_stage_id
            move.collection_stage_id = stages.sorted(lambda stage: stage.sequence)[-1:]

    def _search_collection_stage_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("line_ids.collection_stage_id", "in", value)]

    def action_open_collection_case(self):
        self.ensure_one()
        return self.collection_case_id.get_formview_action()
