from odoo import api, fields, models

from ..tools.grading import GRADES
from .collection_credit_hold import REASONS
from .collection_exposure import STATES


class CollectionCase(models.Model):
    """Limit, exposure, hold and grade on the case, in a line."""

    _inherit = "collection.case"

    credit_state = fields.Selection(STATES, string="Credit", compute="_compute_credit")
    credit_limit = fields.Monetary(compute="_compute_credit")
    credit_exposure = fields.Monetary(string="Exposure", compute="_compute_credit")
    credit_percent = fields.Integer(string="Limit Used (%)", compute="_compute_credit")
    credit_hold_reason = fields.Selection(REASONS, string="Held for", compute="_compute_credit")
    credit_grade = fields.Selection(
        [(letter, letter) for letter in GRADES],
        string="Grade",
        compute="_compute_credit_grade",
        groups="collections_followup.group_collector",
    )

    @api.depends("partner_id", "company_id")
    def _compute_credit(self):
        rows = self.env["collection.exposure"]._of(self.partner_id, self.company_id)
        none = self.env["collection.exposure"]
        for case in self:
            row = rows.get((case.partner_id, case.company_id), none)
            case.credit_state, case.credit_limit = row.state, row.credit_limit
            case.credit_exposure, case.credit_percent = row.exposure, row.percent
            case.credit_hold_reason = row.hold_id.reason

    @api.depends("partner_id", "company_id")
    def _compute_credit_grade(self):
        files = self.env["collection.credit.file"].search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        grades = {(file.partner_id, file.company_id): file.grade for file in files}
        for case in self:
            case.credit_grade = grades.get((case.partner_id, case.company_id), False)

    # === Actions === #
    def action_open_credit_file(self):
        """The credit file of the debtor, made at the first look."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_open_collection_credit_file()

    def action_credit_hold(self):
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_collection_credit_hold()
