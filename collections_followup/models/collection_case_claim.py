from odoo import fields, models


class CollectionCase(models.Model):
    """Claims on insurers."""

    _inherit = "collection.case"

    claim_ids = fields.One2many("collection.claim", "case_id", readonly=True)
    claim_count = fields.Integer(string="Claims", compute="_compute_claim_count")

    def _compute_claim_count(self):
        counts = self._count_by_debtor("collection.claim", [])
        for case in self:
            case.claim_count = counts.get((case.partner_id.id, case.company_id.id), 0)

    # === Actions === #
    def action_claim(self):
        """Ask an insurer to pay."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Insurance Claim"),
            "res_model": "collection.claim",
            "view_mode": "form",
            "context": {"default_case_id": self.id},
        }

    def action_view_claims(self):
        return self._view_records("collection.claim", self.env._("Insurance Claims"))

    def _absorb(self, others):
        """Claims of joined cases go along."""
        result = super()._absorb(others)
        # sudo: history is kept by the follow-up.
        claims = self.env["collection.claim"].sudo().search([("case_id", "in", others.ids)])
        self.env.cr.execute(
            "UPDATE collection_claim SET case_id = %s WHERE id = ANY(%s)",
            [self.id, list(claims.ids)],
        )
        claims.invalidate_recordset(["case_id"], flush=False)
        return result
