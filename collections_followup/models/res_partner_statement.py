from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Statements of account for debtors, whether they are late or not."""

    _inherit = "res.partner"

    def action_collection_statement(self):
        """The dialog for statements, with a case for each debtor who has anything open."""
        debtors = self.commercial_partner_id
        Case = self.env["collection.case"]
        domain = [
            ("partner_id", "in", debtors.ids),
            ("company_id", "=", self.env.company.id),
            ("state", "!=", "closed"),
        ]
        cases = Case.search(domain)
        if len(cases) < len(debtors) and self.env.user.has_group(
            "collections_followup.group_collector"
        ):
            # sudo: whoever may write to debtors may have a case opened for it.
            engine = self.env["collection.engine"].sudo()
            engine._open_cases_to_write(self.env.company, Case._today(), debtors)
            cases = Case.search(domain)
        if not cases:
            raise UserError(
                self.env._(
                    "There is nothing open in %(company)s, or a colleague is in charge.",
                    company=self.env.company.name,
                )
            )
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_statement_wizard_action"
        )
        return {**action, "context": {"default_case_ids": cases.ids}}
