from odoo import api, fields, models

#: Kinds of contact persons who are not the debtor, as the contact rules call them.
ROLES = {
    "attorney": "attorney",
    "executor": "representative",
    "guardian": "representative",
    "administrator": "representative",
}
#: Who speaks for the debtor is the debtor for the contact rules (12 CFR 1006.6(a)).
RULE_ROLES = {"representative": "consumer"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    type = fields.Selection(
        selection_add=[
            ("collections", "Collections"),
            ("attorney", "Debtor's Lawyer"),
            ("executor", "Executor of the Estate"),
            ("guardian", "Guardian or Parent"),
            ("administrator", "Insolvency Administrator"),
        ],
        ondelete={
            "collections": "set default",
            "attorney": "set default",
            "executor": "set default",
            "guardian": "set default",
            "administrator": "set default",
        },
    )
    collection_case_ids = fields.One2many(
        "collection.case", "partner_id", string="Collection Cases"
    )
    collection_case_count = fields.Integer(compute="_compute_collection_case_count")
    collection_case_id = fields.Many2one(
        "collection.case",
        compute="_compute_collection_case_id",
        groups="collections_followup.group_reader,collections_followup.group_collector",
        help="The case of this debtor in the present company.",
    )
    collection_stage_id = fields.Many2one(
        "collection.stage",
        compute="_compute_collection_case_id",
        groups="collections_followup.group_reader,collections_followup.group_collector",
    )
    collection_amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_collection_case_id",
        currency_field="currency_id",
        groups="collections_followup.group_reader,collections_followup.group_collector",
    )
    collection_policy_id = fields.Many2one(
        "collection.policy",
        company_dependent=True,
        ondelete="restrict",
        help="The policy for this debtor. Empty: chosen by the policies' own rules.",
        prefetch="collections",
    )

    def _compute_collection_case_count(self):
        counts = dict(
            self.env["collection.case"]._read_group(
                [("partner_id", "in", self.commercial_partner_id.ids), ("state", "!=", "closed")],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.collection_case_count = counts.get(partner.commercial_partner_id, 0)

    @api.depends_context("company")
    def _compute_collection_case_id(self):
        cases = self.env["collection.case"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "closed"),
            ]
        )
        by_debtor = {case.partner_id: case for case in cases}
        for partner in self:
            case = by_debtor.get(partner.commercial_partner_id, self.env["collection.case"])
            partner.collection_case_id = case
            partner.collection_stage_id = case.stage_id
            partner.collection_amount_overdue = case.amount_overdue

    # === CRUD === #
    def _write_multi(self, vals_list):
        """A contact that moves to another company takes its open items along."""
        moving = (
            self.filtered(lambda partner: partner._origin)
            if any("commercial_partner_id" in vals for vals in vals_list)
            else self.browse()
        )
        if moving:
            self.env.cr.execute(
                "SELECT DISTINCT commercial_partner_id FROM res_partner WHERE id = ANY(%s)",
                [list(moving.ids)],
            )
            before = [row[0] for row in self.env.cr.fetchall() if row[0]]
            notes = self.env["account.move.line"]._collection_notes()
            notes["partners"].update(moving.ids, before)
        return super()._write_multi(vals_list)

    # === Actions === #
    def action_view_collection_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_case_action"
        )
        cases = self.env["collection.case"].search(
            [("partner_id", "=", self.commercial_partner_id.id)]
        )
        if len(cases) == 1:
            return cases.get_formview_action()
        return {**action, "domain": [("id", "in", cases.ids)], "context": {}}

    # === Business methods === #
    def _is_consumer(self):
        """Whether the debtor is a private person: no company, and no tax identification."""
        self.ensure_one()
        return not self.is_company and not self.vat
